import Tensor
import YAML

/// Images of another size.
///
/// `bilinear` weighs source pixels by a triangle around the middle of each new pixel, as PyTorch's
/// `interpolate(mode="bilinear", antialias=True)` does: with s = source ÷ target size and the
/// middle c = (i + 1/2) s, source pixel j weighs max(0, 1 - |j + 1/2 - c| / max(s, 1)), and the
/// weights are divided by their sum. `area` weighs source pixels by the share of [i s, (i + 1) s)
/// that they cover. Weights are worked out in double precision and rounded once; rows are weighed
/// before columns, each sum from 0 in ascending order of source pixels, product and sum rounded.
public struct Resize: Transform {
  /// The name in files.
  public static let kind = "resize"
  /// One line for `assay describe`.
  public static let summary = "makes images of another size, smoothed where they shrink"
  /// What the short form sets.
  public static let mainKey: String? = "size"
  /// The new height and width.
  public let size: Pair
  /// How pixels are weighed.
  public let method: Method

  /// The ways of weighing pixels.
  public enum Method: String, CaseIterable, Sendable {
    /// By a triangle, wide enough to see every source pixel.
    case bilinear
    /// By the area that they share.
    case area
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    size = fields.intPair("size", "new height and width", in: 1...100_000)
    method = fields.choice("method", "how source pixels are weighed", default: .bilinear)
  }

  /// Images of the new size; the range stays.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    let (height, width, channels) = try input.image()
    let output = ExampleForm(
      try input.resized(height: size.height, width: size.width), range: input.range)
    let rows = method.weights(from: height, to: size.height)
    let columns = method.weights(from: width, to: size.width)
    return BoundTransform(output: output) { input, output, _ in
      var target = output
      for row in rows {
        for column in columns {
          for channel in 0..<channels {
            let sum = column.sum { x in
              row.sum { y in input[(y * width + x) * channels + channel] }
            }
            target.pointee = sum
            target += 1
          }
        }
      }
    }
  }
}

/// Which source pixels a new pixel is made of.
private struct PixelWeights: Sendable {
  /// The first source pixel.
  let first: Int
  /// The weight of that pixel and of those after it.
  let weights: [Float]

  /// The weighted sum of what `value` gives for each source pixel.
  @inline(__always)
  func sum(_ value: (Int) -> Float) -> Float {
    var sum: Float = 0
    for offset in weights.indices { sum += weights[offset] * value(first + offset) }
    return sum
  }
}

extension Resize.Method {
  /// The weights of each new pixel along an axis.
  fileprivate func weights(from source: Int, to target: Int) -> [PixelWeights] {
    let scale = Double(source) / Double(target)
    return (0..<target).map { pixel in
      let weight: (Int) -> Double
      let reach: Double
      let middle = (Double(pixel) + 0.5) * scale
      switch self {
      case .bilinear:
        reach = max(scale, 1)
        weight = { max(0, 1 - abs(Double($0) + 0.5 - middle) / reach) }
      case .area:
        reach = scale / 2
        weight = { max(0, min(Double($0) + 1, middle + reach) - max(Double($0), middle - reach)) }
      }
      let first = max(0, Int((middle - reach).rounded(.down)))
      let last = min(source - 1, Int((middle + reach).rounded(.up)))
      let raw = (first...last).map(weight)
      let sum = raw.reduce(0, +)
      return PixelWeights(first: first, weights: raw.map { Float($0 / sum) })
    }
  }
}
