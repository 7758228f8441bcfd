import Foundation

/// The program as its users have it: every call is a process of its own, so that its threads, its
/// kernels and its death are its own too.
enum Binary {
  /// Where the program lies: beside the tests.
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().path + "/assay"
  }()

  /// Calls the program and waits for its end.
  static func call(_ arguments: [String], environment: [String: String] = [:]) throws -> Ending {
    try Child([path] + arguments, environment: environment).wait()
  }
}

/// How a process ended.
struct Ending {
  /// Its exit code, or 128 and the signal that ended it.
  let status: Int32
  /// What it wrote to standard output.
  let output: String
  /// What it wrote to standard error.
  let errors: String
}

/// A process that was started.
final class Child {
  /// Its number.
  let pid: pid_t
  private let folder = try? TemporaryFolder()

  /// A process that could not be started.
  struct NotStarted: Error {
    let command: [String]
    let code: Int32
  }

  /// Starts `command`, whose first word is the path of a program. Its environment is this process's
  /// with changes; what it writes is kept in files until ``wait()``.
  init(_ command: [String], environment changes: [String: String] = [:]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let base = folder?.path ?? "/tmp"
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, name) in [(Int32(1), "output"), (2, "errors")] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, "\(base)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = base
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

  /// Ends it at once, as a power cut would.
  func kill() { _ = Foundation.kill(pid, SIGKILL) }

  /// Waits for its end.
  func wait() -> Ending {
    var status = Int32()
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    let base = folder?.path ?? "/tmp"
    func text(_ name: String) -> String {
      String(
        decoding: (try? Data(contentsOf: URL(filePath: "\(base)/\(name)"))) ?? Data(), as: UTF8.self
      )
    }
    return Ending(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: text("output"),
      errors: text("errors"))
  }
}

/// A folder of its own for a test, removed with all that is in it when the last reference goes.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "assay-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
