import Foundation
import Tensor
import TestSupport

@testable import Run

/// One tiny experiment of each family, with data beside them; 12 steps, checkpoints at 4, 8 and 12.
let families = ["autoencoder", "classifier", "gan", "hinge", "vae", "wgan-gp"]

/// The folder of this file.
let testFolder = URL(filePath: #filePath).deletingLastPathComponent().path

/// The file of one of the ``families``.
func file(of family: String) -> String { "\(testFolder)/Experiments/\(family).yaml" }

/// A run of an experiment's file, which can be called again and again.
struct RunCall {
  /// The experiment's file.
  let file: String
  /// Changes to it.
  var overrides: [String] = []
  /// The folder of runs.
  let runs: String
  /// Threads.
  var threads = 1

  /// The words after the program's name.
  var arguments: [String] {
    ["run", file] + overrides + ["--runs", runs, "--threads", "\(threads)", "--quiet"]
  }

  /// Runs it to its end.
  func callAsFunction(_ environment: [String: String] = [:]) throws -> Ending {
    try Child([Child.assay] + arguments, environment: environment).wait()
  }
}

/// The digests of all result files below a folder of runs, by their paths: metrics, checkpoints,
/// pictures. Names that begin with a dot are a writer's leftovers, and results too: there must be
/// none. Damaged checkpoints that were set aside are left out.
func results(in runs: String) throws -> [String: String] {
  var digests: [String: String] = [:]
  let all = FileManager.default.enumerator(atPath: runs)?.compactMap { $0 as? String } ?? []
  for path in all where isResult(path) {
    let bytes = try Data(contentsOf: URL(filePath: "\(runs)/\(path)"))
    digests[path] = SHA256.hex(of: bytes)
  }
  return digests
}

private func isResult(_ path: String) -> Bool {
  if path.hasSuffix(".corrupt") { return false }
  return ["metrics.csv", ".safetensors", ".png", ".tmp"].contains { path.hasSuffix($0) }
}

/// What differs between two sets of results, a line for each file; empty where nothing does.
func differences(_ found: [String: String], from expected: [String: String]) -> [String] {
  Set(found.keys).union(expected.keys).sorted().compactMap { path in
    guard found[path] != expected[path] else { return nil }
    if found[path] == nil { return "\(path) is missing" }
    return expected[path] == nil ? "\(path) should not be there" : "\(path) has other bytes"
  }
}
