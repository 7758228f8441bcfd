import Foundation
import TestSupport
import Testing

/// A fresh folder in which the program is called as a user would; removed at the end.
final class Workplace {
  private let folder: TemporaryFolder
  /// The folder's path.
  var path: String { folder.path }

  /// A folder that holds `ring.yaml`, a small GAN on points.
  init(_ ring: String = Workplace.ring) throws {
    folder = try TemporaryFolder()
    try write("ring.yaml", ring)
  }

  /// Twenty steps of a small GAN, with a checkpoint every five.
  static let ring = """
    experiment: ring
    data: {dataset: {ring: {points: 640, test_points: 100}}, batch: 32}
    networks:
      generator: {input: [2], layers: [{dense: 8}, relu, {dense: 2}], average: 0.9}
      discriminator: {input: [2], layers: [{dense: 8}, relu, {dense: 1}]}
    loss: gan
    train: {steps: 20, optimizer: {adam: {rate: 1e-3}}}
    checkpoints: {every: 5 steps, keep: 3}
    samples: {every: 10 steps}
    metrics: {every: 1 steps, test: {every: 10 steps, score: mean(discriminator(x))}}

    """

  /// Calls the program with some words.
  func assay(_ words: String...) throws -> Ending {
    try shell(
      "exec \"$assay\" "
        + words.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
        .joined(separator: " "))
  }

  /// Runs a script of the shell in the folder; `$assay` is the program.
  func shell(_ script: String) throws -> Ending {
    let environment = ["assay": Child.assay, "HOME": path]
    return try Child(
      ["/bin/sh", "-c", "cd \"$HOME\" || exit\n" + script], environment: environment
    )
    .wait()
  }

  /// Whether a process may mount a small disk of its own here.
  static let canMount =
    (try? Workplace().shell("mkdir d; exec unshare -Urm mount -t tmpfs tmpfs d").code) == 0

  /// Runs a script with an own disk of `size`, `disk` in the folder.
  func onDisk(_ size: String, _ script: String) throws -> Ending {
    try write(
      "script", "mkdir disk\nmount -t tmpfs -o size=\(size) tmpfs disk || exit\n" + script)
    return try shell("exec unshare -Urm sh script")
  }

  /// Writes a file.
  func write(_ name: String, _ text: String) throws { try folder.write(name, text) }

  /// What a file holds.
  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: name.hasPrefix("/") ? name : "\(path)/\(name)"))
  }

  /// What a file holds, as text.
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The names in a folder, sorted.
  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  /// Trains `ring.yaml` with overrides and flags; the run's directory.
  func train(_ words: String = "") throws -> String {
    let ending = try shell("exec \"$assay\" run ring.yaml --quiet \(words)")
    try #require(ending.code == 0, "\(ending.err)")
    return String(ending.out.prefix { $0 != "\n" })
  }

  /// The results of all runs below a folder of runs of `ring.yaml`, by their paths.
  func allResults(_ runs: String = "runs") throws -> [String: Data] {
    var all: [String: Data] = [:]
    for run in try names("\(runs)/ring") where run != "sweeps" {
      for (path, bytes) in try results("\(runs)/ring/\(run)") { all["\(run)/\(path)"] = bytes }
    }
    return all
  }

  /// What decides a result, by its path in a run's directory: rows, checkpoints, pictures.
  func results(_ run: String) throws -> [String: Data] {
    var results = ["metrics.csv": try bytes("\(run)/metrics.csv")]
    for folder in ["checkpoints", "samples"] {
      for name in try names("\(run)/\(folder)") {
        results["\(folder)/\(name)"] = try bytes("\(run)/\(folder)/\(name)")
      }
    }
    return results
  }
}

/// The objects and lists of a JSON text.
func json(_ text: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
}

/// An object of a JSON text.
func object(_ text: String) throws -> [String: Any] {
  try #require(try json(text) as? [String: Any])
}
