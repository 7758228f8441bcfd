import Foundation
import Tensor

/// Remembers the digests of files, so that large data is not read anew for every run.
///
/// A small text file of one line per data file: digest, size, times of change, inode, path. A digest
/// holds while the others do; the second time is the system's, which no edit keeps. Nothing depends on the cache: where it cannot be read or written,
/// digests are computed.
struct DigestCache: Sendable {
  /// The cache's own file; nil for no cache.
  let path: String?
  /// The seconds since 1970.
  var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }

  /// The user's cache: under `XDG_CACHE_HOME`, else under `.cache` in the home folder; none where
  /// neither is known.
  static let standard: DigestCache = {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
        cache
      } else if let home = environment["HOME"], home.hasPrefix("/") {
        home + "/.cache"
      } else {
        String?.none
      }
    return DigestCache(path: folder.map { $0 + "/assay/digests" })
  }()

  /// The most lines that are kept, the newest first.
  static let limit = 1000

  /// The SHA-256 digest of the content of the file at `path`, in hexadecimal.
  func digest(of path: String) throws(DataError) -> String {
    let file = try DataFile(path)
    let key = Self.key(path, file.identity)
    let lines = read()
    if let line = lines.first(where: { $0.hasSuffix(key) && $0.utf8.count == key.utf8.count + 64 })
    {
      return String(line.prefix(64))
    }
    let digest = try Self.compute(file)
    // A file that changed within the clock's grain could change again under the same time.
    let age = now() - Double(file.identity.changed) / 1e9
    if age > 2 {
      write([digest + key] + lines.filter { !$0.hasSuffix("\t" + Self.absolute(path)) })
    }
    return digest
  }

  private static func key(_ path: String, _ identity: DataFile.Identity) -> String {
    "\t\(identity.size)\t\(identity.modified)\t\(identity.changed)\t\(identity.inode)"
      + "\t\(absolute(path))"
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  private static func compute(_ file: DataFile) throws(DataError) -> String {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    var digest = SHA256()
    while true {
      let count = try file.read(into: piece)
      if count == 0 { break }
      digest.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    try file.checkUnchanged(since: file.identity)
    return digest.hex
  }

  private func read() -> [String] {
    guard let path, let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: 4 << 20)
    else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Writes the whole file anew and puts it in place in one go; failures change nothing.
  private func write(_ lines: [String]) {
    guard let path else { return }
    let folder = URL(filePath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let text = lines.prefix(Self.limit).joined(separator: "\n") + "\n"
    try? Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
