/// A whole number of a file that single precision does not hold: beyond 2^24 not all are.
public struct RoundedNumber: Hashable, Sendable {
  /// The file.
  public let path: String
  /// Where in it: `line 3, column 7` or `byte 16`.
  public let position: String
  /// The number.
  public let value: Double

  /// The number at `position` of a file; nil where it is not whole, or held exactly as `single`.
  init?(_ value: Double, held single: Float, _ path: String, at position: @autoclosure () -> String)
  {
    guard single.magnitude >= 0x1p24, Double(single) != value, value == value.rounded() else {
      return nil
    }
    self.path = path
    self.position = position()
    self.value = value
  }
}

extension LoadedDataset {
  /// The least and the greatest value of all examples.
  public var extent: ClosedRange<Float> {
    let sets = [training] + [test].compactMap { $0 }
    let extents = sets.map { $0.values.extent($0.count * info.form.shape.count) }
    let lower = extents.map(\.lowerBound).min() ?? 0
    return lower...max(lower, extents.map(\.upperBound).max() ?? 0)
  }

  /// The first whole number that is not held exactly; nil where all are.
  public var rounded: RoundedNumber? { training.rounded ?? test?.rounded }
}

extension Numbers {
  /// The least and the greatest of the first `count` numbers.
  fileprivate func extent(_ count: Int) -> ClosedRange<Float> {
    switch self {
    case .bytes: return 0...1
    case .floats(let buffer):
      let values = UnsafeBufferPointer(start: buffer.floats, count: count)
      var (lower, upper) = (values.first ?? 0, values.first ?? 0)
      for value in values {
        lower = min(lower, value)
        upper = max(upper, value)
      }
      return lower...upper
    }
  }
}
