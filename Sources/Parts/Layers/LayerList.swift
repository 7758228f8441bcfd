import Graph
import Tensor
import Text
import YAML

/// Layers in the order in which data passes through them.
public struct LayerList: Sendable {
  /// The layers with their places in the file.
  public let layers: [Placed<any Layer>]

  /// Reads the list under `key`.
  public init(_ fields: inout Fields, _ key: String, _ summary: String, isOptional: Bool = false) {
    layers = fields.parts(key, summary, of: Catalog.layers, required: !isOptional)
  }

  /// Passes `x` through all layers; `component` is the list's name in paths.
  ///
  /// The layer that refuses its input is named with its line and with the shapes that led there.
  public func build(_ x: Signal, at component: String, in context: LayerContext)
    throws(LayerError) -> Signal
  {
    try context.within(component) { () throws(LayerError) in
      var x = x
      var trace: [LayerError.Pass] = []
      for (index, layer) in layers.enumerated() {
        let origin = Origin("\(context.filePath)[\(index)]", layer.place.span)
        do throws(LayerError) {
          let y = try context.within("\(index)") { () throws(LayerError) in
            try context.graph.withOrigin(origin) { () throws(LayerError) in
              try context.pass(x, through: layer)
            }
          }
          trace.append(LayerError.Pass("\(component)[\(index)]", layer.name, x.shape, y.shape))
          x = y
        } catch {
          throw located(error, index, component, trace, x)
        }
      }
      return x
    }
  }

  /// The error with its place, the shapes before it, and what is not reached after it.
  private func located(
    _ error: LayerError, _ index: Int, _ component: String, _ trace: [LayerError.Pass], _ x: Signal
  ) -> LayerError {
    var error = error
    let layer = layers[index]
    if error.place == nil {
      error.place = layer.place
      error.layer = layer.name
    }
    let failed = LayerError.Pass("\(component)[\(index)]", layer.name, x.shape, nil)
    let unreached = layers.dropFirst(index + 1).prefix(1).map {
      LayerError.Pass("\(component)[\(index + 1)]", $0.name, nil, nil)
    }
    let inner = error.trace.map(\.indented)
    error.trace = trace + [failed] + inner + unreached
    return error
  }
}
