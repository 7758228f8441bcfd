import Graph
import Ops
import Tensor
import YAML

/// The sum of what layers make and of the input itself (He et al. 2016): `y = f(x) + s(x)`, where
/// `s` is the identity unless a shortcut is given.
public struct Residual: Layer {
  /// The name in files.
  public static let kind = "residual"
  /// One line for `assay describe`.
  public static let summary = "layers, plus their input"
  /// What the short form sets.
  public static let mainKey: String? = "layers"
  let layers: LayerList
  let shortcut: LayerList

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    layers = LayerList(&fields, "layers", "the layers whose result is added to the input")
    shortcut = LayerList(
      &fields, "shortcut", "layers on the way of the input itself", isOptional: true)
  }

  /// The layers' shape, which the shortcut's must equal.
  public func build(_ x: Signal, in context: LayerContext) throws(LayerError) -> Signal {
    let y = try layers.build(x, at: "layers", in: context)
    let s = try shortcut.build(x, at: "shortcut", in: context)
    guard y.shape == s.shape else {
      throw LayerError("adds \(y.shape) from its layers to \(s.shape) from its input")
    }
    return Signal(try context.add(Add(), y.value, s.value), y.shape)
  }
}
