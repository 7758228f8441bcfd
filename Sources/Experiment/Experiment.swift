import Formula
import Graph
import Parts
import Search
import Tensor
import Text
import YAML

/// An experiment, typed and complete: everything that affects a number.
public struct Experiment: Sendable {
  /// Its name: the folder of its runs.
  public let name: String
  /// What all randomness follows from.
  public let seed: UInt64
  /// The warnings that the file wants to hear no more of.
  let allowed: Allowed
  /// Where examples come from.
  public let data: DataSection
  /// Numbers with names, and schedules.
  public let parameters: [Parameter]
  /// The networks, in the order of the file.
  public let networks: [Network]
  /// Those who take turns in a step, in order.
  public let players: [Player]
  /// How long a run is.
  public let steps: Duration
  /// When it ends before that; nil for never.
  public let patience: Patience?
  /// Which checkpoints it leaves.
  public let checkpoints: Checkpoints
  /// What is drawn.
  public let samples: Samples?
  /// What is measured.
  public let metrics: Metrics
  /// The paper that it follows; nil for none.
  public let paper: Paper?
  /// What the paper reports of it.
  public let claims: [Claim]
  /// Which variants of it are run; no part of what a run is.
  public let sweep: SweepSection?
  /// The long form: itself an experiment file, with everything filled in.
  public let resolved: Node
  /// What of the long form the file has otherwise.
  let written: Written
  /// Parameters and statistics of all networks, in order; the first network that uses one has it.
  public let variables: [Variable]
  /// The indices in `variables` of each network's own.
  let owned: [String: [Int]]
  /// The names of the lets of each player that are recorded.
  let recordedLets: [String: Set<String>]
  /// What the names in formulas mean.
  let scopes: Scopes
  /// The networks by name.
  let networksByName: [String: Network]
  /// The names of the players whose formulas use the batch.
  let takesBatch: Set<String>
  /// Whether the values of the data decide about a warning: nothing else tells their range.
  public let dependsOnValues: Bool

  /// The parameters of some networks, in the order of the experiment, each once.
  public func parameters(of names: [String]) -> [Variable] {
    Set(names.flatMap { owned[$0] ?? [] }).sorted().map { variables[$0] }
      .filter { $0.role == .parameter }
  }

  /// The variables of one network.
  public func variables(of name: String) -> [Variable] {
    (owned[name] ?? []).map { variables[$0] }
  }

  /// Whether a `let` name of a player is a column of the CSV.
  public func records(_ name: String, of player: Player) -> Bool {
    recorded(player).contains(name)
  }

  /// The names of the player's lets that are recorded.
  func recorded(_ player: Player) -> Set<String> { recordedLets[player.name] ?? [] }

  /// The number of steps of a run.
  public var stepCount: Int {
    switch steps.unit {
    case .steps: return steps.count
    case .epochs:
      let batches = data.batchesPerEpoch * steps.count
      return max(1, (batches + batchesPerStep - 1) / batchesPerStep)
    }
  }

  /// The batches that all players together take in a step; at least 1, so that epochs are defined.
  public var batchesPerStep: Int { max(1, players.reduce(0) { $0 + batches(of: $1) }) }

  /// Whether a player's formulas use the batch.
  public func takesBatch(_ player: Player) -> Bool { takesBatch.contains(player.name) }

  /// The numbers that change from step to step, by the names that formulas know them by.
  public var scheduledNames: [String] {
    Schedules.counters + parameters.filter { $0.value == nil }.map(\.name)
  }

  /// The batches that a player takes in a step.
  public func batches(of player: Player) -> Int {
    takesBatch.contains(player.name) && player.batch == .next ? player.updates : 0
  }
}

extension Experiment {
  /// Reads an experiment from the merged tree of its file.
  ///
  /// - Parameters:
  ///   - folder: the folder that relative paths of data start from.
  ///   - name: what it is called if the file does not say: the file's own name.
  ///   - problems: receives all that is wrong; the result is nil if anything is.
  public static func read(
    _ root: Node, folder: String, name: String = "experiment", _ problems: Problems
  ) -> Experiment? {
    Reader(problems: problems, folder: folder, defaultName: name).read(root)
  }

  /// The sections and keys of an experiment's file, for `assay describe` and the JSON Schema.
  public static var descriptions: [FieldDescription] {
    Fields.descriptions { fields in
      _ = Reader(problems: Problems(), folder: ".", defaultName: "the file's").draft(
        &fields, NamedNumbers())
    }
  }
}
