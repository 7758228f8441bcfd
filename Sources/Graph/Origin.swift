import Text

/// Where in the experiment a node comes from, so that errors, plans and profiles name the user's
/// own line.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
  /// The path of the layer or formula: `networks.critic.layers[1]`; empty where there is none.
  public let path: String
  /// The place in the file.
  public let span: Span?
  /// Whether the node belongs to the derivative of what is written there.
  public let isGradient: Bool

  /// A place in the experiment.
  public init(_ path: String, _ span: Span? = nil, isGradient: Bool = false) {
    self.path = path
    self.span = span
    self.isGradient = isGradient
  }

  /// No place: a graph built by hand, as in tests.
  public static let none = Origin("")

  /// The origin of this node's derivative.
  public var reversed: Origin { Origin(path, span, isGradient: true) }

  /// The path, with a mark for derivatives.
  public var description: String { isGradient && !path.isEmpty ? path + " (gradient)" : path }
}
