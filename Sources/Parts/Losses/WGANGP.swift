import YAML

/// Wasserstein GAN with gradient penalty (Gulrajani et al. 2017, equation 3): the critic minimises
/// `E[f(G(z))] - E[f(x)] + penalty * E[(‖∇f(mix)‖ - 1)²]`, mix a random point between x and G(z).
public struct WGANGP: Loss {
  /// The name in files.
  public static let kind = "wgan_gp"
  /// One line for `assay describe`.
  public static let summary = "Wasserstein GAN with gradient penalty (Gulrajani et al. 2017)"
  let adversary: Adversary
  let penalty: SettingText

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields, judge: "critic", steps: 5)
    penalty = SettingText(
      fields.formula("penalty", "weight of the gradient penalty", default: "10"))
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let (g, f) = (adversary.generator.network, adversary.judge.network)
    let noise = networks.noise(for: g)
    var critic = PlayerText(
      f, trains: [f],
      let: [
        "fake": "\(g)(\(noise))",
        "real_score": "\(f)(x)",
        "fake_score": "\(f)(fake)",
        "mix": "lerp(x, fake, uniform())",
        "slope": "norm(gradient(\(f)(mix), mix))",
      ],
      minimize: "mean(fake_score) - mean(real_score) + \(penalty.text) * mean((slope - 1)^2)"
        + adversary.penalties)
    critic.updates = adversary.steps
    let generator = PlayerText(
      g, trains: [g], let: ["score": "\(f)(\(g)(\(noise)))"], minimize: "-mean(score)")
    return adversary.form([critic, generator], networks)
  }
}
