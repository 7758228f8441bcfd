import Graph
import Tensor
import YAML

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
public struct LayerError: Error {
  /// What does not fit: `needs 6272 values per example, but receives 3136`.
  public let fact: String
  /// How it may be mended, where that is plain.
  public let help: String?
  /// What it would need beyond any machine; nil for an input that it does not take.
  public let excess: Excess?
  /// The failing layer's name; set by the list that it stands in.
  public var layer: String?
  /// Where it is written.
  public var place: Place?
  /// The layers up to the failing one, with their shapes.
  public var trace: [Pass] = []

  /// What one layer does to the shape.
  public struct Pass: Hashable, Sendable {
    let component: String
    let layer: String
    let input: ExampleShape?
    let output: ExampleShape?
    var depth = 0

    init(
      _ component: String, _ layer: String, _ input: ExampleShape?, _ output: ExampleShape?
    ) {
      self.component = component
      self.layer = layer
      self.input = input
      self.output = output
    }

    /// The same, one level further in.
    var indented: Pass {
      var pass = self
      pass.depth += 1
      return pass
    }
  }

  /// A layer's refusal.
  public init(_ fact: String, help: String? = nil, excess: Excess? = nil) {
    self.fact = fact
    self.help = help
    self.excess = excess
  }

  /// An op's refusal.
  public init(_ error: ShapeError) {
    // The op's name would tell nothing: a layer checks itself what it takes, and what is left is
    // the size of what it makes.
    self.init(error.fact, excess: error.excess)
  }

  /// The table of shapes that a message shows, the failing layer marked.
  public func table(input: ExampleShape) -> String {
    let names = trace.map { String(repeating: "  ", count: $0.depth) + $0.component }
    let width = max(5, names.map(\.count).max() ?? 0)
    let kinds = max(0, trace.map(\.layer.count).max() ?? 0)
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let failing = trace.lastIndex { $0.input != nil && $0.output == nil }
    var lines = ["  " + pad("input", width) + "  " + pad("", kinds) + "  \(input)"]
    for (index, pass) in trace.enumerated() {
      let mark = index == failing ? "> " : "  "
      let fate =
        switch (pass.input, pass.output) {
        case (let input?, let output?): "\(input) -> \(output)"
        case (let input?, nil): index == failing ? "\(input) -> does not fit" : "\(input) -> ..."
        default: "not reached"
        }
      lines.append(mark + pad(names[index], width) + "  " + pad(pass.layer, kinds) + "  " + fate)
    }
    return lines.joined(separator: "\n")
  }
}
