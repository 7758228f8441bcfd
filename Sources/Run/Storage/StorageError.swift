import Glibc
import Text

/// Something that the disk, a file or a folder did not allow: the path, what was being done to it,
/// and why it failed.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why an operation failed.
  public enum Reason: Hashable, Sendable {
    /// The system refused it, with this `errno`.
    case system(Int32)
    /// The file holds something else than it should; the text says what.
    case invalid(String)
    /// The file system has fewer bytes free than the file needs and those that must stay free.
    case noSpace(needed: Int, reserve: Int, free: Int)
    /// The file is a checkpoint of another run.
    case foreign
    /// Another process holds the run; the text says which one.
    case held(String)
  }

  /// The file or folder.
  public var path: String
  /// What was being done to it, a verb: `write`, `rename`, `read`.
  public var operation: String
  /// Why it failed.
  public var reason: Reason

  /// An error of `operation` on `path`.
  public init(_ operation: String, _ path: String, _ reason: Reason) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }

  /// The error that the last call of the system left in `errno`.
  package static func last(_ operation: String, _ path: String) -> StorageError {
    StorageError(operation, path, .system(errno))
  }

  /// One line, lowercase, without a final stop: ``cannot write `a/b`: No space left on device``.
  public var description: String {
    switch reason {
    case .system(let code):
      "cannot \(operation) `\(path)`: \(String(cString: strerror(code)))"
    case .invalid(let fact):
      "`\(path)` \(fact)"
    case .noSpace(let needed, let reserve, let free):
      "cannot \(operation) `\(path)`: it takes \(byteText(needed))"
        + (reserve > 0 ? " and \(byteText(reserve)) must stay free" : "")
        + ", but the disk has \(byteText(free))"
    case .foreign:
      "`\(path)` belongs to another run"
    case .held(let holder):
      "`\(path)` is in use by \(holder)"
    }
  }

  /// Whether the run's lock could not be had, so that nothing was started.
  public var isOfLock: Bool { operation == "lock" }

  /// Whether there is no such file.
  public var isOfMissingFile: Bool { reason == .system(ENOENT) }

  /// Whether another process has the run in hand.
  public var isHeld: Bool {
    if case .held = reason { true } else { false }
  }

  /// Whether the fault lies in what the file holds, not in the system that was asked for it.
  public var isInvalid: Bool { isDamage || reason == .foreign }

  /// Whether a file is not what it was written as.
  var isDamage: Bool {
    if case .invalid = reason { true } else { false }
  }
}
