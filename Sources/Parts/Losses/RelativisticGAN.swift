import YAML

/// Relativistic GANs (Jolicoeur-Martineau 2019): the discriminator says how much more real data is
/// than samples.
///
/// Standard (equations 5 and 6): `-E[log sigmoid(C(x) - C(G(z)))]` and its mirror for the generator.
/// Average (equations 7 and 8): each score is compared with the mean score of the other kind.
public struct RelativisticGAN: Loss {
  /// The name in files.
  public static let kind = "relativistic"
  /// One line for `assay describe`.
  public static let summary = "relativistic GAN, standard or average (Jolicoeur-Martineau 2019)"
  let adversary: Adversary
  let form: Form

  /// What a score is compared with.
  public enum Form: String, CaseIterable, Sendable {
    /// The mean score of the other kind (RaGAN).
    case average
    /// The score of one example of the other kind (RGAN).
    case standard
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields)
    form = fields.choice("form", "what a score is compared with", default: .average)
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let (g, d) = (adversary.generator.network, adversary.judge.network)
    let noise = networks.noise(for: g)
    var discriminator = PlayerText(
      d, trains: [d],
      let: ["fake": "\(g)(\(noise))", "real_score": "\(d)(x)", "fake_score": "\(d)(fake)"],
      minimize: more("real_score", than: "fake_score") + adversary.penalties)
    discriminator.updates = adversary.steps
    let generator = PlayerText(
      g, trains: [g],
      let: ["real_score": "\(d)(x)", "fake_score": "\(d)(\(g)(\(noise)))"],
      minimize: more("fake_score", than: "real_score"))
    return adversary.form([discriminator, generator], networks)
  }

  /// The loss that is low where `a` is above `b`.
  private func more(_ a: String, than b: String) -> String {
    switch form {
    case .standard: "-mean(log_sigmoid(\(a) - \(b)))"
    case .average:
      "-mean(log_sigmoid(\(a) - mean(\(b)))) - mean(log_sigmoid(mean(\(a)) - \(b)))"
    }
  }
}
