import Glibc

@testable import Run

/// A folder of its own for a test, removed with all that is in it when the last reference goes.
final class TemporaryFolder {
  let path: String

  init(in parent: String = P_tmpdir) throws {
    var template = Array("\(parent)/assay-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw StorageError.last("make", parent) }
    path = template.withUnsafeBufferPointer { bytes in
      String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  deinit { TemporaryFolder.remove(path) }

  /// The path of a name in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// What the folder holds, hidden files too.
  func names() throws -> [String] { try Run.names(in: path) }

  private static func remove(_ path: String) {
    chmod(path, 0o755)
    for name in (try? Run.names(in: path)) ?? [] { remove("\(path)/\(name)") }
    if unlink(path) != 0 { rmdir(path) }
  }
}

/// What a file holds.
func contents(_ path: String) throws -> [UInt8] { try readWhole(path, limit: 1 << 30) }

/// What a file holds, as text.
func text(_ path: String) throws -> String {
  String(decoding: try contents(path), as: UTF8.self)
}

/// The error that a call throws, as the line that a user sees; nil where it throws none.
func failure<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
