import YAML

/// Least squares GAN (Mao et al. 2017), equation 9: targets 1 for data, 0 for samples, 1 for the
/// generator.
public struct LSGAN: Loss {
  /// The name in files.
  public static let kind = "lsgan"
  /// One line for `assay describe`.
  public static let summary = "least squares GAN (Mao et al. 2017)"
  let adversary: Adversary

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    adversary = Adversary(&fields)
  }

  /// The two networks.
  public var roles: [Role] { [adversary.generator, adversary.judge] }

  /// The two players.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    adversary.players(
      networks,
      judging: "0.5 * mean((real_score - 1)^2) + 0.5 * mean(fake_score^2)",
      generating: "0.5 * mean((score - 1)^2)")
  }
}
