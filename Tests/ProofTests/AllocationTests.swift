import Foundation
import TestSupport
import Testing

/// A step allocates nothing: a longer run makes as many allocations as a short one.
///
/// Only optimised code is built for that, so the program is the release build beside the tests,
/// where there is one, as it was last made (`swift build -c release`).
@Suite struct AllocationTests {
  private static let folder = URL(filePath: Child.assay).deletingLastPathComponent()
  private static let release = folder.appending(path: "../release/assay").standardized.path
  /// Counts allocations where it is loaded first (`Tests/CAllocations`).
  private static let counter = folder.appending(path: "libAllocations.so").path

  static let isBuilt = FileManager.default.isExecutableFile(atPath: release)

  /// What a run makes besides steps falls due at the last one alone.
  private static let overrides = ["metrics.every", "checkpoints.every"]
  private static let ownOverrides = [
    "autoencoder": ["metrics.validation.every", "samples.every"], "gan": ["samples.every"],
    "hinge": ["samples.every"], "vae": ["metrics.train.every", "samples.every"],
    "wgan-gp": ["metrics.test.every", "samples.every"],
  ]

  private func allocations(_ family: String, steps: Int) throws -> Int {
    let folder = try TemporaryFolder()
    let rare = Self.overrides + (Self.ownOverrides[family] ?? [])
    let call = RunCall(
      file: file(of: family),
      overrides: ["train.steps=\(steps)"] + rare.map { "\($0)=1000 steps" },
      runs: folder("runs"), threads: 2)
    let environment = [
      "LD_PRELOAD": Self.counter, "ASSAY_ALLOCATIONS": folder("count"),
      "SWIFT_DETERMINISTIC_HASHING": "1",
    ]
    let ending = try Child([Self.release] + call.arguments, environment: environment).wait()
    #expect(ending.code == 0, "\(ending.err)")
    let text = try String(contentsOfFile: folder("count"), encoding: .utf8)
    return try #require(Int(text.trimmingCharacters(in: .newlines)))
  }

  @Test(.enabled(if: isBuilt, "there is no release build"), arguments: families)
  func `two hundred steps more make no allocation more`(_ family: String) throws {
    let short = try allocations(family, steps: 100)
    let long = try allocations(family, steps: 300)
    #expect(short > 1000, "the counter counts")
    // Texts with other numbers, and who of two threads comes first, make a few.
    #expect(abs(long - short) < 100, "\(short) in 100 steps, \(long) in 300")
  }
}
