import Glibc
import Text

/// How far a run is, on standard error: one line that is redrawn on a terminal (at most ten times a
/// second, cleared at the end), or a plain line every ten seconds where nobody watches.
public final class Progress {
  /// A loss or another number to show, by its name.
  public typealias Value = (name: String, value: Double)

  private let steps: Int
  private let firstStep: Int
  private let start = Timestamp.monotonic()
  private let isQuiet: Bool
  private let isTerminal: Bool
  private var lastDrawn: Double
  private var hasLine = false

  /// Starts counting at `step`, of `steps` in all; `isQuiet` shows nothing ever.
  public init(step: Int, of steps: Int, isQuiet: Bool) {
    self.steps = steps
    firstStep = step
    self.isQuiet = isQuiet
    isTerminal = Terminal.redraws(STDERR_FILENO)
    // A terminal shows the first step at once, a log only what lasts.
    lastDrawn = isTerminal ? -.infinity : start
  }

  /// Shows that `step` steps are done, if it is time to; only then the values are asked for.
  public func update(step: Int, values: () -> [Value]) {
    if isQuiet { return }
    let now = Timestamp.monotonic()
    guard now - lastDrawn >= (isTerminal ? 0.1 : 10) else { return }
    lastDrawn = now
    let state = State(step: step, steps: steps, done: step - firstStep, seconds: now - start)
    if isTerminal {
      put("\r\u{1b}[2K" + state.bar(values(), width: terminalWidth()))
      hasLine = true
    } else {
      put(state.plainLine(values()) + "\n")
    }
  }

  /// Writes a line of its own, above the bar where there is one.
  public func note(_ line: String) {
    if isQuiet { return }
    clear()
    put(DisplayWidth.harmless(line) + "\n")
  }

  /// Removes the bar: the last thing to do, also before an error is told.
  public func clear() {
    guard hasLine else { return }
    put("\r\u{1b}[2K")
    hasLine = false
  }

  /// A terminal that is gone is no reason to stop: what cannot be shown is not.
  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  private func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension Progress {
  /// A moment of a run, as text.
  struct State {
    /// Finished steps, and steps in all.
    var step, steps: Int
    /// Steps since the process started on the run.
    var done: Int
    /// The seconds that these took.
    var seconds: Double

    private var rate: Double { seconds > 0 ? Double(done) / seconds : 0 }

    /// ` 50 %  412.0 steps/s  0:11 left`, the rate as soon as there is one.
    private var facts: String {
      let percent = steps > 0 ? step * 100 / steps : 100
      let share = String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0)
      guard rate > 0 else { return "\(share)\(percent) %" }
      let speed =
        rate >= 1 ? "\(numberText(rate)) steps/s" : "\(numberText(1 / rate, digits: 3)) s/step"
      return "\(share)\(percent) %  \(speed)  \(durationText(Double(steps - step) / rate)) left"
    }

    private var count: String {
      let whole = "\(steps)"
      let part = "\(step)"
      let spaces = String(repeating: " ", count: max(0, whole.count - part.count))
      return "\(spaces)\(part)/\(whole)"
    }

    /// The line for a log.
    func plainLine(_ values: [Value]) -> String {
      ["step \(count)", facts].joined(separator: "  ")
        + values.map { "  \($0.name) \(numberText($0.value))" }.joined()
    }

    /// The line for a terminal, shorter than `width`: as many values as fit, then a bar in what is
    /// left.
    func bar(_ values: [Value], width: Int) -> String {
      let room = width - 1
      var rest = facts
      for value in values {
        let longer = rest + "  \(value.name) \(numberText(value.value))"
        if count.count + longer.count + 12 > room { break }
        rest = longer
      }
      let length = min(30, room - count.count - rest.count - 2)
      guard length >= 4 else { return String("\(count) \(rest)".prefix(max(0, room))) }
      let filled = steps > 0 ? min(length, length * step / steps) : length
      return count + " " + String(repeating: "━", count: filled)
        + String(repeating: "─", count: length - filled) + " " + rest
    }
  }
}
