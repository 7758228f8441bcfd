import YAML

/// Makes every value 0 or 1.
///
/// Values that are 0...1 are taken as probabilities of 1: drawn `once` for each example (Larochelle
/// and Murray 2011's fixed binarization), or at `every_draw` (Burda et al. 2016; an example is drawn
/// once for all evaluations). `threshold` draws nothing: x is 1 from `at` on.
public struct Binarize: Transform {
  /// The name in files.
  public static let kind = "binarize"
  /// One line for `assay describe`.
  public static let summary = "makes every value 0 or 1, by chance or at a threshold"
  /// What the short form sets.
  public static let mainKey: String? = "mode"
  /// How a value becomes 0 or 1.
  public let mode: Mode
  /// The least value that becomes 1, of `threshold`.
  public let at: Float

  /// The ways of making values 0 or 1.
  public enum Mode: String, CaseIterable, Sendable {
    /// Drawn once for each example.
    case once
    /// Drawn anew each time that training takes the example.
    case everyDraw = "every_draw"
    /// By comparison with a number.
    case threshold
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    mode = fields.choice("mode", "how a value becomes 0 or 1", default: .once)
    at = Float(
      fields.number(
        "at", "least value that becomes 1, of `threshold`", in: -1e6...1e6, default: 0.5)
    )
    fields.reserve(
      "at", where: mode == .threshold, "`at` is used by `mode: threshold` only",
      help: "write `mode: threshold`, or leave `at` out")
  }

  /// The same shape; the range is 0...1.
  public func bind(to input: ExampleForm, mode use: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    if mode == .threshold {
      let at = at
      return .pointwise(input, range: 0...1) { $0 >= at ? 1 : 0 }
    }
    guard let range = input.range, range.lowerBound >= 0, range.upperBound <= 1 else {
      throw TransformError(
        "takes values as probabilities, but theirs may lie outside of 0...1",
        help: "put `scale: [0, 1]` before it, or use `mode: threshold`")
    }
    let count = input.shape.count
    let owner: TransformDraws.Owner = mode == .everyDraw && use == .training ? .batch : .example
    return BoundTransform(
      output: ExampleForm(input.shape, range: 0...1),
      draws: TransformDraws(.uniform, count: count, owner: owner)
    ) { input, output, draws in
      for index in 0..<count { output[index] = draws[index] < input[index] ? 1 : 0 }
    }
  }
}
