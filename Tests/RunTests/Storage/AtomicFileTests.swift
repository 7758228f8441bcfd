import Glibc
import TestSupport
import Testing
import Text

@testable import Run

@Suite struct AtomicFileTests {
  @Test func aFileIsWrittenAndReplaced() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("one", to: folder("a"))
    try AtomicFile.write("two", to: folder("a"))
    #expect(try text(folder("a")) == "two")
    #expect(try folder.names() == ["a"])
  }

  @Test func aFailureLeavesTheOldFileAndNothingElse() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    try AtomicFile.write("one", to: folder("a"))
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: folder("a"), size: 3) { file in
        try file.write(Array("two".utf8))
        throw Stop()
      }
    }
    #expect(try text(folder("a")) == "one")
    #expect(try folder.names() == ["a"])
  }

  @Test func errorsNameTheFileThatWasMeant() throws {
    let folder = try TemporaryFolder()
    #expect(
      failure { try AtomicFile.write("x", to: folder("none/a")) }
        == "cannot write `\(folder("none/a"))`: No such file or directory")
    #expect(try makeFolder(folder("sub")))
    #expect(
      failure { try AtomicFile.write("x", to: folder("sub")) }
        == "cannot write `\(folder("sub"))`: Is a directory")
    #expect(try folder.names() == ["sub"])
  }

  @Test func whatTheDiskCannotHoldIsRefusedBeforeTheFirstByte() throws {
    let folder = try TemporaryFolder()
    let message = failure { try AtomicFile.write(to: folder("a"), size: 1 << 60) { _ in } }
    #expect(message?.contains("it takes 1.0 EiB and 1.0 MiB must stay free, but ") == true)
    #expect(try folder.names() == [])
  }

  @Test func aLimitOnFileSizesIsAnErrorNotTheEnd() async {
    await #expect(processExitsWith: .success) {
      Signals.install()
      let folder = try TemporaryFolder()
      try AtomicFile.write("one", to: folder("a"))
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
      let large = [UInt8](repeating: 1, count: 200_000)
      #expect(
        failure { try AtomicFile.write(large, to: folder("a")) }
          == "cannot write `\(folder("a"))`: File too large")
      #expect(try text(folder("a")) == "one")
      #expect(try folder.names() == ["a"])
    }
  }

  @Test func leftoversOfKilledWritersAreRemoved() throws {
    let folder = try TemporaryFolder()
    for name in [".a.123.tmp", "b", ".lock"] { try AtomicFile.write("x", to: folder(name)) }
    try AtomicFile.removeLeftovers(in: folder.path)
    #expect(try folder.names() == [".lock", "b"])
  }

  @Test func onlyRegularFilesAreRead() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder("file"))
    symlink(folder("file"), folder("link"))
    mkfifo(folder("pipe"), 0o644)
    #expect(failure { try contents(folder("link")) } == "`\(folder("link"))` is a link, not a file")
    for path in [folder("pipe"), folder.path, "/dev/zero"] {
      #expect(failure { try contents(path) } == "`\(path)` is not a regular file")
    }
    #expect(
      failure { try contents(folder("none")) }
        == "cannot read `\(folder("none"))`: No such file or directory")
  }

  @Test(arguments: [
    (734, "734 bytes"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (5 << 30, "5.0 GiB"),
    (Int.max, "8.0 EiB"),
  ])
  func bytesAreCountedForPeople(_ count: Int, _ text: String) {
    #expect(byteText(count) == text)
  }
}
