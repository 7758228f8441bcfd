import YAML

/// Adds normal noise to every value, anew in each batch; in training only, unless `evaluation` is
/// true: there each example keeps its noise.
public struct Noise: Transform {
  /// The name in files.
  public static let kind = "noise"
  /// One line for `assay describe`.
  public static let summary = "adds normal noise to every value"
  /// What the short form sets.
  public static let mainKey: String? = "std"
  /// The noise's standard deviation.
  public let std: Double
  /// Whether examples are noisy in evaluation too.
  public let evaluation: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    std = fields.number("std", "standard deviation of the noise", in: 0...1e6)
    evaluation = fields.bool(
      "evaluation", "whether examples are noisy in evaluation too", default: false)
  }

  /// The same shape; noisy values have no range.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    let output = ExampleForm(input.shape, range: std > 0 ? nil : input.range)
    let count = input.shape.count
    guard mode == .training || evaluation else {
      return BoundTransform(output: output) { input, output, _ in
        output.update(from: input, count: count)
      }
    }
    let std = Float(std)
    let draws = TransformDraws(
      .normal, count: count, owner: mode == .training ? .batch : .example)
    return BoundTransform(output: output, draws: draws) { input, output, draws in
      for index in 0..<count { output[index] = input[index] + std * draws[index] }
    }
  }
}
