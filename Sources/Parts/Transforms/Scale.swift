import YAML

/// Maps the declared range of the values to another one, end to end.
///
/// From a...b to lo...hi: y = lo + (x - a) (hi - lo) / (b - a), in double precision, rounded once.
public struct Scale: Transform {
  /// The name in files.
  public static let kind = "scale"
  /// One line for `assay describe`.
  public static let summary = "maps the data's declared range to another one, as [-1, 1]"
  /// What the short form sets.
  public static let mainKey: String? = "to"
  /// The least and the greatest value of the result.
  public let to: ClosedRange<Float>

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    let ends = fields.numbers(
      "to", "least and greatest value of the result", count: 2...2, in: -1e6...1e6,
      default: [0, 1])
    let isRange = ends.count == 2 && ends[0] < ends[1]
    if ends.count == 2, !isRange {
      fields.problem(
        "out-of-range", "the first end of `to` must be less than the second", at: "to",
        help: "write `[\(text(of: ends[1])), \(text(of: ends[0]))]`")
    }
    to = isRange ? Float(ends[0])...Float(ends[1]) : 0...1
  }

  /// The same shape and the range `to`.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    guard let range = input.range else {
      throw TransformError(
        "needs to know the range of the values, but none is declared",
        help: "give the dataset a `range`, or leave `scale` out")
    }
    let start = Double(range.lowerBound)
    let low = Double(to.lowerBound)
    let factor = (Double(to.upperBound) - low) / max(Double(range.upperBound) - start, 1e-30)
    return .pointwise(input, range: to) { Float(low + (Double($0) - start) * factor) }
  }
}
