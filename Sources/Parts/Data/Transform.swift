import Tensor
import YAML

/// A change of each example on its way from the dataset to the networks.
public protocol Transform: Part {
  /// The work on examples of a form, decided before any is read.
  ///
  /// - Parameter mode: whether the examples are for training, where a transform may be random, or
  ///   for evaluation, where each example always comes out the same.
  func bind(to input: ExampleForm, mode: TransformMode) throws(TransformError) -> BoundTransform
}

/// What transformed examples are for.
public enum TransformMode: Sendable {
  /// Updates of networks.
  case training
  /// Metrics and samples.
  case evaluation
}

/// Why a transform cannot take the examples that it receives.
public struct TransformError: Error, Hashable, Sendable {
  /// What does not fit: `needs images, but receives [2]`.
  public let fact: String
  /// How it may be mended, where that is plain.
  public let help: String?

  /// A transform's refusal.
  public init(_ fact: String, help: String? = nil) {
    self.fact = fact
    self.help = help
  }
}

/// The random numbers that a transform takes for each example.
public struct TransformDraws: Hashable, Sendable {
  /// What is drawn.
  public enum Distribution: Hashable, Sendable {
    /// Even in [0, 1).
    case uniform
    /// Normal, mean 0 and variance 1.
    case normal
  }

  /// What the numbers belong to.
  public enum Owner: Hashable, Sendable {
    /// Each batch has numbers of its own.
    case batch
    /// Each example keeps its numbers for the whole run.
    case example
  }

  /// What is drawn.
  public let distribution: Distribution
  /// How many numbers an example takes.
  public let count: Int
  /// Whether they change from batch to batch.
  public let owner: Owner

  /// `count` numbers for each example.
  public init(_ distribution: Distribution, count: Int, owner: Owner) {
    self.distribution = distribution
    self.count = count
    self.owner = owner
  }
}

/// A transform that knows the form of its examples.
public struct BoundTransform: Sendable {
  /// What an example is changed by: its values, where the result goes, and its random numbers. The
  /// values lie in memory's order: images channels last.
  public typealias Work =
    @Sendable (
      _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
      _ draws: UnsafePointer<Float>
    ) -> Void

  /// What comes out.
  public let output: ExampleForm
  /// The random numbers that it takes; nil for none.
  public let draws: TransformDraws?
  /// The work on one example.
  public let work: Work

  /// A transform whose result has the form `output`.
  public init(output: ExampleForm, draws: TransformDraws? = nil, work: @escaping Work) {
    self.output = output
    self.draws = draws
    self.work = work
  }

  /// A transform that changes every value by itself.
  @inline(__always)
  static func pointwise(
    _ input: ExampleForm, range: ClosedRange<Float>?, _ change: @escaping @Sendable (Float) -> Float
  ) -> BoundTransform {
    let count = input.shape.count
    return BoundTransform(output: ExampleForm(input.shape, range: range)) { input, output, _ in
      for index in 0..<count { output[index] = change(input[index]) }
    }
  }

  /// A transform that changes nothing.
  static func identity(_ input: ExampleForm) -> BoundTransform {
    let count = input.shape.count
    return BoundTransform(output: input) { input, output, _ in
      output.update(from: input, count: count)
    }
  }
}

extension ExampleForm {
  /// The extents of images; throws for anything else.
  func image() throws(TransformError) -> (height: Int, width: Int, channels: Int) {
    guard shape.isImage else {
      throw TransformError("needs images `[channels, height, width]`, but receives \(shape)")
    }
    return (shape.dims[1], shape.dims[2], shape.dims[0])
  }

  /// Images of another size.
  func resized(height: Int, width: Int) throws(TransformError) -> ExampleShape {
    guard let shape = Shape(checking: [shape.channels, height, width]) else {
      throw TransformError("would make images of \(height) x \(width), more than can be held")
    }
    return ExampleShape(shape.dims)
  }
}
