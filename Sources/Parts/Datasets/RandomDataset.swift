import Tensor
import YAML

/// Independent random numbers in the place of data: for measurements of speed and memory, and to see
/// what a network does with data in which there is nothing to learn.
///
/// The numbers come from the stream `data.dataset.value`, example after example in memory's order,
/// so that a longer set begins with a shorter one. They are drawn once and stay in memory, as the
/// values of any dataset do.
public struct RandomDataset: Dataset {
  /// The name in files.
  public static let kind = "random"
  /// One line for `assay describe`.
  public static let summary = "uniform or normal random numbers, without labels"
  /// What the short form sets.
  public static let mainKey: String? = "shape"
  /// The shape of one example.
  public let shape: ExampleShape
  /// The number of examples.
  public let count: Int
  /// What the numbers are drawn from.
  public let distribution: Distribution
  /// The ends of the uniform distribution; nil for 0 and 1.
  public let range: ClosedRange<Float>?

  /// What numbers are drawn from.
  public enum Distribution: String, CaseIterable, Sendable {
    /// Evenly from the range.
    case uniform
    /// With mean 0 and variance 1.
    case normal
  }

  /// The numbers that one stream gives (`random.h`).
  static let mostValues = 1 << 34

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    shape = ExampleShape(
      fields.ints("shape", "shape of an example", count: 1...4, in: 1...100_000_000))
    count = fields.int("count", "number of examples", in: 1...100_000_000, default: 10_000)
    distribution = fields.choice("distribution", "what is drawn", default: .uniform)
    range = fields.valueRange()
    if distribution == .normal, range != nil {
      fields.problem(
        "unreachable-setting", "`range` has no meaning for normal numbers", at: "range",
        help: "leave it out")
    }
  }

  /// Refuses more numbers than a stream gives.
  public func inspect(in context: DataContext) throws(DataError) -> DatasetInfo {
    let values = shape.dims.reduce(Double(count)) { $0 * Double($1) }
    guard values <= Double(Self.mostValues) else {
      throw DataError(
        "random", "cannot draw \(count) examples of \(shape): 2^34 numbers are the most")
    }
    return DatasetInfo(
      form: ExampleForm(shape, range: distribution == .uniform ? ends : nil), count: count,
      bytesPerValue: 4)
  }

  /// Draws the numbers.
  public func load(in context: DataContext) throws(DataError) -> LoadedDataset {
    let info = try inspect(in: context)
    let values = count * shape.count
    let buffer: Buffer
    do { buffer = try Buffer(values) } catch {
      throw DataError("random", "does not fit in memory: it needs \(error.bytes) bytes")
    }
    let stream = Stream.hash("data.dataset.value")
    switch distribution {
    case .normal: fillNormal(buffer.elements, 1, seed: context.seed, stream: stream)
    case .uniform:
      let (low, high) = (Double(ends.lowerBound), Double(ends.upperBound))
      fillUniform(buffer.elements, low, high, seed: context.seed, stream: stream)
    }
    let examples = Examples(count: count, values: .floats(buffer))
    return LoadedDataset(info: info, training: examples, test: nil)
  }

  /// The ends of the uniform distribution.
  private var ends: ClosedRange<Float> { range ?? 0...1 }
}
