import YAML

/// Hinge loss (Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17).
public struct HingeGAN: Loss {
  /// The name in files.
  public static let kind = "hinge"
  /// One line for `assay describe`.
  public static let summary = "hinge loss (Lim and Ye 2017)"
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
      judging: "mean(relu(1 - real_score)) + mean(relu(1 + fake_score))",
      generating: "-mean(score)")
  }
}
