import Glibc
import TestSupport
import Testing

@testable import Run

@Suite struct RunDirectoryTests {
  private let identity = "3f9a2c61d0b7ffffffffffffffffffffffffffffffffffffffffffffffffffff"

  private func record(_ experiment: String = "vae") -> RunRecord {
    RunRecord(
      experiment: experiment, identity: identity, numerics: 1, version: "0.1", kernels: "avx2",
      threads: 2, pid: 77, data: ["train": "digest"], steps: 100)
  }

  private func make(_ runs: String, _ experiment: String, _ identity: String) throws {
    let run = try RunDirectory.claim(runs: runs, experiment: experiment, identity: identity)
    try record(experiment).write(to: run.directory.recordFile)
  }

  @Test func makingTheDirectoryIsTheClaim() throws {
    let folder = try TemporaryFolder()
    func claim(_ repetition: Int) throws -> (directory: RunDirectory, isNew: Bool) {
      try RunDirectory.claim(
        runs: folder("deep/runs"), experiment: "vae", identity: identity, repetition: repetition)
    }
    let first = try claim(1)
    #expect(first.isNew)
    #expect(first.directory.path == folder("deep/runs/vae/3f9a2c61d0b7"))
    #expect(try !claim(1).isNew)
    let second = try claim(2)
    #expect(second.isNew)
    #expect(second.directory.id == "3f9a2c61d0b7-2")
    #expect(second.directory.experiment == "vae")
  }

  @Test func aFileInTheWayIsToldApart() throws {
    let folder = try TemporaryFolder()
    try put([], at: folder("vae"))
    #expect(
      failure {
        try RunDirectory.claim(runs: folder.path, experiment: "vae", identity: identity)
      } == "`\(folder("vae"))` is not a folder")
  }

  @Test(arguments: [
    ("", "is empty"), ("a/b", "holds other characters"), ("..", "starts with `.`"),
    ("-x", "starts with `-`"), ("a ", "holds other characters"), ("é", "holds other characters"),
    ("a\u{0}", "holds other characters"), ("a.", "ends in `.`"),
    (String(repeating: "a", count: 101), "is longer than 100 characters"),
  ])
  func namesThatSomeFileSystemRefusesAreRefused(_ name: String, _ problem: String) throws {
    #expect(RunDirectory.nameProblem(name)?.hasPrefix(problem) == true)
    let folder = try TemporaryFolder()
    #expect(throws: StorageError.self) {
      try RunDirectory.claim(runs: folder.path, experiment: name, identity: identity)
    }
    #expect(try folder.names() == [])
  }

  @Test func ordinaryNamesAreAllowed() {
    #expect(RunDirectory.nameProblem("wgan-gp_v1.2") == nil)
  }

  @Test func preparingRemovesWhatAKilledWriterLeft() throws {
    let folder = try TemporaryFolder()
    let run = RunDirectory(path: folder.path)
    try run.prepare()
    try put([], at: folder(".run.json.5.tmp"))
    try put([], at: folder("samples/.a.png.5.tmp"))
    try run.prepare()
    #expect(try folder.names() == ["samples"])
    #expect(try names(in: run.samplesFolder) == [])
  }

  @Test func aRunIsFoundByAnyUniqueStart() throws {
    let folder = try TemporaryFolder()
    try make(folder.path, "vae", "3f9a2c61d0b7")
    try make(folder.path, "vae-conv", "3f9b00000000")
    try make(folder.path, "gan", "aaaa00000000")
    #expect(try RunDirectory.all(in: folder.path).map(\.id).count == 3)
    func found(_ text: String) throws -> [String] {
      try RunDirectory.matching(text, in: folder.path).map(\.experiment)
    }
    #expect(try found("aa") == ["gan"])
    #expect(try found("gan") == ["gan"])
    #expect(try found("vae/3f") == ["vae"])
    #expect(try found("3f9") == ["vae", "vae-conv"])
    #expect(try found("vae") == ["vae", "vae-conv"])
    #expect(try found("bb") == [])
    #expect(try found(folder("gan/aaaa00000000")) == ["gan"])
    #expect(try found(folder("gan/aaaa00000000/")) == ["gan"])
    #expect(try RunDirectory.all(in: folder("none")) == [])
  }

  @Test func aWholeIdMeansThatRunAlone() throws {
    let folder = try TemporaryFolder()
    try make(folder.path, "vae", "3f9a2c61d0b7")
    try make(folder.path, "vae", "3f9a2c61d0b7")
    let again = try RunDirectory.claim(
      runs: folder.path, experiment: "vae", identity: identity, repetition: 2)
    try record().write(to: again.directory.recordFile)
    #expect(
      try RunDirectory.matching("3f9a2c61d0b7", in: folder.path).map(\.id) == ["3f9a2c61d0b7"])
    #expect(try RunDirectory.matching("3f9a2c61d0b7-", in: folder.path).count == 1)
    #expect(try RunDirectory.matching("3f9a", in: folder.path).count == 2)
  }

  @Test func aRecordReadsBack() throws {
    let folder = try TemporaryFolder()
    var record = record()
    record.status = .diverged
    record.step = 42
    record.ended = "2026-11-21T08:37:05Z"
    record.message = "the loss of `critic` is not finite"
    try record.write(to: folder("run.json"))
    #expect(try RunRecord(reading: folder("run.json")) == record)
    #expect(try text(folder("run.json")).hasPrefix("{\n  \"created\": \""))
  }

  @Test(arguments: ["", "[]", "{}", "{\"status\":\"running\"", "\u{0}"])
  func whatIsNoRecordIsRefused(_ content: String) throws {
    let folder = try TemporaryFolder()
    try put(Array(content.utf8), at: folder("run.json"))
    let error = #expect(throws: StorageError.self) { try RunRecord(reading: folder("run.json")) }
    #expect(error?.isInvalid == true)
  }

  @Test func runningWithoutALockIsInterrupted() throws {
    let folder = try TemporaryFolder()
    let run = RunDirectory(path: folder.path)
    try record().write(to: run.recordFile)
    #expect(try run.record().status == .interrupted)
    do {
      let lock = try RunLock(path: run.lockFile)
      #expect(try run.record().status == .running)
      withExtendedLifetime(lock) {}
    }
    #expect(try run.record().status == .interrupted)
  }

  @Test func theLogHasATimeInEachLine() throws {
    let folder = try TemporaryFolder()
    LogFile(path: folder("log.txt")).append("one\ntwo")
    LogFile(path: folder("log.txt")).append("three")
    let lines = try text(folder("log.txt")).split(separator: "\n").map { String($0.dropFirst(20)) }
    #expect(lines == [" one", " two", " three"])
    LogFile(path: folder("none/log.txt")).append("dropped")
  }
}
