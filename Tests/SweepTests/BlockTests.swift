import Foundation
import TestSupport
import Testing
import Text

@testable import Sweep

@Suite struct BlockTests {
  private let folder: TemporaryFolder
  private var path: String { folder("record") }

  init() throws {
    folder = try TemporaryFolder()
    try Record.prepare(folder("record"), writer: "test")
  }

  private func reader(readsBlocks: Bool = true) -> Record {
    Record(folder: path, sweep: "aaaa", writer: "reader", readsBlocks: readsBlocks)
  }

  /// The numbers of the trials whose start a reader finds.
  private func trials(readsBlocks: Bool = true) throws -> [Int] {
    let record = reader(readsBlocks: readsBlocks)
    var trials: [Int] = []
    while let entry = try record.next() {
      if case .started(let trial, _, _, _)? = entry.events.first { trials.append(trial) }
    }
    return trials
  }

  /// Writes entries, without waiting for the disk as a record does.
  private func write(_ count: Int) throws {
    for group in 0...count / 1000 {
      try FileManager.default.createDirectory(
        atPath: "\(path)/00\(group)", withIntermediateDirectories: true)
    }
    for number in 0..<count {
      let started = Event.started(trial: number, seed: 1, run: "r", point: [:])
      let entry: JSON = [
        "sweep": "aaaa", "number": .integer(Int64(number)), "by": "w",
        "events": .array([started.json]),
      ]
      try Data((entry.text + "\n").utf8).write(
        to: URL(filePath: Record.path(of: number, in: path).path))
    }
  }

  @Test func `who adds the thousandth entry copies them into one file, which is read instead`()
    throws
  {
    try write(999)
    let writer = Record(folder: path, sweep: "aaaa", writer: "writer")
    while try writer.next() != nil {}
    #expect(try writer.append([.started(trial: 999, seed: 1, run: "r", point: [:])]))
    #expect(try writer.append([.started(trial: 1000, seed: 1, run: "r", point: [:])]))
    #expect(Block(0, in: path) != nil && Block(1, in: path) == nil)
    #expect(try !Block.isWrong(0, in: path) && Record.fault(in: path) == nil)
    try FileManager.default.removeItem(at: URL(filePath: "\(path)/000"))
    #expect(try trials() == Array(0...1000))
    #expect(try trials(readsBlocks: false) == [], "who proves a record reads the entries")
  }

  @Test func `a block that is missing or was cut off costs nothing but time, and is made again`()
    throws
  {
    try write(2001)
    let record = reader()
    while try record.next() != nil {}
    try record.makeBlocks()
    #expect(Block(0, in: path) != nil && Block(1, in: path) != nil && Block(2, in: path) == nil)
    let file = URL(filePath: Block.path(of: 1, in: path).path)
    let whole = try Data(contentsOf: file)
    for damaged in [Data(), whole.prefix(whole.count / 2), whole.prefix(whole.count - 1)] {
      try damaged.write(to: file)
      #expect(try trials() == Array(0...2000))
    }
    let next = reader()
    while try next.next() != nil {}
    try next.makeBlocks()
    #expect(try Data(contentsOf: file) == whole)
  }

  @Test func `a block that says other things than its entries is found out`() throws {
    try write(1000)
    try Block.make(0, in: path)
    #expect(try !Block.isWrong(0, in: path))
    let file = Block.path(of: 0, in: path).path
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try Data(text.replacing("\"trial\":7}", with: "\"trial\":8}").utf8).write(
      to: URL(filePath: file))
    #expect(try Block.isWrong(0, in: path))
    // A line that is no entry at all is no reason to stop: there is the entry itself.
    try Data(text.replacing("{\"by\":\"w\"", with: "[").utf8).write(to: URL(filePath: file))
    #expect(try trials() == Array(0..<1000))
  }
}
