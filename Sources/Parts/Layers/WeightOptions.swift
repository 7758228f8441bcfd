import Formula
import Graph
import Ops
import YAML

/// The options that every layer with weights has: spectral normalisation and sharing.
struct WeightOptions: Sendable {
  /// Whether the weight is divided by its largest singular value.
  let spectralNorm: Bool
  /// Layers with the same name share their parameters.
  let weights: String?

  init(_ fields: inout Fields) {
    spectralNorm = fields.bool(
      "spectral_norm", "divide the weight by its largest singular value", default: false)
    weights = fields.optionalString(
      "weights", "layers of the experiment with the same name here share their parameters")
    if let weights, !Formula.isName(weights) {
      fields.problem(
        "bad-name", "`\(weights)` cannot name weights", at: "weights",
        note: "a name has letters, digits and `_`, and begins with a letter")
    }
  }

  /// The layer's weight, normalised if that is asked for.
  ///
  /// - Parameter axis: the axis of the outputs in memory; the last one if nil.
  func weight(
    _ dims: [Int], layout: Variable.Layout, fan: Fan, outputs axis: Int? = nil,
    in context: LayerContext
  ) throws(LayerError) -> Value {
    let weight = try context.parameter("weight", dims, layout: layout, fan: fan, sharing: weights)
    guard spectralNorm else { return weight }
    return try spectrallyNormalized(weight, outputs: axis ?? dims.count - 1, in: context)
  }

  /// The layer's bias.
  func bias(_ units: Int, fan: Fan, in context: LayerContext) throws(LayerError) -> Value {
    try context.parameter(
      "bias", [units], fan: fan, initializer: context.biasInitializer, sharing: weights)
  }
}
