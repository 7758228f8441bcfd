@testable import Run

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
