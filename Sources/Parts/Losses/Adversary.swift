import Text
import YAML

/// What all adversarial losses share: the two networks, the updates of the one that judges, and the
/// penalties that go with any of them.
struct Adversary: Sendable {
  let generator: Role
  /// The discriminator or critic: `discriminator`, `critic`.
  let judge: Role
  let steps: Int
  let r1: SettingText?
  let r2: SettingText?

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - judge: what the paper calls the network that judges.
  ///   - steps: its default number of updates in a step.
  init(_ fields: inout Fields, judge name: String = "discriminator", steps defaultSteps: Int = 1) {
    generator = Role("generator", &fields)
    judge = Role(name, &fields, isScore: true)
    steps = fields.int(
      name + "_steps", "updates of the \(name) in a step", in: 1...1000, default: defaultSteps)
    r1 = fields.optionalFormula("r1", "weight of the gradient penalty on data").map(
      SettingText.init)
    r2 = fields.optionalFormula("r2", "weight of the gradient penalty on samples")
      .map(SettingText.init)
  }

  /// The two players.
  ///
  /// - Parameters:
  ///   - judging: the judge's loss, of `real_score` and `fake_score`.
  ///   - generating: the generator's loss, of `score`.
  func players(_ networks: LossNetworks, judging: String, generating: String) -> LongForm {
    let (g, d) = (generator.network, judge.network)
    let noise = networks.noise(for: g)
    var judgement = PlayerText(
      d, trains: [d],
      let: [
        "fake": "\(g)(\(noise))", "real_score": "\(d)(x)", "fake_score": "\(d)(fake)",
      ],
      minimize: judging + penalties)
    judgement.updates = steps
    let generation = PlayerText(
      g, trains: [g], let: ["score": "\(d)(\(g)(\(noise)))"], minimize: generating)
    return form([judgement, generation], networks)
  }

  /// Players, and the generator's pictures.
  func form(_ players: [PlayerText], _ networks: LossNetworks) -> LongForm {
    var form = LongForm(players)
    let g = generator.network
    form.pictures = [("samples", "\(networks.best(g))(\(networks.noise(for: g)))")]
    return form
  }

  /// R1 and R2 (Mescheder et al. 2018, equations 9 and 10): half the weight times the mean squared
  /// length of the judge's gradient at data, and at samples.
  var penalties: String {
    var text = ""
    if let r1 { text += " + 0.5 * \(r1.text) * mean(norm(gradient(real_score, x))^2)" }
    if let r2 { text += " + 0.5 * \(r2.text) * mean(norm(gradient(fake_score, fake))^2)" }
    return text
  }
}

/// A setting that becomes part of a formula: a number, or a formula in parentheses.
struct SettingText: Sendable {
  let text: String

  init(_ formula: SpannedText) {
    let isPlain = formula.text.allSatisfy { $0.isNumber || $0.isLetter || $0 == "." || $0 == "_" }
    text = isPlain ? formula.text : "(\(formula.text))"
  }
}
