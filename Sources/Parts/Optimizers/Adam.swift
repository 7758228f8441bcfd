import CKernels
import Text
import YAML

/// Adam (Kingma and Ba 2015, algorithm 1): steps by the mean of gradients over the root of the mean of
/// their squares, both corrected for their start at zero. Weight decay is L2, as in the paper.
public struct Adam: Optimizer {
  /// The name in files.
  public static let kind = "adam"
  /// One line for `assay describe`.
  public static let summary = "Adam (Kingma and Ba 2015)"
  /// What the short form sets.
  public static let mainKey: String? = "rate"
  /// The learning rate.
  public let rate: SpannedText
  let betas: (Double, Double)
  let eps: Double
  let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    betas = fields.betas()
    eps = fields.number("eps", "added to the root of the squares", in: .above(0), default: 1e-8)
    weightDecay = fields.weightDecay(
      "share of the parameter added to its gradient (L2)")
  }

  /// The means of the gradients and of their squares.
  public var slots: [String] { ["m", "v"] }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: weightDecay)
    adamUpdate(update, &frame, betas, eps)
  }
}

/// Adam's step within `frame`: the decoupled form differs by the frame alone.
func adamUpdate(
  _ update: OptimizerUpdate, _ frame: inout assay_update, _ betas: (Double, Double), _ eps: Double
) {
  let number = Double(update.number)
  var adam = assay_adam(
    beta1: betas.0, beta2: betas.1, epsilon: eps,
    step: update.rate / (1 - assay_pow(betas.0, number)),
    root: 1 / (1 - assay_pow(betas.1, number)).squareRoot())
  assay_adam_update(
    update.parameters, update.gradients, update.slots[0], update.slots[1], Int64(update.count),
    &frame, &adam)
}
