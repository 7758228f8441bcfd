import Foundation
import Run
import Text

/// Standard output is for results, standard error for everything else. A stream that is closed or
/// full is no reason to fail.
enum Output {
  /// The columns of the terminal that results go to; 80 for a pipe or a file.
  static var width: Int {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// A result, with a line break.
  static func result(_ text: String) { write(text + "\n", to: 1) }

  /// A result of several lines, each with its line break.
  static func text(_ text: String) { write(text, to: 1) }

  /// A message, with a line break.
  static func error(_ text: String) { write(text + "\n", to: 2) }

  /// A message of several lines, each with its line break.
  static func errorText(_ text: String) { write(text, to: 2) }

  /// Messages about the experiment.
  static func diagnostics(_ diagnostics: [Diagnostic], outcome: String?) {
    let renderer = Renderer(colour: Terminal.isColoured(2))
    write(renderer.render(diagnostics, outcome: outcome), to: 2)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
