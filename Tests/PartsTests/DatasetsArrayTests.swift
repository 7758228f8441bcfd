import Foundation
import Tensor
import TestSupport
import Testing

@testable import Parts

@Suite struct DatasetsArrayTests {
  @Test(
    arguments: [
      "i1", "i2", "big_i2", "u2", "i4", "big_i4", "u4", "i8", "u8", "f4", "big_f4", "f8", "big_f8",
      "version_2", "version_3", "u1",
    ])
  func everyKindOfNumberIsRead(name: String) throws {
    let file = try ArrayFile(golden("\(name).npy"), format: .npy)
    #expect(file.header.dims == [4, 3])
    #expect(try file.header.exampleShape() == ExampleShape([3]))
    #expect(floats(try file.numbers(in: nil), 12) == (0..<12).map { Float(3 * $0) })
  }

  @Test func bytesAndBooleansStayBytes() throws {
    guard
      case .bytes(_, let divisor) = try ArrayFile(golden("u1.npy"), format: .npy)
        .numbers(in: nil)
    else {
      Issue.record("bytes became floats")
      return
    }
    #expect(divisor == 255)
    let booleans = try ArrayFile(golden("bool.npy"), format: .npy).numbers(in: nil)
    guard case .bytes(_, divisor: 1) = booleans else {
      Issue.record("booleans are not bytes")
      return
    }
    #expect(floats(booleans, 4) == [1, 0, 0, 1])
  }

  @Test(arguments: ["images.npy", "fortran.npy"])
  func imagesBecomeChannelsLastInMemory(name: String) throws {
    let file = try ArrayFile(golden(name), format: .npy)
    #expect(try file.header.exampleShape() == ExampleShape([3, 4, 5]))
    #expect(floats(try file.numbers(in: nil), 120) == channelsLast([2, 3, 4, 5]))
  }

  @Test func imagesOfBytesBecomeChannelsLastToo() throws {
    let file = try ArrayFile(golden("image_bytes.npy"), format: .npy)
    #expect(floats(try file.numbers(in: nil), 72) == channelsLast([2, 3, 4, 3]))
    let columns = try ArrayFile(golden("fortran_bytes.npy"), format: .npy)
    #expect(floats(try columns.numbers(in: nil), 20) == (0..<20).map { Float(3 * $0) })
  }

  @Test(arguments: ["images.idx", "images.idx.gz", "two_members.idx.gz"])
  func idxFilesAreReadPackedOrNot(name: String) throws {
    let file = try ArrayFile(golden(name), format: .idx)
    #expect(file.header.dims == [3, 2, 4])
    #expect(try file.header.exampleShape() == ExampleShape([1, 2, 4]))
    #expect(floats(try file.numbers(in: nil), 24) == (0..<24).map { Float(3 * $0) })
  }

  @Test func labelsAreWholeNumbersBelowTheNumberOfClasses() throws {
    let path = golden("labels.npy")
    #expect(try ArrayFile(path, format: .npy).labels(classes: 3) == [2, 0, 1, 2])
    #expect(
      failure { () throws(DataError) in
        _ = try ArrayFile(path, format: .npy).labels(classes: 2)
      }
        == "labels.npy holds the label 2, but labels are whole numbers from 0 to 1 at label 0")
    #expect(
      failure { () throws(DataError) in
        _ = try ArrayFile(golden("u1.npy"), format: .npy).labels(classes: 10)
      } == "u1.npy has shape [4, 3], but labels have one axis")
  }

  @Test(
    arguments: [
      ([], "x is not an IDX file: it does not start with its mark at byte 0"),
      ([0, 0, 8], "x is not an IDX file: it does not start with its mark at byte 0"),
      ([1, 0, 8, 1], "x is not an IDX file: it does not start with its mark at byte 0"),
      ([0, 0, 7, 1], "x is an IDX file of an unknown kind of numbers (7) at byte 2"),
      ([0, 0, 8, 0], "x is an IDX file of 0 axes, but there must be 1 to 4 at byte 3"),
      ([0, 0, 8, 200], "x is an IDX file of 200 axes, but there must be 1 to 4 at byte 3"),
      ([0, 0, 8, 2, 0, 0], "x ends within its header"),
      (idx([0, 28], []), "x holds no examples"),
      (idx([3, 0], []), "x has shape [3, 0], which is empty"),
      (
        idx([1 << 31, 1 << 31, 1 << 31, 1 << 31], []),
        "x has shape [2147483648, 2147483648, 2147483648, 2147483648], which is more than can be "
          + "held"
      ),
      (
        idx([2, 3], [1, 2, 3, 4, 5]),
        "x is truncated: it says in its header that it holds [2, 3] of uint8, which takes 18 bytes,"
          + " but it has 17"
      ),
      (
        idx([2, 3], [1, 2, 3, 4, 5, 6, 7]),
        "x is too long: it says in its header that it holds [2, 3] of uint8, which takes 18 bytes,"
          + " but it has 19"
      ),
    ] as [([UInt8], String)])
  func aDamagedIDXFileIsRefusedFromItsHeader(bytes: [UInt8], fact: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x", bytes)
    #expect(
      failure { () throws(DataError) in _ = try ArrayHeader(inspecting: path, format: .idx) }
        == fact
    )
  }

  @Test(
    arguments: [
      ("{'descr': '<f4', 'fortran_order': False}", "x lacks `shape` in its header at byte 51"),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "x has the unknown key `more` in its header at byte 73"
      ),
      (
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "x has `descr` twice in its header at byte 34"
      ),
      (
        "{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}",
        "x holds elements of type `<f2`, which is not read at byte 25; "
          + "save it as `array.astype(numpy.float32)`"
      ),
      (
        "{'descr': '<f4', 'fortran_order': No, 'shape': (2,)}",
        "x has a `fortran_order` that is neither True nor False at byte 44"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
        "x has the negative extent -2 in its shape at byte 61"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,)}",
        "x has shape [4611686018427387904], which is more than can be held"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "x has an extent in its shape that is no whole number, or too large at byte 61"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2.5,)}",
        "x has a header without `)` where one is due at byte 62"
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} __import__('os')",
        "x has more than a dictionary in its header at byte 66"
      ),
      (
        "__import__('os')", "x has a header without `{` where one is due at byte 10"
      ),
      (
        "{descr: '<f4'}", "x has a header that is not a dictionary of known form at byte 11"
      ),
    ])
  func aDamagedNPYHeaderIsRefused(header: String, fact: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x", npy(header, [UInt8](repeating: 0, count: 8)))
    #expect(
      failure { () throws(DataError) in _ = try ArrayHeader(inspecting: path, format: .npy) }
        == fact
    )
  }

  @Test(
    arguments: [
      ("object.npy", "object.npy holds Python objects, which would be code to run, not numbers"),
      ("record.npy", "record.npy holds records, not plain numbers"),
      ("complex.npy", "complex.npy holds elements of type `<c8`, which is not read"),
      ("scalar.npy", "scalar.npy holds a single number, not examples"),
    ])
  func whatIsNotPlainNumbersIsRefused(name: String, fact: String) {
    let message = failure { () throws(DataError) in
      _ = try ArrayHeader(inspecting: golden(name), format: .npy)
    }
    #expect(message.hasPrefix(fact))
  }

  @Test func anNPYFileOfAnotherVersionOrWithAHugeHeaderIsRefused() throws {
    let folder = try TemporaryFolder()
    let mark: [UInt8] = [0x93] + Array("NUMPY".utf8)
    let future = try folder.write("future", mark + [9, 9, 0, 0])
    #expect(
      failure { () throws(DataError) in _ = try ArrayHeader(inspecting: future, format: .npy) }
        == "future is an .npy file of version 9.9, but only 1.0, 2.0 and 3.0 are known at byte 6")
    let huge = try folder.write("huge", mark + [2, 0, 0, 0, 0, 0x40])
    #expect(
      failure { () throws(DataError) in _ = try ArrayHeader(inspecting: huge, format: .npy) }
        == "huge has a header of 1073741824 bytes, but at most 10000 are read at byte 8")
    let short = try folder.write("short", mark + [1, 0, 100, 0, 0x7B])
    #expect(
      failure { () throws(DataError) in _ = try ArrayHeader(inspecting: short, format: .npy) }
        == "short ends within its header")
  }

  @Test func aPackedFileThatUnpacksToMoreThanItsHeaderSaysIsRefusedUnread() throws {
    #expect(
      failure { () throws(DataError) in
        _ = try ArrayFile(golden("bomb.idx.gz"), format: .idx).numbers(in: nil)
      } == "bomb.idx.gz holds more than the [3, 2, 4] of uint8 that its header says")
  }

  @Test func aPackedFileThatIsCutOrDamagedIsRefused() throws {
    let folder = try TemporaryFolder()
    let whole = try [UInt8](Data(contentsOf: URL(filePath: golden("images.idx.gz"))))
    let cut = try folder.write("cut.gz", Array(whole.dropLast(20)))
    var damaged = whole
    damaged[damaged.count - 6] ^= 1
    let flipped = try folder.write("flipped.gz", damaged)
    let longer = try folder.write("longer.gz", whole + [1, 2, 3])
    #expect(read(cut) == "cut.gz is a truncated gzip file")
    #expect(read(flipped) == "flipped.gz is a damaged gzip file: incorrect data check")
    #expect(read(longer) == "longer.gz is a damaged gzip file: incorrect header check")
  }

  @Test func numbersMustBeFiniteAndInTheirRange() throws {
    let folder = try TemporaryFolder()
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
    let infinite = try folder.write("inf", npy(header, [0, 0, 0, 0, 0, 0, 0x80, 0x7F]))
    #expect(
      failure { () throws(DataError) in
        _ = try ArrayFile(infinite, format: .npy).numbers(in: nil)
      } == "inf holds inf, but every number must be finite at byte 74")
    #expect(
      failure { () throws(DataError) in
        _ = try ArrayFile(golden("f4.npy"), format: .npy).numbers(in: 0...10)
      } == "f4.npy holds 12, outside of its range [0, 10] at byte 144")
  }

  private func read(_ path: String) -> String {
    failure { () throws(DataError) in _ = try ArrayFile(path, format: .idx).numbers(in: nil) }
  }

  /// What 3·i, with i in the order (example, channel, row, column), is in memory's order.
  private func channelsLast(_ dims: [Int]) -> [Float] {
    var result: [Float] = []
    for example in 0..<dims[0] {
      for row in 0..<dims[2] {
        for column in 0..<dims[3] {
          for channel in 0..<dims[1] {
            let index = ((example * dims[1] + channel) * dims[2] + row) * dims[3] + column
            result.append(Float(3 * index))
          }
        }
      }
    }
    return result
  }
}
