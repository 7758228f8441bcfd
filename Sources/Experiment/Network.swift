import Formula
import Graph
import Parts
import Tensor
import Text
import YAML

/// A network as the file describes it: layers in a row, and perhaps branches with named outputs.
public struct Network: Sendable {
  /// Its name, by which formulas call it.
  public let name: String
  /// The shape of one example of its input.
  public let input: ExampleShape
  /// The layers that all outputs share.
  public let layers: LayerList
  /// The branches, by the names of their outputs; none for a network with one output.
  public let outputs: [Named<LayerList>]
  /// How weights start.
  public let initializer: any Initializer
  /// The decay of the averaged weights; nil where none are kept.
  public let average: Double?
  /// Where it is written.
  public let place: Place

  /// Reads the network `name`.
  init(_ name: String, _ fields: inout Fields) {
    self.name = name
    input = ExampleShape(
      fields.ints(
        "input", "shape of one example, channels first", count: 1...4, in: 1...100_000_000))
    layers = LayerList(&fields, "layers", "the layers, in order", isOptional: true)
    outputs = fields.sections(
      "outputs", "branches after the layers, by the names of their outputs", required: false,
      mainKey: "layers"
    ) { _, branch in LayerList(&branch, "layers", "the branch's layers, in order") }
    initializer =
      fields.part("init", "how weights start", of: Catalog.initializers, default: "default")?.part
      ?? DefaultInitializer()
    average = fields.section(
      "average", "keeps an average of the weights", ifMissing: .isNone, mainKey: "decay"
    ) { $0.number("decay", "share of the old average in the new one", in: 0..<1, default: 0.999) }
    if !fields.isDescribing {
      for output in outputs {
        fields.record(Names.problem(output.name, at: output.place.span, "an output"))
      }
    }
    if layers.layers.isEmpty && outputs.isEmpty && fields.peek("layers") == nil {
      fields.problem("missing-key", "\(fields.subject) needs `layers`", label: "has none")
    }
    place = fields.place
  }

  /// One forward pass: the output, or the named ones in the file's order.
  func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> [(
    name: String, signal: Signal
  )] {
    let trunk = try layers.build(x, at: "layers", in: context)
    if outputs.isEmpty { return [("", trunk)] }
    var results: [(name: String, signal: Signal)] = []
    for branch in outputs {
      let signal = try branch.value.build(trunk, at: "outputs." + branch.name, in: context)
      results.append((branch.name, signal))
    }
    return results
  }

  /// What a layer refuses, as a message with the chain of shapes that led to it.
  func diagnostic(_ error: LayerError) -> Diagnostic {
    let span = error.place?.span ?? place.span(of: "input")
    if let excess = error.excess { return excess.refusal(at: span) }
    let layer = error.layer.map { "`\($0)` " } ?? ""
    return Diagnostic(
      "shape-mismatch", layer + error.fact, at: span, label: "does not fit",
      note: "shapes through `\(name)`, batch axis left out:\n" + error.table(input: input),
      help: error.help)
  }
}
