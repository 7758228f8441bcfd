import Tensor
import YAML

/// A loss that has a name: a list of players, written as a user could write it.
///
/// `assay check --expand` shows what a loss stands for; the runner knows players only.
public protocol Loss: Part {
  /// The networks that it needs, by the roles that its paper gives them.
  var roles: [Role] { get }
  /// The players, measurements and pictures that the name stands for.
  func longForm(_ networks: LossNetworks) -> LongForm
}

/// A network that a loss needs.
public struct Role: Hashable, Sendable {
  /// What it is to the loss: `critic`.
  public let name: String
  /// The network that plays the role; the one of the same name unless the file says otherwise.
  public let network: String
  /// The named outputs that it must have; none for a network with one output.
  public let outputs: [String]
  /// Whether it must give one number per example.
  public let isScore: Bool

  /// The role `name`, read from the loss's settings: `critic: discriminator` renames it.
  public init(
    _ name: String, _ fields: inout Fields, outputs: [String] = [], isScore: Bool = false
  ) {
    self.name = name
    network =
      fields.optionalString(name, "the network that is the \(name), if it has another name") ?? name
    self.outputs = outputs
    self.isScore = isScore
  }
}

/// What a loss may know of the experiment's networks.
public struct LossNetworks: Sendable {
  /// The shapes of the networks' inputs.
  public let inputs: [String: ExampleShape]
  /// The networks that keep averaged weights.
  public let averaged: Set<String>
  /// The number of values of one example of the data.
  public let exampleCount: Int

  /// The facts about the networks.
  public init(inputs: [String: ExampleShape], averaged: Set<String>, exampleCount: Int) {
    self.inputs = inputs
    self.averaged = averaged
    self.exampleCount = exampleCount
  }

  /// Standard normal noise of the shape that a network takes: `normal(128)`.
  public func noise(for network: String) -> String {
    let dims = inputs[network]?.dims ?? [1]
    return "normal(\(dims.map(String.init).joined(separator: ", ")))"
  }

  /// The network as pictures and metrics call it: with averaged weights, where there are any.
  public func best(_ network: String) -> String {
    averaged.contains(network) ? "average(\(network))" : network
  }
}

/// What the name of a loss stands for: the sections of the file that a user could have written.
public struct LongForm: Sendable {
  /// The players of a step, in order.
  public var players: [PlayerText]
  /// What is measured on the validation and the test set, by name.
  public var measurements: [(name: String, formula: String)] = []
  /// What is drawn, by name.
  public var pictures: [(name: String, formula: String)] = []

  /// A list of players.
  public init(_ players: [PlayerText]) { self.players = players }
}

/// One player as the file would have it.
public struct PlayerText: Sendable {
  /// Its name.
  public let name: String
  /// The networks whose parameters it changes.
  public let trains: [String]
  /// How many updates it makes in a step.
  public var updates = 1
  /// Named parts of the formula, in order.
  public let lets: [(name: String, formula: String)]
  /// What it minimises.
  public var minimize: String
  /// The largest absolute value of its weights; nil where they are free.
  public var clip: Double?

  /// A player.
  public init(
    _ name: String, trains: [String], `let` lets: KeyValuePairs<String, String> = [:],
    minimize: String
  ) {
    self.name = name
    self.trains = trains
    self.lets = lets.map { ($0.key, $0.value) }
    self.minimize = minimize
  }
}
