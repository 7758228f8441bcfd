import Graph
import Text

/// What the names in a formula mean. It knows no graph, so that formulas can be analysed before
/// anything is built.
public protocol FormulaScope: Sendable {
  /// What a name means: `x`, a `let` name, or `player.fake` with its dot; nil if nothing.
  func meaning(of name: String) -> Meaning?
  /// All names that mean something, for suggestions.
  var names: [String] { get }
  /// Why a name means nothing here though it does elsewhere, and what to do; nil where it is
  /// unknown everywhere.
  func absence(of name: String) -> (fact: String, help: String)?
}

extension FormulaScope {
  /// Nothing is known of other scopes.
  public func absence(of name: String) -> (fact: String, help: String)? { nil }
}

/// What a name in a formula stands for.
public enum Meaning: Sendable {
  /// A number that never changes: a parameter, `pi`.
  case number(Double)
  /// A number that changes from step to step: `step`, `epoch`, `progress`, a scheduled parameter.
  /// In a graph it is the leaf of its name with the role `scalar`.
  case schedule
  /// Part of the batch: `x`, `label`.
  case batch
  /// A `let` name; the names in its own formula have their meaning in the given scope.
  case definition(Formula, in: any FormulaScope)
}

/// Names for numbers, `pi` among them: the scope of settings and schedules.
public struct NumberScope: FormulaScope {
  private let numbers: [String: Double]

  /// A scope of these numbers.
  public init(_ numbers: [String: Double] = [:]) { self.numbers = numbers }

  /// The number that a name stands for.
  public func meaning(of name: String) -> Meaning? {
    (numbers[name] ?? (name == "pi" ? Double.pi : nil)).map(Meaning.number)
  }

  /// All names in alphabetical order.
  public var names: [String] { (numbers.keys + ["pi"]).sorted() }
}

/// The networks of an experiment, as formulas call them within one update.
public protocol Networks: AnyObject {
  /// The names that can be called, for suggestions.
  var names: [String] { get }
  /// Whether a name can be called.
  func knows(_ name: String) -> Bool
  /// The forward pass of a network on a value; calls on the same value are one pass.
  func call(_ call: NetworkCall, in graph: Graph) throws(Diagnostic) -> Typed
}

/// One written call of a network.
public struct NetworkCall: Sendable {
  /// The network's name.
  public let network: String
  /// Whether its averaged weights are meant: `average(generator)(z)`.
  public let isAveraged: Bool
  /// What it is called on.
  public let argument: Quantity
  /// The call's own path, which names the draws of its dropout and noise layers:
  /// `players.critic.minimize/critic#1`, counted over the calls in the formula from 0.
  public let place: String
  /// Where the call is written.
  public let span: Span
  /// Where the argument is written.
  public let argumentSpan: Span
}

/// No networks: for settings and schedules.
public final class NoNetworks: Networks {
  /// Nothing can be called.
  public let names: [String] = []

  /// An empty list of networks.
  public init() {}

  /// No name can be called.
  public func knows(_ name: String) -> Bool { false }

  /// Never called, as no name is known.
  public func call(_ call: NetworkCall, in graph: Graph) throws(Diagnostic) -> Typed {
    throw Diagnostic("unknown-name", "there is no network `\(call.network)`", at: call.span)
  }
}
