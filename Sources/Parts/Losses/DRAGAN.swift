import YAML

/// DRAGAN (Kodali et al. 2017): the non-saturating GAN with a gradient penalty in the neighbourhood
/// of the data: `penalty * E[(‖∇D(near)‖ - 1)²]`, near `x + u (std(x) / 2) v`, u uniform per example,
/// v uniform per value, as in the authors' code.
public struct DRAGAN: Loss {
  /// The name in files.
  public static let kind = "dragan"
  /// One line for `assay describe`.
  public static let summary = "GAN with a gradient penalty around the data (Kodali et al. 2017)"
  let adversary: Adversary
  let penalty: SettingText

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields)
    penalty = SettingText(
      fields.formula("penalty", "weight of the gradient penalty", default: "10"))
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let (g, d) = (adversary.generator.network, adversary.judge.network)
    let noise = networks.noise(for: g)
    var discriminator = PlayerText(
      d, trains: [d],
      let: [
        "fake": "\(g)(\(noise))",
        "real_score": "\(d)(x)",
        "fake_score": "\(d)(fake)",
        "half_std": "0.5 * sqrt(mean((x - mean(x))^2))",
        "near": "x + uniform() * half_std * uniform(x)",
        "slope": "norm(gradient(\(d)(near), near))",
      ],
      minimize: "-mean(log_sigmoid(real_score)) - mean(log_sigmoid(-fake_score))"
        + " + \(penalty.text) * mean((slope - 1)^2)" + adversary.penalties)
    discriminator.updates = adversary.steps
    let generator = PlayerText(
      g, trains: [g], let: ["score": "\(d)(\(g)(\(noise)))"],
      minimize: "-mean(log_sigmoid(score))")
    return adversary.form([discriminator, generator], networks)
  }
}
