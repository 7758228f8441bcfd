import YAML

/// Generative adversarial networks (Goodfellow et al. 2014), with logits: `D = sigmoid(discriminator)`.
///
/// The discriminator minimises `-E[log D(x)] - E[log(1 - D(G(z)))]` (equation 1). The generator
/// minimises `-E[log D(G(z))]` (non-saturating, section 3) or `E[log(1 - D(G(z)))]` (minimax).
public struct GAN: Loss {
  /// The name in files.
  public static let kind = "gan"
  /// One line for `assay describe`.
  public static let summary = "generative adversarial networks (Goodfellow et al. 2014)"
  let adversary: Adversary
  let generator: Form

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields)
    generator = fields.choice("form", "what the generator minimises", default: .nonSaturating)
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    adversary.players(
      networks,
      judging: "-mean(log_sigmoid(real_score)) - mean(log_sigmoid(-fake_score))",
      generating: generator == .minimax
        ? "mean(log_sigmoid(-score))" : "-mean(log_sigmoid(score))")
  }

  /// What the generator minimises.
  public enum Form: String, CaseIterable, Sendable {
    /// `-E[log D(G(z))]`.
    case nonSaturating = "non_saturating"
    /// `E[log(1 - D(G(z)))]`.
    case minimax
  }
}
