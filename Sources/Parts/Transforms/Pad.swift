import Tensor
import YAML

/// Adds rows and columns around each image.
public struct Pad: Transform {
  /// The name in files.
  public static let kind = "pad"
  /// One line for `assay describe`.
  public static let summary = "adds pixels on all four sides of each image"
  /// What the short form sets.
  public static let mainKey: String? = "pixels"
  /// The number of pixels on each side: above and below, left and right.
  public let pixels: Pair
  /// What they hold; nil for the least value of the declared range.
  public let value: Float?

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    pixels = fields.intPair("pixels", "pixels on each side", in: 0...10_000)
    value = fields.optionalNumber(
      "value", "what they hold; else the least value of the range", in: -1e6...1e6
    ).map { Float($0) }
  }

  /// Images that are larger; the range grows to hold the new pixels' value.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    let (height, width, channels) = try input.image()
    let value = value ?? input.range?.lowerBound ?? 0
    let output = ExampleForm(
      try input.resized(height: height + 2 * pixels.height, width: width + 2 * pixels.width),
      range: input.range.map { min($0.lowerBound, value)...max($0.upperBound, value) })
    let row = width * channels
    let wide = (width + 2 * pixels.width) * channels
    let (top, left, count) = (pixels.height, pixels.width * channels, output.shape.count)
    return BoundTransform(output: output) { input, output, _ in
      output.update(repeating: value, count: count)
      for y in 0..<height {
        (output + (top + y) * wide + left).update(from: input + y * row, count: row)
      }
    }
  }
}
