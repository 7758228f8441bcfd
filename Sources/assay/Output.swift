import Foundation
import Report
import Run
import Synchronization
import Text

/// Standard output is for results, standard error for everything else. Work goes on where a stream
/// takes no more; at its end the program says that results could not be written, and fails. A reader
/// of results that went away has seen enough, and is no reason to fail.
///
/// What is said may hold a stranger's words, of a file, its name or a record: none of them reaches a
/// terminal as anything but text.
enum Output {
  /// The first error of a write to standard output; 0 where there was none.
  private static let fault = Mutex<Int32>(0)

  /// The program's exit code after all results were given, of which a command said `code`.
  static func finish(_ code: Int32) -> Int32 {
    let fault = fault.withLock { $0 }
    guard fault != 0, fault != EPIPE else { return code }
    error("error[storage]: cannot write the results: \(String(cString: strerror(fault)))")
    return code == 0 ? 1 : code
  }

  /// The columns of the terminal that results go to; 80 for a pipe or a file.
  static var width: Int {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// A result, with a line break.
  static func result(_ text: String) { write(DisplayWidth.harmless(text) + "\n", to: 1) }

  /// A result of several lines, each with its line break.
  static func text(_ text: String) { write(DisplayWidth.harmless(text), to: 1) }

  /// A message, with a line break.
  static func error(_ text: String) { write(DisplayWidth.harmless(text) + "\n", to: 2) }

  /// A message of several lines, each with its line break.
  static func errorText(_ text: String) { write(DisplayWidth.harmless(text), to: 2) }

  /// Tells of finished runs whose rows are not all there.
  static func noteLostRows(_ runs: [RunData]) {
    for run in runs {
      do {
        if let fact = try run.lostRows() { error("note: \(fact)") }
      } catch { Output.error("note: \(error)") }
    }
  }

  /// Messages about the experiment.
  static func diagnostics(_ diagnostics: [Diagnostic], outcome: String?) {
    let renderer = Renderer(colour: Terminal.isColoured(2))
    // Its colours are its own; its texts it has made harmless itself.
    write(renderer.render(diagnostics, outcome: outcome), to: 2)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        let code = count < 0 ? errno : EIO
        if descriptor == 1 { fault.withLock { $0 = $0 == 0 ? code : $0 } }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}
