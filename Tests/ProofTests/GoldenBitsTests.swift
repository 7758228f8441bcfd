import Foundation
import Tensor
import TestSupport
import Testing

@testable import Run

/// The bits of some runs as they were: a change of any bit of any result is noticed, and meant.
@Suite struct GoldenBitsTests {
  private static let path = "\(testFolder)/Goldens/digests.txt"

  /// The digest of the metrics, and that of the values in the last checkpoint.
  private static func digests(of family: String) throws -> [String] {
    let folder = try TemporaryFolder()
    let call = RunCall(file: file(of: family), runs: folder.path)
    let ending = try call()
    #expect(ending.code == 0, "\(ending.err)")
    let run = try #require(try RunDirectory.all(in: folder.path).first)
    let last = try #require(try CheckpointStore.entries(in: run.checkpointsFolder).last)
    let checkpoint = try Checkpoint(opening: last)
    let values = try #require(checkpoint.file.metadata["payload_sha256"])
    let metrics = SHA256.hex(of: try Data(contentsOf: URL(filePath: run.metricsFile.path)))
    return ["\(family) metrics \(metrics)", "\(family) checkpoint \(values)"]
  }

  /// `ASSAY_GOLDENS=write` writes the digests anew, as a change of bits that is meant demands.
  @Test func `results have the bits that they had when the numerics version was last raised`()
    throws
  {
    let lines = ["numerics \(Numerics.version)"] + (try families.flatMap(Self.digests))
    if ProcessInfo.processInfo.environment["ASSAY_GOLDENS"] == "write" {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: Self.path, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOfFile: Self.path, encoding: .utf8)
      .split(separator: "\n").map(String.init)
    for (found, expected) in zip(lines, golden) {
      #expect(
        found == expected,
        """
        bits of results changed: where that is meant, raise Numerics.version, then run with \
        ASSAY_GOLDENS=write
        """
      )
    }
    #expect(lines.count == golden.count)
  }
}
