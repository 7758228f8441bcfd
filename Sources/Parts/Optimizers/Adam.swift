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
  private let means: AdamMeans
  private let weightDecay: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    rate = fields.rate()
    means = AdamMeans(&fields)
    weightDecay = fields.weightDecay("share of the parameter added to its gradient (L2)")
  }

  /// The means of the gradients and of their squares.
  public var slots: [String] { AdamMeans.slots }

  /// One pass over the parameters.
  public func update(_ update: OptimizerUpdate) {
    var frame = update.frame(weightDecay: weightDecay)
    means.step(update, &frame)
  }
}
