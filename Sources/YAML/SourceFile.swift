import Glibc
import Text

/// Reads the files of an experiment from the disk.
public enum SourceFile {
  /// The text of a file of at most 1 MiB. Directories, pipes and devices are refused without
  /// waiting for them. Errors point at `span`, where the path was written; nil for the path of the
  /// command line.
  public static func read(
    _ path: String, at span: Span? = nil, lead: SourceText.Lead? = nil
  ) throws(Diagnostic) -> SourceText {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Diagnostic("bad-path", "a path cannot be empty or hold a NUL character", at: span)
    }
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { throw failure(path, errno, span) }
    defer { close(file) }
    try checkKind(file, path, span)
    return SourceText(name: path, bytes: try contents(file, path, span), lead: lead)
  }

  private static func checkKind(_ file: Int32, _ path: String, _ span: Span?) throws(Diagnostic) {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure(path, errno, span) }
    let kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: nil as String?
      case S_IFDIR: "a folder"
      case S_IFIFO: "a pipe"
      case S_IFSOCK: "a socket"
      default: "a device"
      }
    guard let kind else { return }
    throw Diagnostic("not-a-file", "`\(path)` is \(kind), not a file", at: span)
  }

  private static func contents(
    _ file: Int32, _ path: String, _ span: Span?
  ) throws(Diagnostic) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= SourceBytes.limit {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(path, errno, span) }
      bytes += chunk[..<count]
    }
    throw SourceBytes.tooLarge(path, at: span)
  }

  private static func failure(_ path: String, _ error: Int32, _ span: Span?) -> Diagnostic {
    switch error {
    case ENOENT, ENOTDIR: Diagnostic("file-not-found", "there is no file `\(path)`", at: span)
    case EACCES, EPERM: Diagnostic("unreadable-file", "`\(path)` may not be read", at: span)
    case ELOOP:
      Diagnostic("unreadable-file", "`\(path)` goes round in a circle of links", at: span)
    case ENAMETOOLONG: Diagnostic("bad-path", "the path is too long", at: span)
    case ENXIO: Diagnostic("not-a-file", "`\(path)` is a socket, not a file", at: span)
    default:
      Diagnostic(
        "unreadable-file", "`\(path)` cannot be read: \(String(cString: strerror(error)))",
        at: span)
    }
  }
}
