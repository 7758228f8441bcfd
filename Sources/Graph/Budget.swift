import Tensor
import Text

/// How many nodes may still be made, over several graphs.
///
/// A file of a few lines can ask for a network of thousands of layers in thousands of formulas; with
/// a budget it is refused before that takes noticeable time and memory.
public final class Budget {
  /// The most nodes of all graphs of an experiment. A DCGAN has about a thousand.
  private static let limit = 50_000

  private var rest = Budget.limit

  /// A budget of which nothing is taken yet.
  public init() {}

  /// Whether nothing is left.
  public var isSpent: Bool { rest == 0 }

  /// Takes a node, if one is left.
  func take() -> Bool {
    guard rest > 0 else { return false }
    rest -= 1
    return true
  }
}

/// What an op would need beyond any machine.
public enum Excess: Hashable, Sendable {
  /// One tensor of these extents.
  case tensor([Int])
  /// More nodes than the budget has.
  case nodes

  /// The refusal of an experiment that asks for this at `span`.
  public func refusal(at span: Span?) -> Diagnostic {
    switch self {
    case .tensor(let dims):
      let floats = dims.reduce(4.0) { $0 * Double($1) }
      let bytes = Int(exactly: floats.rounded()) ?? .max
      return Diagnostic(
        "too-large", "the experiment needs more than \(byteText(bytes)) of memory", at: span,
        label: "would make a tensor of \(dims)",
        note: "one tensor can have \(byteText(4 * Shape.limit)) at most",
        help: "a smaller `data.batch`, or smaller layers")
    case .nodes:
      return Diagnostic(
        "too-large",
        "the experiment is more than 50,000 operations, which is the most that are planned",
        at: span, label: "the first one too many",
        help: "fewer layers, players and metrics, or fewer calls of large networks")
    }
  }
}
