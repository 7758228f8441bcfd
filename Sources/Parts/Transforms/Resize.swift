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
    let rows = PixelWeights(method, from: height, to: size.height)
    let columns = PixelWeights(method, from: width, to: size.width)
    return BoundTransform(output: output) { input, output, _ in
      var target = output
      rows.forEach { firstRow, rowWeights in
        columns.forEach { firstColumn, columnWeights in
          let corner = input + (firstRow * width + firstColumn) * channels
          for channel in 0..<channels {
            var sum: Float = 0
            for column in columnWeights.indices {
              var mixed: Float = 0
              let source = corner + column * channels + channel
              for row in rowWeights.indices {
                mixed += rowWeights[row] * source[row * width * channels]
              }
              sum += columnWeights[column] * mixed
            }
            target[channel] = sum
          }
          target += channels
        }
      }
    }
  }
}

/// How the pixels along an axis are made of source pixels.
private struct PixelWeights: Sendable {
  /// The number of source pixels that each is made of, some with weight 0.
  private let reach: Int
  /// The first of them, for each new pixel.
  private let firsts: [Int]
  /// Their weights, pixel after pixel.
  private let weights: [Float]

  /// The weights that `method` gives `target` pixels made of `source`.
  init(_ method: Resize.Method, from source: Int, to target: Int) {
    let all = (0..<target).map {
      method.weights(of: $0, scale: Double(source) / Double(target), source)
    }
    let reach = all.map(\.weights.count).max() ?? 1
    let firsts = all.map { min($0.first, source - reach) }
    self.reach = reach
    self.firsts = firsts
    weights = zip(all, firsts).flatMap { pixel, first in
      let early = pixel.first - first
      let late = reach - early - pixel.weights.count
      return [Float](repeating: 0, count: early) + pixel.weights
        + [Float](repeating: 0, count: late)
    }
  }

  /// Calls `body` for each new pixel with its first source pixel and the weights from there on.
  @inline(__always)
  func forEach(_ body: (Int, UnsafeBufferPointer<Float>) -> Void) {
    weights.withUnsafeBufferPointer { weights in
      firsts.withUnsafeBufferPointer { firsts in
        for pixel in firsts.indices {
          let own = weights[(pixel * reach)..<((pixel + 1) * reach)]
          body(firsts[pixel], UnsafeBufferPointer(rebasing: own))
        }
      }
    }
  }
}

extension Resize.Method {
  /// The first of the source pixels that a new pixel is made of, and the weights from there on.
  fileprivate func weights(of pixel: Int, scale: Double, _ source: Int) -> (
    first: Int, weights: [Float]
  ) {
    let middle = (Double(pixel) + 0.5) * scale
    let reach: Double
    let weight: (Int) -> Double
    switch self {
    case .bilinear:
      reach = max(scale, 1)
      weight = { max(0, 1 - abs(Double($0) + 0.5 - middle) / reach) }
    case .area:
      reach = scale / 2
      weight = { max(0, min(Double($0) + 1, middle + reach) - max(Double($0), middle - reach)) }
    }
    let near = max(0, Int(middle - reach))...min(source - 1, Int(middle + reach))
    let used = near.filter { weight($0) > 0 }
    let sum = used.map(weight).reduce(0, +)
    return (used.first ?? near.lowerBound, used.map { Float(weight($0) / sum) })
  }
}
