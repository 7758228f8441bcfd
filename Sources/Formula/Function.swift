import Text

/// A function of the formula language: its name, what `assay describe formula` says of it, and its
/// rule.
public struct Function: Sendable {
  /// The name by which it is called.
  public let name: String
  /// How it is written: `clamp(v, low, high)`.
  public let signature: String
  /// What it gives, in a line.
  public let summary: String
  /// Whether it draws random numbers.
  let isDraw: Bool
  /// The numbers of arguments that it takes.
  let arity: ClosedRange<Int>
  /// What it takes for granted of its arguments, in their order; of those beyond, nothing.
  let assumes: [Assumption]
  /// The function on numbers that are known now; nil where it makes sense on tensors only.
  let scalar: (@Sendable (UnsafeBufferPointer<Double>) -> Double)?
  /// The function on tensors.
  let build: @Sendable (Application) throws(Diagnostic) -> Typed

  init(
    _ name: String, _ signature: String, _ summary: String, _ arity: ClosedRange<Int>,
    isDraw: Bool = false, assumes: [Assumption] = [],
    scalar: (@Sendable (UnsafeBufferPointer<Double>) -> Double)? = nil,
    build: @escaping @Sendable (Application) throws(Diagnostic) -> Typed
  ) {
    self.name = name
    self.signature = signature
    self.summary = summary
    self.isDraw = isDraw
    self.arity = arity
    self.assumes = assumes
    self.scalar = scalar
    self.build = build
  }

  /// All functions, in the order in which they are described.
  public static let all = elementwise + reductions + structure + probability + classes + draws

  /// The function of some numbers; nil where it takes another count of them, or tensors only.
  public func value(of numbers: [Double]) -> Double? {
    guard let scalar, arity.contains(numbers.count) else { return nil }
    return numbers.withUnsafeBufferPointer(scalar)
  }

  /// The function called `name`.
  public static func named(_ name: String) -> Function? { byName[name] }

  /// What people know as other names, with the help that they get.
  static let otherNames = [
    "ln": "the natural logarithm is `log`",
    "pow": "write `a^b`",
    "detach": "write `stop(v)`",
    "stop_gradient": "write `stop(v)`",
    "grad": "write `gradient(v, a)`",
    "mse": "write `mean((a - b)^2)`",
    "mse_loss": "write `mean((a - b)^2)`",
    "l1_loss": "write `mean(abs(a - b))`",
    "binary_cross_entropy": "write `bce(logits, target)`, which takes logits",
    "binary_cross_entropy_with_logits": "write `bce(logits, target)`",
    "cat": "write `concat(a, b)`",
    "randn": "write `normal(20)`, or `normal(v)` for the shape of `v`",
    "rand": "write `uniform(20)`, or `uniform(v)` for the shape of `v`",
    "maximum": "write `max(a, b)`",
    "minimum": "write `min(a, b)`",
    "ema": "write `average(network)(v)`",
  ]

  /// `1 argument`, `2 arguments`, `1 or more arguments`.
  var arityText: String {
    if arity.count == 1 {
      return "\(arity.lowerBound) argument\(arity.lowerBound == 1 ? "" : "s")"
    }
    return "\(arity.lowerBound) to \(arity.upperBound) arguments"
  }

  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
