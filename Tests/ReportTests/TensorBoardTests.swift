import Foundation
import Testing

@testable import Report

@Suite struct TensorBoardTests {
  @Test func `the check sum is that of RFC 3720`() {
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.of(Array(0..<32)) == 0x46dd_794e)
  }

  @Test func `a record is a length, a message, and their masked sums`() {
    // What TensorFlow's writer makes of the same event.
    var file = EventFile(time: 0)
    let head = file.bytes
    #expect(head[..<8] == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(head[12..<14]) == [9, 0] && Array(head[21..<23]) == [26, 13])
    #expect(String(decoding: head[23..<36], as: UTF8.self) == "brain.Event:2")
    file.add(step: 300, time: 0, [("a", .scalar(1))])
    let body = Array(file.bytes[head.count + 12..<file.bytes.count - 4])
    #expect(
      body == [9, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0xac, 2, 42, 10, 10, 8, 10, 1, 97, 21, 0, 0, 128, 63])
  }

  @Test func `each measured cell is a value, and empty cells are none`() throws {
    let fixtures = try RunFixtures()
    let run = try fixtures.run(
      "a", metrics: "step,epoch,test.score\n10,0.5,\n20,1,nan\n30,1.5,2\n")
    let bytes = try TensorBoardExport.events(of: run, start: 0)
    let text = String(decoding: bytes, as: Unicode.ASCII.self)
    #expect(text.split(separator: "test/score").count == 3)
    #expect(text.split(separator: "epoch").count == 4)
    let path = try TensorBoardExport.write(run, to: fixtures.folder("board"))
    #expect(path.contains("/board/ring/a/events.out.tfevents."))
    #expect(FileManager.default.contents(atPath: path)?.isEmpty == false)
  }
}
