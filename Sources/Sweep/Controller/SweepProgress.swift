import Glibc
import Run
import Text

/// How far a sweep is, on standard error: on a terminal a line for the sweep and one for each run in
/// hand, redrawn; else a plain line now and then.
final class SweepProgress {
  private let metric: String?
  private let isQuiet: Bool
  private let isTerminal = Terminal.redraws(STDERR_FILENO)
  private let start = Timestamp.monotonic()
  private let doneBefore: Int
  private var lastDrawn: Double
  private var lastDone: Int
  private var lines = 0

  init(_ state: SweepState, metric: String?, isQuiet: Bool) {
    self.metric = metric.map(DisplayWidth.shown)
    self.isQuiet = isQuiet
    doneBefore = state.done
    lastDone = state.done
    lastDrawn = isTerminal ? -.infinity : start
  }

  /// Shows where the sweep stands, if it is time to.
  func update(_ state: SweepState, _ reports: [Worker.Report]) {
    if isQuiet { return }
    let now = Timestamp.monotonic()
    guard now - lastDrawn >= (isTerminal ? 0.1 : 10) else { return }
    guard isTerminal || state.done > lastDone || now - lastDrawn >= 60 else { return }
    lastDrawn = now
    lastDone = state.done
    let running = reports.filter { state.running[$0.trial] != nil }.sorted { $0.trial < $1.trial }
    let summary = self.summary(state, running, seconds: now - start)
    guard isTerminal else {
      put(summary + "\n")
      return
    }
    let (width, height) = terminalSize()
    let shown = running.prefix(max(1, height - 3))
    let text = [summary] + shown.map { bar($0, run: state.running[$0.trial]?.run ?? "") }
    clear()
    put(text.map { String($0.prefix(width - 1)) }.joined(separator: "\n"))
    lines = text.count
  }

  /// Removes what was drawn.
  func clear() {
    guard lines > 0 else { return }
    put("\r\u{1b}[2K" + String(repeating: "\u{1b}[1A\u{1b}[2K", count: lines - 1))
    lines = 0
  }

  /// `12 of 40 runs done, 1 failed, best validation.elbo -231.2 (6939b2b8b34c), 3:20 left`.
  private func summary(_ state: SweepState, _ running: [Worker.Report], seconds: Double) -> String {
    var parts = ["\(state.done) of \(state.count) runs done"]
    for standing in [SweepState.Standing.pruned, .diverged, .failed] {
      if let count = state.counts[standing], count > 0 { parts.append("\(count) \(standing)") }
    }
    if let metric, let best = state.best {
      parts.append("best \(metric) \(SweepSummary.Best(best).text)")
    }
    let partly = running.reduce(0) { $0 + Double($1.step) / Double(max(1, $1.steps)) }
    let progress = Double(state.done - doneBefore) + partly
    if progress > 0 {
      let left = seconds / progress * (Double(state.count - state.done) - partly)
      parts.append("\(durationText(left)) left")
    }
    return parts.joined(separator: ", ")
  }

  private func bar(_ report: Worker.Report, run: String) -> String {
    let length = 30
    let filled = length * report.step / max(1, report.steps)
    return "  \(run.prefix(12))  " + String(repeating: "━", count: filled)
      + String(repeating: "─", count: length - filled) + "  step \(report.step)/\(report.steps)"
  }

  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  private func terminalSize() -> (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
