import Glibc
import TestSupport
import Testing

@testable import Run

@Suite struct RunLockTests {
  @Test func aSecondRunnerIsRefusedInOneLine() throws {
    let folder = try TemporaryFolder()
    let first = try RunLock(path: folder(".lock"))
    let message = try #require(failure { try RunLock(path: folder(".lock")) })
    #expect(
      message.hasPrefix(
        "`\(folder.path)` is in use by process \(getpid()) on \(hostName()) since 20"))
    #expect(message.hasSuffix("Z"))
    #expect(try RunLock.isHeld(path: folder(".lock")))
    withExtendedLifetime(first) {}
  }

  @Test func aLockGoesWithItsLastReference() throws {
    let folder = try TemporaryFolder()
    #expect(try !RunLock.isHeld(path: folder(".lock")))
    _ = try RunLock(path: folder(".lock"))
    #expect(try !RunLock.isHeld(path: folder(".lock")))
    _ = try RunLock(path: folder(".lock"))
  }

  @Test func aLockDiesWithItsProcess() async throws {
    let folder = try TemporaryFolder()
    let path = folder(".lock")
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let lock = try RunLock(path: path)
      try withExtendedLifetime(lock) {
        guard try RunLock.isHeld(path: path) else { return }
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try text(path).hasPrefix("process "))
    #expect(try !RunLock.isHeld(path: path))
  }

  @Test func anotherProcessIsRefused() async throws {
    let folder = try TemporaryFolder()
    let path = folder(".lock")
    let lock = try RunLock(path: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let message = failure { try RunLock(path: path) }
      #expect(message?.contains("is in use by process \(getppid()) on ") == true)
      let isHeld = try RunLock.isHeld(path: path)
      #expect(isHeld)
    }
    withExtendedLifetime(lock) {}
  }
}
