import Tensor

/// A value that comes from outside the computation: its memory is bound by whoever runs it.
public struct Leaf: Op {
  /// What a leaf is, which decides who binds it and when it changes.
  public enum Role: String, Hashable, Sendable {
    /// A trained weight: changed by an optimiser, never within an update.
    case parameter
    /// A statistic that training moves without a gradient, such as batch norm's running mean.
    case state
    /// The averaged twin of a parameter.
    case average
    /// A batch of data.
    case input
    /// One number that changes from step to step: a schedule, `step`, `progress`.
    case scalar
  }

  /// What it is.
  public let role: Role
  /// Its path, unique within the role: `generator.layers.0.weight`, `x`, `beta`.
  public let path: String
  private let declared: Shape

  /// The leaf called `path`, of a known shape.
  public init(_ role: Role, _ path: String, _ shape: Shape) {
    self.role = role
    self.path = path
    declared = shape
  }

  /// The role and the path.
  public var attributes: String { "\(role.rawValue) \(path)" }

  /// Whoever binds it may change it.
  public var traits: Traits { .changing }

  /// The declared shape.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(0, inputs)
    return declared
  }

  /// Nothing to pass on.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [] }

  /// Nothing to run: the memory is bound.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel { { _ in } }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }
}

/// The same number at every element: a scalar unless a shape is given.
public struct Constant: Op {
  // Bits rather than a number, since 0 and -0 are two constants and a NaN is equal to itself.
  private let bits: UInt32
  private let declared: Shape

  /// The number.
  public var value: Float { Float(bitPattern: bits) }

  /// The number `value` as a tensor of `shape`.
  public init(_ value: Float, _ shape: Shape = .scalar) {
    bits = value.bitPattern
    declared = shape
  }

  /// The number.
  public var attributes: String { "\(value)" }

  /// The declared shape.
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expect(0, inputs)
    return declared
  }

  /// Nothing to pass on.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  { [] }

  /// Fills the output.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let value = value
    return { _ in output.floats.update(repeating: value, count: output.shape.count) }
  }

  /// The number.
  public func interval(_ inputs: [Interval]) -> Interval {
    let number = Double(value)
    return number.isNaN ? .unknown : Interval(number, number)
  }

  /// None.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { 0 }
}

extension Graph {
  /// The leaf called `path`.
  public func leaf(_ role: Leaf.Role, _ path: String, _ shape: Shape) throws(ShapeError) -> Value {
    try add(Leaf(role, path, shape))
  }

  /// The number `value`.
  public func constant(_ value: Float) throws(ShapeError) -> Value { try add(Constant(value)) }
}
