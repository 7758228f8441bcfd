/// A line of numbers as a row of small bars.
public enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// At most `width` bars, each the mean of as many numbers; empty for fewer than two numbers.
  public static func text(_ numbers: [Double], width: Int) -> String {
    guard numbers.count > 1 else { return "" }
    let count = min(width, numbers.count)
    let means = (0..<count).map { bar in
      let part = numbers[(bar * numbers.count / count)..<((bar + 1) * numbers.count / count)]
      return part.reduce(0) { $0 + $1 / Double(part.count) }
    }
    let (low, high) = (means.min() ?? 0, means.max() ?? 0)
    guard high > low, (high - low).isFinite else {
      return String(repeating: bars[0], count: count)
    }
    return String(
      means.map { bars[min(bars.count - 1, Int(($0 - low) / (high - low) * Double(bars.count)))] })
  }
}
