import Graph
import Tensor

/// What an expression means: its type, and its value in a graph.
public enum Typed: Sendable {
  /// A number that is known now; it becomes a constant of the graph where tensors need it.
  case number(Double)
  /// A scalar, or a tensor for each example.
  case quantity(Quantity)
  /// A class for each example (int32) out of so many.
  case label(Value, classes: Int)
  /// What a network with named outputs gives, in the order of the file.
  case outputs([Output])

  /// One of a network's named outputs.
  public struct Output: Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let quantity: Quantity

    /// The output `name`.
    public init(_ name: String, _ quantity: Quantity) {
      self.name = name
      self.quantity = quantity
    }
  }

  /// A value for each example.
  public static func examples(_ value: Value, _ shape: ExampleShape) -> Typed {
    .quantity(Quantity(value, shape))
  }

  /// One value for the whole batch.
  public static func scalar(_ value: Value) -> Typed { .quantity(Quantity(value, nil)) }
}

/// A value of a graph with the shape that formulas know it by.
public struct Quantity: Hashable, Sendable {
  /// The node.
  public let value: Value
  /// The shape of one example; nil for a scalar.
  public let shape: ExampleShape?

  /// A value for each example, or a scalar if `shape` is nil.
  public init(_ value: Value, _ shape: ExampleShape?) {
    self.value = value
    self.shape = shape
  }
}

extension Typed: CustomStringConvertible {
  /// As messages say it: `a scalar`, `a number per example`, `[1, 28, 28] per example`.
  public var description: String {
    switch self {
    case .number(let value): "the number \(value.shortest)"
    case .quantity(let quantity): quantity.description
    case .label: "a label per example"
    case .outputs(let outputs):
      "the outputs " + outputs.map { "`\($0.name)`" }.joined(separator: ", ")
    }
  }
}

extension Quantity: CustomStringConvertible {
  /// As messages say it: `a scalar`, `a number per example`, `[1, 28, 28] per example`.
  public var description: String {
    guard let shape else { return "a scalar" }
    return shape == .number ? "a number per example" : "\(shape) per example"
  }
}
