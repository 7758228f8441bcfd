import CKernels
import Text
import YAML

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): parameters shrink by
/// `rate * weight_decay` before the step.
public struct AdamW: Optimizer {
  /// The name in files.
  public static let kind = "adamw"
  /// One line for `assay describe`.
  public static let summary = "Adam with decoupled weight decay (Loshchilov and Hutter 2019)"
  /// What the short form sets.
  public static let mainKey: String? = "rate"
  /// The learning rate.
  public let rate: SpannedText
  private let means: AdamMeans
  private let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    means = AdamMeans(&fields)
    weightDecay = fields.weightDecay(
      "share of the parameter that is taken off, times the rate", default: 1e-2)
  }

  /// The means of the gradients and of their squares.
  public var slots: [String] { AdamMeans.slots }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: 0, shrink: 1 - update.rate * weightDecay)
    means.step(update, &frame)
  }
}
