import CKernels
import Experiment
import Foundation
import Parts
import Tensor
import TestSupport
import Testing

@testable import Run

/// The same bits, always: for any number of threads, on every kernel path, in every surrounding.
///
/// Each configuration is a process of its own, told by `--threads` and `ASSAY_KERNELS`, so that
/// other tests neither disturb it nor are disturbed.
@Suite struct BitsTests {
  /// The paths that this machine can run by name, the fastest first, `generic` last.
  static let paths = (0..<Int32(ASSAY_PATH_COUNT.rawValue)).filter(assay_path_available)
    .reversed().map { String(cString: assay_path_name($0)) }

  /// A run with one thread on the fastest path must have the results of every other configuration.
  private func expectSameBits(
    _ file: String, _ overrides: [String], _ others: [(threads: Int, environment: [String: String])]
  ) throws {
    let folder = try TemporaryFolder()
    func run(_ name: String, _ threads: Int, _ environment: [String: String]) throws
      -> [String: String]
    {
      let runs = "\(folder.path)/\(name)"
      let call = RunCall(file: file, overrides: overrides, runs: runs, threads: threads)
      let ending = try call(environment)
      #expect(ending.code == 0, "\(file): \(ending.err)")
      let record = try #require(try RunDirectory.all(in: runs).first).record()
      #expect(record.threads == threads)
      if let kernels = environment["ASSAY_KERNELS"] { #expect(record.kernels == kernels) }
      return try results(in: runs)
    }
    let first = try run("first", 1, [:])
    #expect(first.keys.contains { $0.hasSuffix(".safetensors") }, "\(file) left no checkpoint")
    for (index, other) in others.enumerated() {
      let found = try run("\(index)", other.threads, other.environment)
      #expect(
        differences(found, from: first) == [],
        "\(file) with \(other.threads) threads and \(other.environment)")
    }
  }

  @Test(arguments: families)
  func `a family's experiment has the same bits with any threads, kernels and surroundings`(
    _ family: String
  ) throws {
    let kernels = Self.paths.flatMap { path in
      (path == "generic" ? [1, 3] : [2, 3, 8]).map { ($0, ["ASSAY_KERNELS": path]) }
    }
    let surroundings = [
      ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-AVX,-SSE4_2,-ERMS"],
      ["LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"],
      ["SWIFT_DETERMINISTIC_HASHING": "1"],
    ].map { (2, $0) }
    try expectSameBits(file(of: family), [], kernels + surroundings)
  }

  @Test(arguments: families)
  func `the resolved file of a run is the same run, with the same bits`(_ family: String) throws {
    let folder = try TemporaryFolder()
    let given = RunCall(file: file(of: family), runs: "\(folder.path)/given")
    let first = try given()
    #expect(first.code == 0, "\(first.err)")
    let run = try #require(try RunDirectory.all(in: given.runs).first)
    let resolved = RunCall(file: run.resolvedFile.path, runs: "\(folder.path)/resolved")
    let ending = try resolved()
    #expect(ending.code == 0, "\(ending.err)")
    let expected = try results(in: given.runs)
    #expect(differences(try results(in: resolved.runs), from: expected) == [])
  }

  /// All files in `experiments/`.
  static let shipped: [String] = {
    let folder = URL(filePath: testFolder).appending(path: "../../experiments").standardized.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }()

  @Test(arguments: shipped)
  func `a shipped experiment, shortened, has the same bits with any threads and fast kernels`(
    _ file: String
  ) throws {
    let images = try SmallImages()
    let overrides = ["train.steps=2"] + (try images.overrides(of: file))
    let fast = Self.paths.filter { $0 != "generic" }.enumerated()
    let others = fast.flatMap { index, path in
      (index == 0 ? [2, 3, 8] : [1, 2, 3, 8]).map { ($0, ["ASSAY_KERNELS": path]) }
    }
    try withExtendedLifetime(images) { try expectSameBits(file, overrides, others) }
  }
}

/// A data set in the form of Fashion-MNIST, of few images that nobody has to read.
final class SmallImages {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (prefix, count) in [("train", 60), ("t10k", 20)] {
      let pixels = (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 &* $0 / 97) }
      let labels = (0..<count).map { UInt8($0 % 10) }
      try write("\(prefix)-images-idx3-ubyte", 0x803, [count, 28, 28], pixels)
      try write("\(prefix)-labels-idx1-ubyte", 0x801, [count], labels)
    }
  }

  /// What shortens a shipped experiment's data to a few, these images among them.
  func overrides(of file: String) throws -> [String] {
    let data = try Compile.file(file, overrides: []).compiled.experiment.data
    var overrides = ["data.batch=16"]
    if data.dataset is FashionMNIST {
      overrides.append("data.dataset={fashion-mnist: \"\(folder.path)\"}")
    }
    if data.splits.contains(.validation) { overrides.append("data.split={validation: 20}") }
    return overrides
  }

  private func write(_ name: String, _ magic: UInt32, _ dims: [Int], _ values: [UInt8]) throws {
    let head = bigEndian(magic) + dims.flatMap { bigEndian(UInt32($0)) }
    try Data(head + values).write(to: URL(filePath: "\(folder.path)/\(name)"))
  }
}
