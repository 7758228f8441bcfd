import Graph
import Text

/// What a function takes for granted of an argument: it computes something whatever it is given, but
/// what it is named for only if this holds.
public enum Assumption: Sendable, Hashable {
  /// Logits: numbers of any size, of which it makes probabilities itself.
  case logits
  /// Targets of a Bernoulli likelihood: numbers of 0...1.
  case unit
  /// Where it is a difference, that either side can come to be the other.
  case difference
  /// What a network is called on: that it is like what the network is called on elsewhere.
  case input
}

/// A place in a formula where something is taken for granted.
public struct Assumed: Sendable {
  /// What is.
  public let assumption: Assumption
  /// The function, operator or network that does.
  public let by: String
  /// The value, where it is written.
  public let side: Side
  /// What is subtracted from it, in a difference.
  public let other: Side?

  /// A value as a formula writes it.
  public struct Side: Sendable {
    /// The node.
    public let value: Value
    /// The text.
    public let text: String
    /// Where it stands.
    public let span: Span

    init(_ value: Value, _ expression: Expression, _ reading: Elaborator.Reading) {
      self.value = value
      text = "\(expression)"
      span = reading.source.span(of: expression.range)
    }
  }

  init(assumption: Assumption, by name: String, side: Side, other: Side?) {
    self.assumption = assumption
    by = name
    self.side = side
    self.other = other
  }
}

extension Typed {
  /// The node of a scalar or of a tensor for each example; nil for anything else.
  var value: Value? {
    if case .quantity(let quantity) = self { quantity.value } else { nil }
  }
}
