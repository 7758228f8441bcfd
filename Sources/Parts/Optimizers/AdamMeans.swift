import CKernels
import YAML

/// What Adam and its decoupled form share: for each parameter the running means of the gradient and
/// of its square, and the step that is made of them.
struct AdamMeans: Sendable {
  private let betas: (Double, Double)
  private let eps: Double

  /// The names of the two means.
  static let slots = ["m", "v"]

  /// Reads `betas` and `eps`.
  init(_ fields: inout Fields) {
    let betas = fields.numbers(
      "betas", "decay of the mean of gradients, and of that of their squares", count: 2...2,
      in: 0..<1, default: [0.9, 0.999])
    self.betas = betas.count == 2 ? (betas[0], betas[1]) : (0.9, 0.999)
    eps = fields.number("eps", "added to the root of the squares", in: .above(0), default: 1e-8)
  }

  /// The step within `frame`, by which alone the two forms differ.
  func step(_ update: OptimizerUpdate, _ frame: inout assay_update) {
    let number = Double(update.number)
    var adam = assay_adam(
      beta1: betas.0, beta2: betas.1, epsilon: eps,
      step: update.rate / (1 - assay_pow(betas.0, number)),
      root: 1 / (1 - assay_pow(betas.1, number)).squareRoot())
    assay_adam_update(
      update.parameters, update.gradients, update.slots[0], update.slots[1], Int64(update.count),
      &frame, &adam)
  }
}
