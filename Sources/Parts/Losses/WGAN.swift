import YAML

/// Wasserstein GAN with weight clipping (Arjovsky et al. 2017, algorithm 1): the critic minimises
/// `E[f(G(z))] - E[f(x)]` with its weights kept within `±clip`.
public struct WGAN: Loss {
  /// The name in files.
  public static let kind = "wgan"
  /// One line for `assay describe`.
  public static let summary = "Wasserstein GAN with weight clipping (Arjovsky et al. 2017)"
  let adversary: Adversary
  let clip: Double

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields, judge: "critic", steps: 5)
    clip = fields.number(
      "clip", "largest absolute value of the critic's weights", in: .above(0), default: 0.01)
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    var form = adversary.players(
      networks, judging: "mean(fake_score) - mean(real_score)", generating: "-mean(score)")
    form.players[0].clip = clip
    return form
  }
}
