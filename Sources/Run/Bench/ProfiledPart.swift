import Experiment
import Graph
import Plan
import Text

/// Something that takes its time in a training step: a kernel, or what happens between kernels.
struct ProfiledPart: Sendable {
  /// The kernel's name, or that of the work between kernels.
  let name: String
  /// The player in whose update it stands; empty for what a step does once.
  let player: String
  /// What it works for, with its place in the experiment.
  let origin: Origin
  /// Multiplications and additions.
  let operations: Int
  /// Bytes that it must read and write at least.
  let bytes: Int

  /// The parts of a player's update before and after its kernels.
  enum Place {
    /// The batch is assembled.
    case batch
    /// A kernel of the program, by its number.
    case kernel(Int)
    /// The gradient's length is taken, which proves that it is finite.
    case length
    /// The parameters and statistics move.
    case optimizer
  }

  /// All parts of a step: each player's, and the averaged weights' at the end.
  static func all(of compiled: Compiled) -> [ProfiledPart] {
    compiled.players.flatMap { parts(of: $0, in: compiled.experiment) } + [
      ProfiledPart(
        name: "average weights", player: "", origin: .none, operations: 0,
        bytes: 12 * averaged(compiled.experiment))
    ]
  }

  /// The number of a part among all parts, where the player's own begin at `first`.
  static func number(_ place: Place, from first: Int, kernels: Int) -> Int {
    switch place {
    case .batch: first
    case .kernel(let number): first + 1 + number
    case .length: first + 1 + kernels
    case .optimizer: first + 2 + kernels
    }
  }

  /// How many parts a player's update has.
  static func count(kernels: Int) -> Int { kernels + 3 }

  private static func parts(of player: CompiledPlayer, in experiment: Experiment)
    -> [ProfiledPart]
  {
    let name = player.player.name
    let data = Origin("data", experiment.data.place.span)
    let origin = Origin("players.\(name)", player.player.place.span)
    func part(_ name: String, _ origin: Origin, bytes: Int) -> ProfiledPart {
      ProfiledPart(
        name: name, player: player.player.name, origin: origin, operations: 0, bytes: bytes)
    }
    let gradients = 4 * player.gradientCount
    return [
      part(
        "assemble batch", data, bytes: 8 * experiment.data.batch * experiment.data.form.shape.count)
    ]
      + player.program.calls.map { ProfiledPart($0, player: name) } + [
        part("gradient length", origin, bytes: gradients),
        // Parameters and slots are read and written, gradients read.
        part(
          "optimizer", origin, bytes: gradients * (3 + 2 * player.player.optimizer.slots.count)),
      ]
  }

  private init(_ call: Program.Call, player: String) {
    let tensors = Set(call.inputs).union(call.outputs)
    self.init(
      name: call.work.name, player: player,
      origin: call.covers.max { $0.operations < $1.operations }?.origin ?? .none,
      operations: call.covers.reduce(0) { $0 + $1.operations },
      bytes: tensors.reduce(0) { $0 + 4 * $1.shape.count })
  }

  private init(name: String, player: String, origin: Origin, operations: Int, bytes: Int) {
    self.name = name
    self.player = player
    self.origin = origin
    self.operations = operations
    self.bytes = bytes
  }

  private static func averaged(_ experiment: Experiment) -> Int {
    experiment.networks.filter { $0.average != nil }
      .reduce(0) { $0 + experiment.parameterCount(of: [$1.name]) }
  }

  /// `dcgan.yaml:12`; empty where there is no place.
  var line: String {
    origin.span.map { "\(name(ofFile: $0.source.name)):\($0.line)" } ?? ""
  }

  private func name(ofFile path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
