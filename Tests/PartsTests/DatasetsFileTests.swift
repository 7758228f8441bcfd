import Foundation
import TestSupport
import Testing

@testable import Parts

@Suite struct DatasetsFileTests {
  @Test func whatIsNoRegularFileIsRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path + "/pipe", 0o644)
    symlink("loop", folder.path + "/loop")
    #expect(open(folder.path + "/pipe").hasPrefix("pipe is not a file that holds data"))
    #expect(open(folder.path + "/loop") == "loop leads through too many symbolic links")
    #expect(open(folder.path).contains("is not a file that holds data"))
    #expect(open("/dev/zero") == "zero is not a file that holds data: only regular files are read")
    #expect(open(folder.path + "/absent") == "absent does not exist")
    #expect(open(folder.path + "/absent/") == "absent ends in `/`, but must be the path of a file")
    #expect(open("") == " is empty, but must be the path of a file")
    #expect(open("a\nb").hasSuffix("holds a control character, so it is no path"))
    #expect(open("a\0b").hasSuffix("holds a control character, so it is no path"))
    let long = String(repeating: "x/", count: 3000) + "x"
    #expect(open(long) == "x is longer than a path may be (4095 bytes)")
    let name = String(repeating: "x", count: 300)
    #expect(open(folder.path + "/" + name).hasSuffix("has a name that is too long"))
  }

  @Test func aLinkToAFileIsFollowed() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("data", "1\n")
    symlink("data", folder.path + "/link")
    #expect(try DataFile(folder.path + "/link").identity.size == 2)
  }

  @Test func aFileThatChangesWhileItIsReadIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("data", "1\n")
    let file = try DataFile(path)
    try file.checkUnchanged(since: file.identity)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("2\n".utf8))
    #expect(
      failure { () throws(DataError) in try file.checkUnchanged(since: file.identity) }
        == "data changed while it was read; run again when it is complete")
  }

  @Test func relativePathsStartAtTheExperimentsFolder() throws {
    #expect(try resolve("a/b.npy", in: "x/y") == "x/y/a/b.npy")
    #expect(try resolve("../b.npy", in: "x/y") == "x/y/../b.npy")
    #expect(try resolve("/a/b.npy", in: "x/y") == "/a/b.npy")
    #expect(try resolve("b.npy", in: ".") == "b.npy")
    #expect(
      failure { () throws(DataError) in _ = try resolve("~/b.npy", in: ".") }
        .hasPrefix("b.npy starts with `~`, which is not expanded"))
  }

  private func open(_ path: String) -> String {
    failure { () throws(DataError) in _ = try DataFile(path) }
  }
}
