import YAML

/// Mirrors images left to right with probability p, in training only.
public struct Flip: Transform {
  /// The name in files.
  public static let kind = "flip"
  /// One line for `assay describe`.
  public static let summary = "mirrors images left to right, with probability p, in training"
  /// What the short form sets.
  public static let mainKey: String? = "p"
  /// The probability.
  public let p: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    p = fields.number("p", "probability of being mirrored", in: 0...1, default: 0.5)
  }

  /// The same shape and range.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    let (height, width, channels) = try input.image()
    guard mode == .training, p > 0 else { return .identity(input) }
    let p = p
    let draws = TransformDraws(.uniform, count: 1, owner: .batch)
    return BoundTransform(output: input, draws: draws) { input, output, draws in
      let isMirrored = Double(draws[0]) < p
      for y in 0..<height {
        for x in 0..<width {
          let source = y * width + (isMirrored ? width - 1 - x : x)
          for channel in 0..<channels {
            output[(y * width + x) * channels + channel] = input[source * channels + channel]
          }
        }
      }
    }
  }
}
