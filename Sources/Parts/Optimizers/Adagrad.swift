import CKernels
import Text
import YAML

/// Adagrad (Duchi et al. 2011): `s ← s + g²`, `p ← p - rate g / (√s + eps)`.
public struct Adagrad: Optimizer {
  /// The name in files.
  public static let kind = "adagrad"
  /// One line for `assay describe`.
  public static let summary = "Adagrad (Duchi et al. 2011)"
  /// What the short form sets.
  public static let mainKey: String? = "rate"
  /// The learning rate.
  public let rate: SpannedText
  let eps: Double
  let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    eps = fields.number("eps", "added to the root of the sum", in: .above(0), default: 1e-10)
    weightDecay = fields.weightDecay("share of the parameter added to its gradient (L2)")
  }

  /// The sum of the squares.
  public var slots: [String] { ["sum"] }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: weightDecay)
    assay_adagrad(
      update.parameters, update.gradients, update.slots[0], Int64(update.count), &frame,
      update.rate, eps)
  }
}
