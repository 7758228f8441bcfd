import Foundation
import Run
import TestSupport
import Testing

@testable import Sweep

@Suite struct RecordTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Record.prepare(folder("record"), writer: "test")
  }

  private func record(_ writer: String, sweep: String = "aaaa") -> Record {
    Record(folder: folder("record"), sweep: sweep, writer: writer)
  }

  private static func started(_ trial: Int) -> Event {
    .started(trial: trial, seed: 1, run: "0123456789ab", point: ["rate": "1e-3"])
  }

  @Test func `what one process adds, another one reads in the same order`() throws {
    let (first, second) = (record("first"), record("second"))
    let judgement = Event.Judgement(
      step: 10, epochs: 1, value: -.infinity, digest: "d", verdict: .prune)
    let end = Event.End(outcome: .pruned, step: 10, value: .nan, digest: "d", message: "why")
    let events: [[Event]] = [
      [Self.started(0), Self.started(1)], [.reached(trial: 0, judgement)], [.left(trial: 1)],
      [.resumed, .taken(trial: 1, step: 5)], [.retried(trial: 7)],
    ]
    for event in events { #expect(try first.append(event)) }
    for event in events {
      let entry = try #require(try second.next())
      #expect(entry.events == event && entry.writer == "first")
    }
    #expect(try second.next() == nil)
    #expect(try second.append([.ended(trial: 0, end)]))
    guard case .ended(0, let read)? = try first.next()?.events.first else {
      Issue.record("no end")
      return
    }
    // NaN is not equal to itself.
    #expect(read.value?.isNaN == true && read.message == "why" && read.outcome == .pruned)
  }

  @Test func `a number that is taken has to be read before another entry can be added`() throws {
    let (first, second) = (record("first"), record("second"))
    #expect(try first.append([Self.started(0)]))
    #expect(try !second.append([Self.started(0)]))
    #expect(try second.next()?.writer == "first")
    #expect(try second.append([Self.started(1)]))
  }

  @Test func `of many writers at once each entry is that of one, and none is lost`() async throws {
    let path = folder("record")
    await withTaskGroup(of: Int.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let record = Record(folder: path, sweep: "aaaa", writer: "w\(writer)")
          var added = 0
          while added < 25 {
            if (try? record.append([Self.started(writer * 100 + added)])) == true { added += 1 }
            while (try? record.next()) != nil {}
          }
          return added
        }
      }
      for await added in group { #expect(added == 25) }
    }
    let reader = record("reader")
    var trials: Set<Int> = []
    while let entry = try reader.next() {
      if case .started(let trial, _, _, _)? = entry.events.first { trials.insert(trial) }
    }
    #expect(trials.count == 100 && reader.count == 100)
    #expect(try Record.fault(in: path) == nil)
    #expect(try folder.names() == ["record"])
  }

  @Test func `an entry that is damaged or of another sweep is refused`() throws {
    #expect(try record("first").append([Self.started(0)]))
    #expect(throws: StorageError.self) { try record("second", sweep: "bbbb").next() }
    try folder.write("record/000/000000.json", "{\"sweep\":")
    #expect(throws: StorageError.self) { try record("second").next() }
    try folder.write(
      "record/000/000000.json",
      "{\"sweep\":\"aaaa\",\"number\":0,\"by\":\"x\",\"events\":[{\"exploded\":{}}]}")
    #expect(throws: StorageError.self) { try record("second").next() }
  }

  @Test func `a gap and a foreign file are told`() throws {
    let first = record("first")
    for trial in 0..<3 { #expect(try first.append([Self.started(trial)])) }
    try folder.write("record/000/notes.txt", "")
    #expect("\(try #require(try Record.fault(in: folder("record"))))".contains("notes.txt"))
    try FileManager.default.removeItem(atPath: folder("record/000/notes.txt"))
    try FileManager.default.removeItem(atPath: folder("record/000/000001.json"))
    #expect("\(try #require(try Record.fault(in: folder("record"))))".contains("000001.json"))
  }
}
