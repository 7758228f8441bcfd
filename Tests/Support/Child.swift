import Foundation

/// How a process ended.
public struct Ending: Sendable {
  /// Its exit code, or 128 and the signal that ended it.
  public let code: Int32
  /// What it wrote to standard output.
  public let out: String
  /// What it wrote to standard error.
  public let err: String
}

/// A process that was started.
public final class Child {
  /// Its number.
  private let pid: pid_t
  /// What it writes.
  private let streams: TemporaryFolder

  /// A process that could not be started.
  struct NotStarted: Error {
    let command: [String]
    let code: Int32
  }

  /// The program as its users have it: it lies beside the tests. Every call is a process of its own,
  /// so that its threads, its kernels and its death are its own too.
  public static let assay: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().path + "/assay"
  }()

  /// Starts `command`, whose first word is the path of a program. Its environment is this
  /// process's with changes, and a cache of its own; what it writes is kept in files until
  /// ``wait()``.
  public init(_ command: [String], environment changes: [String: String] = [:]) throws {
    streams = try TemporaryFolder()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, name) in [(Int32(1), "out"), (2, "err")] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, streams(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = streams.path
    environment.merge(changes) { $1 }
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var number = pid_t()
    let code = posix_spawn(&number, command[0], &actions, nil, &words, &variables)
    guard code == 0 else { throw NotStarted(command: command, code: code) }
    pid = number
  }

  /// The numbers of the processes that it started and that live.
  public func children() -> [pid_t] {
    let text = try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
  }

  /// Ends it at once, as a power cut would.
  public func kill() { _ = Foundation.kill(pid, SIGKILL) }

  /// Waits for its end.
  public func wait() throws -> Ending {
    var status = Int32()
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: streams(name))), as: UTF8.self)
    }
    return Ending(
      code: signal == 0 ? status >> 8 & 0xff : 128 + signal, out: try text("out"),
      err: try text("err"))
  }
}
