import Foundation
import TestSupport
import Testing

@testable import Parts

@Suite struct DatasetsDigestTests {
  @Test func aDigestIsThatOfTheContent() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", "abc")
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(try DigestCache(path: nil).digest(of: path) == digest)
    #expect(try DigestCache(path: "/proc/no/such/cache").digest(of: path) == digest)
  }

  @Test func anUnchangedFileIsReadOnce() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("data", "old")
    let cache = later(folder.path + "/cache/digests")
    let digest = try cache.digest(of: path)
    let line = try #require(
      try? String(contentsOfFile: folder.path + "/cache/digests", encoding: .utf8))
    #expect(line.hasPrefix(digest + "\t3\t"))
    // What the cache says is believed while the file is the same.
    let other = String(repeating: "f", count: 64)
    try line.replacingOccurrences(of: digest, with: other)
      .write(toFile: folder.path + "/cache/digests", atomically: true, encoding: .utf8)
    #expect(try cache.digest(of: path) == other)
    _ = try folder.write("data", "new")
    #expect(try cache.digest(of: path) != other)
  }

  @Test func anEditThatKeepsSizeTimeAndPlaceIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("data", "old")
    let time = Date(timeIntervalSinceNow: -1e6)
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    let cache = later(folder.path + "/digests")
    let digest = try cache.digest(of: path)
    let before = try DataFile(path).identity
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.write(contentsOf: Data("new".utf8))
    try file.close()
    try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    let after = try DataFile(path).identity
    #expect(after.size == before.size && after.inode == before.inode)
    #expect(after.modified == before.modified)
    #expect(try cache.digest(of: path) != digest)
  }

  @Test func aFileThatJustChangedIsNotRemembered() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("data", "new")
    let cache = DigestCache(path: folder.path + "/digests")
    _ = try cache.digest(of: path)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/digests"))
  }

  @Test func aDamagedCacheIsNotBelieved() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", "abc")
    let cache = try folder.write("digests", [0xFF, 0, 10] + Array("short\t3\t\n".utf8))
    #expect(try later(cache).digest(of: path).hasPrefix("ba7816bf"))
    #expect(try later(cache).digest(of: path).hasPrefix("ba7816bf"))
  }

  /// A cache in the file `path`, a minute after now: what was just written is old.
  private func later(_ path: String) -> DigestCache {
    DigestCache(path: path) { Date(timeIntervalSinceNow: 60).timeIntervalSince1970 }
  }
}
