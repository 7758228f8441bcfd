import Graph
import Tensor

/// A part of a network: reads a batch, makes another.
public protocol Layer: Part {
  /// Adds the layer's computation to the graph.
  ///
  /// The same code derives the shapes when the experiment is checked: it is run once on a graph
  /// that nobody executes.
  func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal
}

/// What flows between layers: a value of the graph and the shape of one example of it.
public struct Signal: Hashable, Sendable {
  /// The batch, in memory's order (`ExampleShape.physical`).
  public let value: Value
  /// The shape of one example, as the file writes it.
  public let shape: ExampleShape

  /// A batch of examples of `shape`.
  public init(_ value: Value, _ shape: ExampleShape) {
    self.value = value
    self.shape = shape
  }
}

/// Why a layer cannot take what it receives.
public struct LayerError: Error, Hashable {
  /// What does not fit: `needs 6272 values per example, but receives 3136`.
  public let fact: String
  /// How it may be mended, where that is plain.
  public let help: String?
  /// For a layer made of layers: the failing one's place inside, `layers[2]`, outermost first.
  public var inside: [String] = []

  /// A layer's refusal.
  public init(_ fact: String, help: String? = nil) {
    self.fact = fact
    self.help = help
  }

  /// An op's refusal.
  public init(_ error: ShapeError) {
    self.init("\(error.op): \(error.fact)")
  }
}
