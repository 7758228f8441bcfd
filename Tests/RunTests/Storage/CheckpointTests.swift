import Glibc
import TestSupport
import Testing

@testable import Run

@Suite struct CheckpointTests {
  private let values: [Float] = [1, 2, 3]

  private func header(_ step: Int, best: CheckpointHeader.Best? = nil) -> CheckpointHeader {
    CheckpointHeader(
      step: step, identity: "abc", numerics: 1,
      metrics: CSVFile.Position(length: step * 10, digest: "digest of \(step)"), best: best)
  }

  private func save(
    _ store: CheckpointStore, _ step: Int, _ kind: CheckpointStore.Kind = .regular,
    best: CheckpointHeader.Best? = nil
  ) throws {
    try values.withUnsafeBytes {
      try store.save(
        kind, [Safetensors.Tensor("w", .float32, shape: [3], bytes: $0)],
        header: header(step, best: best))
    }
  }

  private func latest(_ store: CheckpointStore) throws -> Checkpoint? {
    try store.latest { Issue.record("\($0)") }
  }

  @Test func aCheckpointReadsBack() throws {
    let folder = try TemporaryFolder()
    let store = try CheckpointStore(folder: folder("checkpoints"), keep: 3)
    #expect(try latest(store) == nil)
    let best = CheckpointHeader.Best(value: -0.1, step: 400)
    try save(store, 4690, best: best)
    let checkpoint = try #require(try latest(store))
    #expect(checkpoint.header == header(4690, best: best))
    #expect(checkpoint.entry.path == folder("checkpoints/step-00004690.safetensors"))
    #expect(checkpoint.file.tensors.map(\.name) == ["w"])
  }

  @Test func theLastOnesAndTheBestStay() throws {
    let folder = try TemporaryFolder()
    let store = try CheckpointStore(folder: folder.path, keep: 2, goal: .maximize)
    var best: CheckpointHeader.Best?
    for (step, value) in [(10, 0.5), (20, 0.9), (30, 0.9), (40, .nan), (50, 0.1)] {
      best = store.best(after: best, value: value, step: step)
      try save(store, step, best: best)
    }
    // 20 and 30 are equally good: the earlier one is the best.
    #expect(best == CheckpointHeader.Best(value: 0.9, step: 20))
    #expect(
      try folder.names() == [20, 40, 50].map { CheckpointStore.fileName(step: $0, kind: .regular) })
  }

  @Test func smallerIsBetterWhereTheGoalSaysSo() throws {
    let folder = try TemporaryFolder()
    let store = try CheckpointStore(folder: folder.path, keep: 1, goal: .minimize)
    let first = store.best(after: nil, value: 3, step: 1)
    #expect(store.best(after: first, value: 2, step: 2)?.step == 2)
    #expect(store.best(after: first, value: 4, step: 2)?.step == 1)
    #expect(store.best(after: nil, value: .nan, step: 1) == nil)
    let without = try CheckpointStore(folder: folder.path, keep: 1)
    #expect(without.best(after: nil, value: 1, step: 1) == nil)
  }

  @Test func anInterruptedRunEndsWithTheFilesOfAnUndisturbedOne() throws {
    let plain = try TemporaryFolder()
    let disturbed = try TemporaryFolder()
    let store = try CheckpointStore(folder: plain.path, keep: 2)
    for step in [10, 20, 30] { try save(store, step) }

    let other = try CheckpointStore(folder: disturbed.path, keep: 2)
    try save(other, 10)
    try save(other, 13, .interim)
    try save(other, 17, .interim)
    #expect(
      try disturbed.names() == [
        "step-00000010.safetensors", "step-00000017-interim.safetensors",
      ])
    #expect(try latest(other)?.header.step == 17)
    try save(other, 20)
    #expect(try latest(other)?.entry.kind == .regular)
    try save(other, 30)
    #expect(try disturbed.names() == plain.names())
    for name in try plain.names() {
      #expect(try contents(plain(name)) == contents(disturbed(name)))
    }
  }

  @Test func whatAKilledWriterLeftIsRemoved() throws {
    let folder = try TemporaryFolder()
    let store = try CheckpointStore(folder: folder.path, keep: 1)
    // Killed after the rename, before the old ones were removed; and in the middle of the next one.
    let generous = try CheckpointStore(folder: folder.path, keep: 9)
    for step in [10, 20] { try save(generous, step) }
    try put([1, 2], at: folder(".step-00000030.safetensors.77.tmp"))
    #expect(try latest(store)?.header.step == 20)
    #expect(try folder.names() == ["step-00000020.safetensors"])
  }

  @Test func aDamagedOneIsSetAsideAndTheOlderOneUsed() throws {
    let folder = try TemporaryFolder()
    let store = try CheckpointStore(folder: folder.path, keep: 3)
    for step in [10, 20, 30] { try save(store, step) }
    let path = folder("step-00000030.safetensors")
    var bytes = try contents(path)
    bytes[bytes.count - 1] ^= 1
    try put(bytes, at: path)
    // Right in itself, but not what its name says.
    try put(contents(folder("step-00000020.safetensors")), at: folder("step-00000040.safetensors"))
    symlink(path, folder("step-00000050.safetensors"))
    mkdir(folder("step-00000060.safetensors"), 0o755)

    var reports: [String] = []
    let checkpoint = try store.latest { reports.append("\($0)") }
    #expect(checkpoint?.header.step == 20)
    #expect(
      reports == [
        "`\(folder("step-00000060.safetensors"))` is not a regular file",
        "`\(folder("step-00000050.safetensors"))` is a link, not a file",
        "`\(folder("step-00000040.safetensors"))` does not hold a checkpoint of step 40",
        "`\(path)` holds damaged values: their digest differs",
      ])
    #expect(
      try folder.names() == [
        "step-00000010.safetensors", "step-00000020.safetensors",
        "step-00000030.safetensors.corrupt", "step-00000040.safetensors.corrupt",
        "step-00000050.safetensors.corrupt", "step-00000060.safetensors.corrupt",
      ])
    // They are not looked at again.
    #expect(try latest(store)?.header.step == 20)
  }

  @Test func otherNamesAreNoCheckpoints() throws {
    let folder = try TemporaryFolder()
    let names = [
      "step-10.safetensors", "step-00000010.safetensors.corrupt", "step-.safetensors",
      "step-000000010.safetensors", "step--0000001.safetensors", "notes.txt",
      "step-99999999999999999999.safetensors", "step-00000010-best.safetensors",
    ]
    for name in names { try put([], at: folder(name)) }
    #expect(try CheckpointStore.entries(in: folder.path).isEmpty)
    #expect(try CheckpointStore.entries(in: folder("none")).isEmpty)
    #expect(
      CheckpointStore.fileName(step: 123_456_789, kind: .regular) == "step-123456789.safetensors")
  }

  @Test(arguments: [
    ("step", "-1"), ("step", "1e3"), ("step", ""), ("numerics", "x"), ("metrics_length", "-5"),
    ("format", "pt"),
  ])
  func headersWithImpossibleValuesAreRefused(_ key: String, _ value: String) {
    var fields = header(10).fields
    #expect(CheckpointHeader(fields: fields) != nil)
    fields[key] = value
    #expect(CheckpointHeader(fields: fields) == nil)
    fields[key] = nil
    #expect(CheckpointHeader(fields: fields) == nil)
  }
}
