import Foundation
import TestSupport
import Testing

@testable import Run

/// A checkpoint that is not what was written is set aside, and the one before it is used: the run
/// ends in the same bits.
@Suite struct DamageTests {
  /// What can happen to a file's bytes.
  private static let damages: [(name: String, apply: @Sendable (inout [UInt8]) -> Void)] = [
    ("is empty", { $0 = [] }),
    ("ends within its first bytes", { $0.removeLast($0.count - 7) }),
    ("ends within the header", { $0.removeLast($0.count - 100) }),
    ("ends half-way", { $0.removeLast($0.count / 2) }),
    ("misses its last byte", { $0.removeLast() }),
    ("has one byte more", { $0.append(0) }),
    ("has a bit of the length flipped", { $0[1] ^= 1 }),
    ("has a bit of the header flipped", { $0[60] ^= 4 }),
    ("has a bit of the last value flipped", { $0[$0.count - 1] ^= 1 }),
    ("has zeros for its second half", { for i in $0.count / 2..<$0.count { $0[i] = 0 } }),
  ]

  /// A finished run that says of itself that it was interrupted.
  private func interrupted(in runs: String) throws -> RunDirectory {
    let ending = try RunCall(file: file(of: "autoencoder"), runs: runs)()
    #expect(ending.code == 0, "\(ending.err)")
    let run = try #require(try RunDirectory.all(in: runs).first)
    try pretendToRun(run)
    return run
  }

  private func pretendToRun(_ run: RunDirectory) throws {
    var record = try RunRecord(reading: run.recordFile)
    record.status = .running
    try record.write(to: run.recordFile)
  }

  private func damage(_ path: String, _ apply: (inout [UInt8]) -> Void) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    apply(&bytes)
    try Data(bytes).write(to: URL(filePath: path))
  }

  @Test func `a damaged newest checkpoint is set aside, and the run ends in the same bits`() throws
  {
    let folder = try TemporaryFolder()
    let run = try interrupted(in: folder.path)
    let expected = try results(in: folder.path)
    for (name, apply) in Self.damages {
      let newest = try #require(try CheckpointStore.entries(in: run.checkpointsFolder).last)
      #expect(newest.step == 12)
      try pretendToRun(run)
      try damage(newest.path, apply)
      let ending = try RunCall(file: file(of: "autoencoder"), runs: folder.path)()
      #expect(ending.code == 0, "a checkpoint that \(name): \(ending.err)")
      #expect(FileManager.default.fileExists(atPath: newest.path + ".corrupt"), "\(name)")
      #expect(
        differences(try results(in: folder.path), from: expected) == [],
        "after a checkpoint that \(name)")
    }
    let log = try String(contentsOfFile: run.logFile.path, encoding: .utf8)
    #expect(log.split(separator: "\n").filter { $0.contains("set aside") }.count == 10)
  }

  @Test func `with all checkpoints damaged the run starts over, and ends in the same bits`() throws
  {
    let folder = try TemporaryFolder()
    let run = try interrupted(in: folder.path)
    let expected = try results(in: folder.path)
    for entry in try CheckpointStore.entries(in: run.checkpointsFolder) {
      try damage(entry.path) { $0[$0.count / 2] ^= 0x10 }
    }
    let ending = try RunCall(file: file(of: "autoencoder"), runs: folder.path)()
    #expect(ending.code == 0, "\(ending.err)")
    #expect(differences(try results(in: folder.path), from: expected) == [])
  }

  @Test func `rows after the checkpoint, and half ones, are cut off`() throws {
    let folder = try TemporaryFolder()
    let run = try interrupted(in: folder.path)
    let expected = try results(in: folder.path)
    try damage(run.metricsFile.path) { $0 += Array("13,1.5,0.25".utf8) }
    let ending = try RunCall(file: file(of: "autoencoder"), runs: folder.path)()
    #expect(ending.code == 0, "\(ending.err)")
    #expect(differences(try results(in: folder.path), from: expected) == [])
  }

  @Test(arguments: ["changed", "cut", "emptied", "lost"])
  func `rows that are lost or changed are made again, whether the run had ended or not`(
    how: String
  ) throws {
    let folder = try TemporaryFolder()
    let run = try interrupted(in: folder.path)
    let expected = try results(in: folder.path)
    for isFinished in [false, true] {
      switch how {
      case "changed": try damage(run.metricsFile.path) { $0[$0.count / 2] ^= 1 }
      case "cut": try damage(run.metricsFile.path) { $0.removeLast($0.count / 2) }
      case "emptied": try damage(run.metricsFile.path) { $0.removeAll() }
      default: try FileManager.default.removeItem(atPath: run.metricsFile.path)
      }
      if !isFinished { try pretendToRun(run) }
      let ending = try RunCall(file: file(of: "autoencoder"), runs: folder.path)()
      #expect(ending.code == 0, "\(ending.err)")
      #expect(ending.err.contains("the run goes back to step"))
      #expect(differences(try results(in: folder.path), from: expected) == [])
    }
  }

  @Test(arguments: ["cut", "lost"])
  func `a picture that is lost is drawn again`(how: String) throws {
    let folder = try TemporaryFolder()
    let run = try interrupted(in: folder.path)
    let call = RunCall(file: file(of: "autoencoder"), runs: folder.path)
    #expect(try call().code == 0)
    let expected = try results(in: folder.path)
    let picture = try #require(try names(in: run.samplesFolder).last)
    let path = run.samplesFolder.appending(picture).path
    if how == "cut" {
      try damage(path) { $0.removeLast(20) }
    } else {
      try FileManager.default.removeItem(atPath: path)
    }
    let ending = try call()
    #expect(ending.code == 0, "\(ending.err)")
    #expect(ending.err.contains("`\(path)` is"))
    #expect(differences(try results(in: folder.path), from: expected) == [])
    #expect(try call().err.contains("finished before; nothing to do"))
  }
}
