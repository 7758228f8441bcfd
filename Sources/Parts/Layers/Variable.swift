import Graph
import Tensor

/// A tensor that belongs to the experiment rather than to a step: a weight or a statistic.
public struct Variable: Sendable {
  /// Its name in checkpoints: `generator.layers.3.weight`.
  public let path: String
  /// A parameter (trained) or a state (moved).
  public let role: Leaf.Role
  /// The extents in memory.
  public let shape: Shape
  /// How files hold it.
  public let layout: Layout
  /// What initialisers scale by.
  public let fan: Fan
  /// How it starts.
  public let initializer: any Initializer

  /// A variable.
  public init(
    path: String, role: Leaf.Role, shape: Shape, layout: Layout, fan: Fan,
    initializer: any Initializer
  ) {
    self.path = path
    self.role = role
    self.shape = shape
    self.layout = layout
    self.fan = fan
    self.initializer = initializer
  }

  /// How weights lie in memory, which is how kernels want them; files hold them as PyTorch does.
  public enum Layout: String, Hashable, Sendable {
    /// The same in both.
    case plain
    /// `[in, out]` in memory, `[out, in]` in files.
    case dense
    /// `[height, width, in, out]` in memory, `[out, in, height, width]` in files.
    case convolution
    /// `[height, width, channels]` in memory, `[channels, height, width]` in files.
    case image

    /// Axis i of the file's tensor is axis `order[i]` of the one in memory.
    public func order(rank: Int) -> [Int] {
      switch self {
      case .plain: Array(0..<rank)
      case .dense: [1, 0]
      case .convolution: [3, 2, 0, 1]
      case .image: [2, 0, 1]
      }
    }
  }
}

/// How many inputs and outputs one unit of a layer has.
public struct Fan: Hashable, Sendable {
  /// Inputs that each output sums over.
  public let input: Int
  /// Outputs that each input reaches.
  public let output: Int

  /// The fan of a layer.
  public init(input: Int, output: Int) {
    self.input = input
    self.output = output
  }

  /// For what has no inputs, such as a scale.
  public static let none = Fan(input: 1, output: 1)
}
