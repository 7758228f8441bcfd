import Tensor
import YAML

/// Cuts a window out of each image: at a random place in training, in the middle in evaluation.
///
/// The place is even over all that fit. The middle is that of PyTorch: half the rest, with halves
/// rounded to the even number.
public struct Crop: Transform {
  /// The name in files.
  public static let kind = "crop"
  /// One line for `assay describe`.
  public static let summary =
    "cuts a window out of each image: anywhere in training, else the middle"
  /// What the short form sets.
  public static let mainKey: String? = "size"
  /// The window's height and width.
  public let size: Pair
  /// Whether the place is random in training.
  public let random: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    size = fields.intPair("size", "height and width of the window", in: 1...100_000)
    random = fields.bool("random", "whether the place is random in training", default: true)
  }

  /// Images of the window's size.
  public func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError)
    -> BoundTransform
  {
    let (height, width, channels) = try input.image()
    guard size.height <= height, size.width <= width else {
      throw TransformError(
        "cuts \(size.height) x \(size.width) out of images that are \(height) x \(width)",
        help: "put `pad` or `resize` before it")
    }
    let size = size
    let rest = Pair(height: height - size.height, width: width - size.width)
    let isRandom = random && mode == .training
    let output = ExampleForm(
      try input.resized(height: size.height, width: size.width), range: input.range)
    let draws = isRandom ? TransformDraws(.uniform, count: 2, owner: .batch) : nil
    return BoundTransform(output: output, draws: draws) { input, output, draws in
      let top = isRandom ? Self.place(draws[0], rest.height) : Self.middle(rest.height)
      let left = isRandom ? Self.place(draws[1], rest.width) : Self.middle(rest.width)
      let row = size.width * channels
      for y in 0..<size.height {
        let start = ((top + y) * width + left) * channels
        (output + y * row).update(from: input + start, count: row)
      }
    }
  }

  /// A place in 0...rest from a number in [0, 1).
  private static func place(_ draw: Float, _ rest: Int) -> Int {
    Int(Double(draw) * Double(rest + 1))
  }

  private static func middle(_ rest: Int) -> Int {
    let half = rest / 2
    return rest % 2 == 1 && half % 2 == 1 ? half + 1 : half
  }
}
