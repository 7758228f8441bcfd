import Experiment
import Parts
import Run
import Text

/// What `assay check` says of an experiment that can be run.
struct ExperimentSummary {
  private let compiled: Compiled
  private let warnings: [Diagnostic]
  private let networks: [(network: Network, passes: [LayerPass])]
  private var experiment: Experiment { compiled.experiment }

  /// Collects what there is to say.
  init(_ compiled: Compiled, _ warnings: [Diagnostic]) throws {
    self.compiled = compiled
    self.warnings = warnings
    var networks: [(network: Network, passes: [LayerPass])] = []
    for network in compiled.experiment.networks {
      networks.append((network, try compiled.experiment.passes(through: network)))
    }
    self.networks = networks
  }

  /// The summary for people.
  var text: String {
    let rows =
      [
        ("experiment", "\(experiment.name), seed \(experiment.seed)"), ("data", data),
        ("steps", steps),
      ] + experiment.players.map { ("player \($0.name)", text(of: $0)) } + [
        ("memory", memory), ("columns", wrapped(compiled.columns, width: 76)),
      ]
    return ([facts(rows)] + networks.map(table)).joined(separator: "\n\n")
  }

  private var data: String {
    let data = experiment.data
    let sets = data.splits.map { "\(grouped(data.count(of: $0))) \($0.rawValue)" }
    return "\(type(of: data.dataset).kind): \(sets.joined(separator: ", ")) examples,\n"
      + "\(data.form.shape) in batches of \(data.batch), "
      + "\(grouped(data.batchesPerEpoch)) an epoch"
      + (data.info.summary.map {
        "\n" + wrapped($0.split(separator: " ").map(String.init), width: 76)
      } ?? "")
  }

  private var steps: String {
    let length = experiment.steps
    let count = grouped(experiment.stepCount)
    return length.unit == .epochs ? "\(count) (\(counted(length.count, "epoch")))" : count
  }

  private func text(of player: Player) -> String {
    "trains \(player.trains.joined(separator: ", ")): "
      + "\(grouped(experiment.parameterCount(of: player.trains))) parameters, "
      + "\(type(of: player.optimizer).kind), \(counted(player.updates, "update")) a step"
  }

  private var memory: String {
    let memory = compiled.memory
    return "\(byteText(memory.total)): weights \(byteText(memory.variables)), "
      + "training \(byteText(memory.training)), data \(byteText(memory.data)),\n"
      + "working memory \(byteText(memory.arena)) "
      + "(\(byteText(compiled.unplannedArena)) before planning)"
  }

  private func table(_ network: Network, _ passes: [LayerPass]) -> String {
    var table = TextTable(
      ["layer", "", "output", "parameters", "multiply-adds"], rightAligned: [3, 4])
    table.add(["input", "", "\(network.input)", "", ""])
    for pass in passes {
      let place = Self.place(of: pass)
      table.add([
        String(repeating: "  ", count: place.depth) + place.name, pass.layer, "\(pass.output)",
        grouped(pass.parameters), grouped(pass.multiplyAdds),
      ])
    }
    table.add([
      "all", "", "", grouped(passes.reduce(0) { $0 + $1.parameters }),
      grouped(passes.reduce(0) { $0 &+ $1.multiplyAdds }),
    ])
    let average = network.average.map { ", averaged with decay \($0)" } ?? ""
    return "network \(network.name)\(average)\n\(table.text)"
  }

  /// A layer's place without its network's name, as the file writes it, and how deep it lies:
  /// `layers[3]`, and `layers[0]` of a residual block one level further in.
  private static func place(of pass: LayerPass) -> (name: String, depth: Int) {
    let parts = pass.path.split(separator: ".").dropFirst()
    let numbers = parts.count { $0.allSatisfy(\.isNumber) }
    // Of a nested layer, the list that it stands in and its number are enough.
    var own = Array(parts)
    if numbers > 1 { own = Array(own.suffix(2)) }
    let name = own.reduce("") { text, part in
      part.allSatisfy(\.isNumber)
        ? "\(text)[\(part)]" : text.isEmpty ? "\(part)" : "\(text).\(part)"
    }
    return (name, numbers - 1)
  }
}

// MARK: - For programs

extension ExperimentSummary {
  /// The summary as JSON.
  var json: JSON {
    let memory = compiled.memory
    let data = experiment.data
    let counts = data.splits.map { ($0.rawValue, JSON.count(data.count(of: $0))) }
    return [
      "experiment": .string(experiment.name),
      "seed": .string("\(experiment.seed)"),
      "data": [
        "dataset": .string(type(of: data.dataset).kind), "shape": .shape(data.form.shape.dims),
        "batch": .count(data.batch), "batches_per_epoch": .count(data.batchesPerEpoch),
        "examples": .object(Dictionary(counts) { $1 }),
        "understood": data.info.summary.map(JSON.string) ?? .null,
      ],
      "steps": .count(experiment.stepCount),
      "players": .array(experiment.players.map(json)),
      "networks": .array(networks.map(json)),
      "memory": [
        "total": .count(memory.total), "weights": .count(memory.variables),
        "training": .count(memory.training), "data": .count(memory.data),
        "working": .count(memory.arena), "working_unplanned": .count(compiled.unplannedArena),
      ],
      "columns": .array(compiled.columns.map(JSON.string)),
      "warnings": .array(warnings.map(Renderer(.json).json)),
    ]
  }

  private func json(_ player: Player) -> JSON {
    [
      "name": .string(player.name), "trains": .array(player.trains.map(JSON.string)),
      "updates": .count(player.updates),
      "optimizer": .string(type(of: player.optimizer).kind),
      "parameters": .count(experiment.parameterCount(of: player.trains)),
    ]
  }

  private func json(_ network: Network, _ passes: [LayerPass]) -> JSON {
    let layers = passes.map { pass -> JSON in
      [
        "path": .string(pass.path), "layer": .string(pass.layer),
        "output": .shape(pass.output.dims), "parameters": .count(pass.parameters),
        "multiply_adds": .count(pass.multiplyAdds),
      ]
    }
    return [
      "name": .string(network.name), "input": .shape(network.input.dims),
      "layers": .array(layers),
      "parameters": .count(passes.reduce(0) { $0 + $1.parameters }),
    ]
  }
}

extension JSON {
  /// A count.
  static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

  /// Extents.
  static func shape(_ dims: [Int]) -> JSON { .array(dims.map(count)) }
}
