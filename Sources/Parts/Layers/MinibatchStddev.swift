import Graph
import Ops
import Tensor
import YAML

/// Minibatch standard deviation (Karras et al. 2018, section 3): a channel that tells the critic how
/// varied the batch is.
///
/// The batch is split into groups of `group` examples (example i is in group `i mod batch/group`);
/// the standard deviation of each value over its group is averaged over all values and becomes a
/// further channel, the same at every pixel.
public struct MinibatchStddev: Layer {
  /// The name in files.
  public static let kind = "minibatch_stddev"
  /// One line for `assay describe`.
  public static let summary = "adds a channel that holds the variety of the batch"
  /// What the short form sets.
  public static let mainKey: String? = "group"
  let group: Int
  let eps: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    group = fields.int("group", "examples that are compared", in: 2...1024, default: 4)
    eps = fields.number("eps", "added to the variance", in: 0...1, default: 1e-8)
  }

  /// `[c, h, w]` to `[c + 1, h, w]`, `[n]` to `[n + 1]`.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    _ = try channels(of: x)
    let batch = context.batch
    // The last batch of a test set may be smaller than a group, or a single example.
    let size = (1...min(group, batch)).last { batch % $0 == 0 } ?? 1
    let groups = batch / size
    let values = x.shape.count
    let split = try context.add(Reshape([size, groups, values]), x.value)
    let (_, variance) = try moments(split, over: 0..<1, in: context)
    let deviation = try context.add(
      SquareRoot(), try context.add(Add(), variance, try context.constant(eps)))
    let mean = try context.op { () throws(ShapeError) in try context.graph.mean(deviation, 2..<3) }
    let each = try context.add(Expand([size, groups, 1]), mean)
    let physical = x.shape.physical(batch: batch).dims
    let ones = [Int](repeating: 1, count: physical.count - 1)
    let perExample = try context.add(Reshape([batch] + ones), each)
    let channel = try context.add(Expand(physical.dropLast() + [1]), perExample)
    let y = try context.add(Concatenate(axis: physical.count - 1), x.value, channel)
    return Signal(y, ExampleShape(physical: context.graph.shape(y)))
  }
}
