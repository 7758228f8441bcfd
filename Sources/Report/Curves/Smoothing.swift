/// Curves without their noise.
public enum Smoothing {
  /// The exponential moving mean of a curve, freed of its pull towards 0 at the start, as TensorBoard
  /// has it: m_n = w m_(n-1) + (1 - w) y_n from m_0 = 0, shown as m_n / (1 - w^n). Values that are not
  /// finite stay as they are and enter no mean.
  public static func exponential(_ values: [Double], weight: Double) -> [Double] {
    var mean = 0.0
    var share = 0.0
    return values.map { value in
      guard value.isFinite else { return value }
      mean = weight * mean + (1 - weight) * value
      share = weight * share + (1 - weight)
      return share > 0 ? mean / share : value
    }
  }
}

/// Fewer points that look the same.
public enum Thinning {
  /// The indices of the values to keep, rising, at most about `count`: the values are cut into parts of
  /// equal number, and of each part the first, the last, the least and the greatest stay, and the first
  /// that is not finite. A line through them covers the pixels of the line through all: "M4: a
  /// visualization-oriented time series data aggregation", Jugel, Jerzak, Hackenbroich, Markl,
  /// PVLDB 7 (2014).
  public static func indices(of values: [Double], count: Int) -> [Int] {
    let parts = max(1, count / 4)
    if values.count <= max(4, parts * 4) { return Array(values.indices) }
    return (0..<parts).flatMap { part -> [Int] in
      let range = (part * values.count / parts)..<((part + 1) * values.count / parts)
      let finite = range.filter { values[$0].isFinite }
      let kept = [
        range.lowerBound, range.upperBound - 1, finite.min { values[$0] < values[$1] },
        finite.max { values[$0] < values[$1] }, range.first { !values[$0].isFinite },
      ]
      return Set(kept.compactMap { $0 }).sorted()
    }
  }
}
