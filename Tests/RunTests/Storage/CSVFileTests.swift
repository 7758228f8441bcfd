import Glibc
import Tensor
import TestSupport
import Testing

@testable import Run

@Suite struct CSVFileTests {
  @Test func numbersAreTheShortestThatReadBackAsTheSameBits() throws {
    let folder = try TemporaryFolder()
    let file = try CSVFile(creating: folder("a.csv"), columns: ["step", "vae.loss", "test.elbo"])
    try file.append([.integer(100), .float(0.1), .empty])
    try file.append([.integer(200), .double(0.1 + 0.2), .float(.leastNonzeroMagnitude)])
    try file.append([.integer(300), .float(.nan), .double(-.infinity)])
    #expect(
      try text(folder("a.csv")) == """
        step,vae.loss,test.elbo
        100,0.1,
        200,0.30000000000000004,1e-45
        300,nan,-inf

        """)
  }

  @Test func aTableGoesOnWhereItsCheckpointWas() throws {
    let folder = try TemporaryFolder()
    let columns = ["step", "loss"]
    let undisturbed = try CSVFile(creating: folder("a"), columns: columns)
    let killed = try CSVFile(creating: folder("b"), columns: columns)
    for file in [undisturbed, killed] { try file.append([.integer(1), .float(0.5)]) }
    let position = killed.position
    #expect(position == undisturbed.position)
    try killed.append([.integer(2), .float(9)])
    try put(contents(folder("b")) + Array("3,half a ro".utf8), at: folder("b"))
    let continued = try CSVFile(continuing: folder("b"), columns: columns, at: position)
    for file in [undisturbed, continued] { try file.append([.integer(2), .float(0.25)]) }
    #expect(try text(folder("b")) == text(folder("a")))
    #expect(continued.position == undisturbed.position)
    #expect(continued.position.digest == SHA256.hex(of: try contents(folder("a"))))
    try continued.file.sync()
  }

  @Test func aTableThatSomeoneChangedIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try CSVFile(creating: folder("a"), columns: ["step"])
    try file.append([.integer(1)])
    let position = file.position
    let bytes = try contents(folder("a"))
    func refusal() -> String? {
      failure { try CSVFile(continuing: folder("a"), columns: ["step"], at: position) }
    }
    try put(Array("step\n2\n".utf8), at: folder("a"))
    #expect(refusal() == "`\(folder("a"))` was changed after the checkpoint was written")
    try put(Array(bytes.dropLast()), at: folder("a"))
    #expect(refusal() == "`\(folder("a"))` has 6 bytes, but had 7 at the checkpoint")
    // What was refused is left as it was.
    #expect(try contents(folder("a")) == Array(bytes.dropLast()))
    try removeFile(folder("a"))
    #expect(refusal() == "cannot read `\(folder("a"))`: No such file or directory")
  }

  @Test func timesAreCutBackByTheirStep() throws {
    let folder = try TemporaryFolder()
    let columns = ["step", "seconds"]
    try put(Array("step,seconds\n10,1.5\n20,3.0\n30,4.5\n40".utf8), at: folder("t"))
    let file = try CSVFile(continuing: folder("t"), columns: columns, upTo: 20)
    try file.append([.integer(30), .double(9)])
    #expect(try text(folder("t")) == "step,seconds\n10,1.5\n20,3.0\n30,9.0\n")
    #expect(file.position.digest == SHA256.hex(of: try contents(folder("t"))))
    _ = try CSVFile(continuing: folder("t"), columns: ["step", "other"], upTo: 20)
    #expect(try text(folder("t")) == "step,other\n")
    _ = try CSVFile(continuing: folder("new"), columns: columns, upTo: 0)
    #expect(try text(folder("new")) == "step,seconds\n")
  }

  @Test func aTableReadWhileItIsWrittenEndsWithItsLastWholeRow() throws {
    let folder = try TemporaryFolder()
    try put(Array("step,loss\n1,2\n2,".utf8), at: folder("a"))
    var lines = try TableLines(reading: folder("a"))
    var found: [String] = []
    while let line = try lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
    #expect(found == ["step,loss", "1,2"] && lines.end == 14)
    #expect(try readTable(folder("a")) == Array("step,loss\n1,2\n".utf8))
    try put(Array("step,loss\n1,2\n2,3\n".utf8), at: folder("a"))
    #expect(try lines.next().map { String(decoding: $0, as: UTF8.self) } == "2,3")
    #expect(try lines.next() == nil)
  }

  @Test func linesLongerThanAPieceAreRead() throws {
    let folder = try TemporaryFolder()
    let line = String(repeating: "1234567,", count: 100_000) + "1"
    try put(Array("a\n\(line)\nb\n\(line)\n".utf8), at: folder("a"))
    var lines = try TableLines(reading: folder("a"))
    for expected in ["a", line, "b", line] {
      #expect(try lines.next()?.elementsEqual(expected.utf8) == true)
    }
    #expect(try lines.next() == nil)
    #expect(lines.end == 2 * line.utf8.count + 6)
  }

  /// A terabyte of a hole, and a line without end, take no memory.
  @Test func whatNoRunWritesIsRefusedBeforeItIsRead() throws {
    let folder = try TemporaryFolder()
    try put(Array("step,loss\n1,2\n".utf8), at: folder("hole"))
    try File("write", folder("hole"), flags: O_RDWR).truncate(to: 1 << 40)
    try put(
      Array("step,loss\n1,".utf8) + [UInt8](repeating: 0x31, count: 3 << 20), at: folder("long"))
    for (name, fact) in [
      ("hole", "has bytes that are 0, as no text has"), ("long", "has a line longer than 1 MiB"),
    ] {
      let message = "`\(folder(name))` \(fact)"
      #expect(failure { try readTable(folder(name)) } == message)
      #expect(failure { try MeasuredRows(reading: folder(name)) } == message)
    }
    let timing = try CSVFile(continuing: folder("hole"), columns: ["step", "loss"], upTo: 9)
    #expect(timing.position.length == 14)
    #expect(try text(folder("hole")) == "step,loss\n1,2\n")
  }
}
