import Tensor

/// One kind of computation: its shape rule, its gradient rule and its kernel in one place.
///
/// An op is a plain value; its stored properties are its attributes, and two equal ops on equal
/// inputs are one node of a graph. Every op is pure: the same inputs give the same bits (a draw of
/// random numbers is a function of its stream and the update's number).
public protocol Op: Hashable, Sendable {
  /// The name that the printer, profiles and error messages use: the type's own in lower case with
  /// underscores, such as `conv_input_gradient`.
  static var name: String { get }

  /// The op's attributes for the printer: `stride 2, padding 1`; empty where there are none.
  var attributes: String { get }

  /// The shape of the result, from which all memory is planned; throws where the inputs do not fit.
  func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape

  /// The gradients of a loss with respect to each input, given the one with respect to the output,
  /// built as nodes of the same graph, so that they can be differentiated again. Nil where the
  /// output does not depend (differentiably) on the input.
  func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph) throws(ShapeError)
    -> [Value?]

  /// The work itself, bound to the memory that it will read and write at every step.
  func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel

  /// Multiplications and additions (a fused pair counts as two) that one call needs.
  func operations(_ inputs: [Shape], _ output: Shape) -> Int

  /// What is known of the result's values, given what is known of the inputs'; nothing unless the op
  /// says more.
  func interval(_ inputs: [Interval]) -> Interval

  /// What the plan may do with it.
  var traits: Traits { get }
}

/// What the plan needs to know of an op, so that no pass names one.
public struct Traits: Sendable, Hashable {
  /// The output is the first input's memory under another shape: no kernel runs.
  public var isView = false
  /// The output is the same at every step (a constant, or made of constants): computed once.
  public var isFoldable = true
  /// The one instruction that computes each element, where the op works element by element.
  public var instruction: Instruction?
  /// The neighbouring axes over which the output is the sum of the only input, where the op adds in
  /// the order of `CKernels/reduce.h` and keeps these axes with the extent 1.
  public var summedAxes: Range<Int>?

  /// The traits of an ordinary op.
  public init() {}

  /// An op whose output is its first input under another shape.
  public static let view: Traits = {
    var traits = Traits()
    traits.isView = true
    return traits
  }()

  /// An op whose output changes from run to run: it is never folded.
  public static let changing: Traits = {
    var traits = Traits()
    traits.isFoldable = false
    return traits
  }()

  /// An op that works element by element on inputs that broadcast to its output.
  public static func elementwise(_ code: UInt16, _ immediate: Float = 0) -> Traits {
    var traits = Traits()
    traits.instruction = Instruction(code: code, immediate: immediate)
    return traits
  }
}

/// One instruction of the elementwise interpreter (`CKernels/elementwise.h`).
public struct Instruction: Hashable, Sendable {
  /// The operation.
  public let code: UInt16
  /// A constant that it uses, where it uses one.
  public let immediate: Float

  /// An instruction with its constant.
  public init(code: UInt16, immediate: Float = 0) {
    self.code = code
    self.immediate = immediate
  }
}

/// A tensor in memory, as a kernel sees it.
public struct Operand {
  /// The first element.
  public let floats: UnsafeMutablePointer<Float>
  /// The shape of what is there.
  public let shape: Shape

  /// A tensor of `shape` at `floats`.
  public init(_ floats: UnsafeMutablePointer<Float>, _ shape: Shape) {
    self.floats = floats
    self.shape = shape
  }

  /// The elements as integers.
  public var integers: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Int32.self)
  }
}

/// What a kernel may know of the moment at which it runs: just what draws need.
public struct Moment: Sendable {
  /// The experiment's seed.
  public var seed: UInt64
  /// The number of this update since the start of the run.
  public var update: UInt32
  /// The examples that other batches of this update hold before this one: a draw's first index is
  /// that of its first example, so that what is drawn for an example depends on no batch's size.
  public var first: Int

  /// The moment of one update.
  public init(seed: UInt64, update: UInt32, first: Int = 0) {
    self.seed = seed
    self.update = update
    self.first = first
  }
}

/// A bound kernel: reads its inputs, writes its output, allocates nothing.
public typealias Kernel = (Moment) -> Void

/// Why an op cannot take its inputs; a fact that the caller turns into a diagnostic.
public struct ShapeError: Error, Hashable {
  /// The op's name.
  public let op: String
  /// What does not fit: lowercase, no final stop.
  public let fact: String
  /// The shapes that it was given.
  public let inputs: [Shape]
  /// What it would need beyond any machine; nil for inputs that it does not take.
  public let excess: Excess?

  /// A shape error of the op `op`.
  public init(_ op: String, _ fact: String, _ inputs: [Shape], excess: Excess? = nil) {
    self.op = op
    self.fact = fact
    self.inputs = inputs
    self.excess = excess
  }
}

extension Op {
  /// The type's name in lower case with underscores.
  public static var name: String {
    var name = ""
    for character in "\(Self.self)" {
      if character.isUppercase && !name.isEmpty { name += "_" }
      name += character.lowercased()
    }
    return name
  }
  /// The op's name.
  public var name: String { Self.name }
  /// No attributes.
  public var attributes: String { "" }
  /// An ordinary op.
  public var traits: Traits { Traits() }
  /// One operation an element.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int { output.count }

  /// Checks the number of inputs.
  public func expect(_ count: Int, _ inputs: [Shape]) throws(ShapeError) {
    if inputs.count != count {
      throw ShapeError(name, "takes \(count) inputs, but receives \(inputs.count)", inputs)
    }
  }

  /// Whether `other` is the same op with the same attributes.
  func isEqual(_ other: any Op) -> Bool { (other as? Self) == self }
}
