import CKernels
import Text
import YAML

/// Stochastic gradient descent: `p ← p - rate g`; with momentum `b ← momentum b + g`, `p ← p - rate b`,
/// and Nesterov's form `p ← p - rate (g + momentum b)`.
public struct SGD: Optimizer {
  /// The name in files.
  public static let kind = "sgd"
  /// One line for `assay describe`.
  public static let summary = "stochastic gradient descent, with momentum"
  /// What the short form sets.
  public static let mainKey: String? = "rate"
  /// The learning rate.
  public let rate: SpannedText
  let momentum: Double
  let nesterov: Bool
  let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    momentum = fields.number(
      "momentum", "share of the last step that is kept", in: 0..<1, default: 0)
    nesterov = fields.bool("nesterov", "whether momentum looks ahead", default: false)
    weightDecay = fields.weightDecay("share of the parameter added to its gradient (L2)")
    if nesterov && momentum == 0 {
      fields.problem("out-of-range", "`nesterov` needs a `momentum` above 0", at: "nesterov")
    }
  }

  /// The step that is kept, where there is momentum.
  public var slots: [String] { momentum == 0 ? [] : ["momentum"] }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: weightDecay)
    assay_sgd(
      update.parameters, update.gradients, update.slots.first, Int64(update.count), &frame,
      update.rate, momentum, nesterov)
  }
}
