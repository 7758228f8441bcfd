import Glibc

/// `log.txt`: what happened to a run, a line each, with the time in UTC. It is a courtesy: a line
/// that cannot be written is dropped, and never stops a run.
public final class LogFile: Sendable {
  private let file: File?

  /// Goes on with the log at a path, or starts it.
  public init(path: some Located) {
    try? makeOwn(path)
    file = try? File("write", path, flags: O_WRONLY | O_CREAT | O_APPEND)
  }

  /// Adds a text, a line for each of its lines.
  public func append(_ text: String) {
    let time = Timestamp.now()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\(time) \($0)\n" }
    try? file?.write(Array(lines.joined().utf8))
  }
}
