import CKernels
import Text
import YAML

/// RMSprop (Tieleman and Hinton 2012): `v ← alpha v + (1 - alpha) g²`, `p ← p - rate g / (√v + eps)`,
/// with momentum on the step.
public struct RMSprop: Optimizer {
  /// The name in files.
  public static let kind = "rmsprop"
  /// One line for `assay describe`.
  public static let summary = "RMSprop (Tieleman and Hinton 2012)"
  /// What the short form sets.
  public static let mainKey: String? = "rate"
  /// The learning rate.
  public let rate: SpannedText
  let alpha: Double
  let eps: Double
  let momentum: Double
  let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    alpha = fields.number("alpha", "decay of the mean of squares", in: 0..<1, default: 0.99)
    eps = fields.number("eps", "added to the root of the squares", in: .above(0), default: 1e-8)
    momentum = fields.number(
      "momentum", "share of the last step that is kept", in: 0..<1, default: 0)
    weightDecay = fields.weightDecay("share of the parameter added to its gradient (L2)")
  }

  /// The mean of the squares, and the step that is kept.
  public var slots: [String] { momentum == 0 ? ["v"] : ["v", "momentum"] }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: weightDecay)
    assay_rmsprop(
      update.parameters, update.gradients, update.slots[0],
      update.slots.count > 1 ? update.slots[1] : nil, Int64(update.count), &frame, update.rate,
      alpha, eps, momentum)
  }
}
