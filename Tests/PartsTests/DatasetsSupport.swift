import Foundation
import Tensor
import Testing

@testable import Parts

/// A folder for a test's files, removed with the last reference.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
    return path + "/" + name
  }

  /// Writes a file and returns its path.
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }
}

/// A file that NumPy wrote (`Goldens/make_arrays.py`).
func golden(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/arrays/\(name)")
    .path
}

/// The numbers as they lie in memory.
func floats(_ numbers: Numbers, _ count: Int) -> [Float] {
  switch numbers {
  case .bytes(let buffer, _): (0..<count).map { Float(Numbers.bytes(of: buffer)[$0]) }
  case .floats(let buffer): Array(buffer.elements.prefix(count))
  }
}

/// What is wrong with the data that `body` reads; the test fails where nothing is.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(DataError) -> Void
) -> String {
  do throws(DataError) {
    try body()
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
    return ""
  } catch {
    let name = error.path.split(separator: "/").last.map(String.init) ?? error.path
    return "\(name) \(error.fact)" + (error.position.map { " at \($0)" } ?? "")
      + (error.help.map { "; \($0)" } ?? "")
  }
}

/// An IDX file of bytes.
func idx(_ dims: [Int], kind: UInt8 = 8, _ content: [UInt8]) -> [UInt8] {
  let extents = dims.flatMap { extent in
    (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) }
  }
  return [0, 0, kind, UInt8(dims.count)] + extents + content
}

/// An `.npy` file of version 1.0 with this header.
func npy(_ header: String, _ content: [UInt8] = []) -> [UInt8] {
  let text = Array((header + "\n").utf8)
  let size = [UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8)]
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + size + text + content
}
