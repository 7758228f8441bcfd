import YAML

/// Variational autoencoder (Kingma and Welling 2014): minimises the negative evidence lower bound
/// `E[-log p(x|z)] + beta * KL(q(z|x) ‖ N(0, I))`, in nats per example.
///
/// The Bernoulli likelihood takes logits; the Gaussian one has a fixed variance and counts its
/// constant, so that the bound is one. With `beta` ≠ 1 it is the β-VAE (Higgins et al. 2017); a
/// formula of `step` or `epoch` gives a KL schedule. `free_bits` is the least KL that is counted for
/// each latent number of each example (after Kingma et al. 2016, appendix C.8). What is measured on
/// the test set is the bound itself, whatever `beta` and `free_bits` are.
public struct VAE: Loss {
  /// The name in files.
  public static let kind = "vae"
  /// One line for `assay describe`.
  public static let summary = "variational autoencoder (Kingma and Welling 2014), also beta-VAE"
  let encoder: Role
  let decoder: Role
  let likelihood: Likelihood
  let variance: Double
  let beta: SettingText
  let freeBits: Double

  /// How the decoder's output is read.
  public enum Likelihood: String, CaseIterable, Sendable {
    /// As logits of Bernoulli variables.
    case bernoulli
    /// As means of normal variables.
    case gaussian
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    encoder = Role("encoder", &fields, outputs: ["mean", "log_var"])
    decoder = Role("decoder", &fields)
    likelihood = fields.choice(
      "likelihood", "how the decoder's output is read: logits or means", default: .bernoulli)
    variance = fields.number(
      "variance", "variance of the gaussian likelihood", in: .above(0), default: 1)
    fields.reserve(
      "variance", where: likelihood == .gaussian,
      "`variance` is used by `likelihood: gaussian` only",
      help: "write `likelihood: gaussian`, or leave `variance` out")
    beta = SettingText(
      fields.formula("beta", "weight of the KL divergence; may be a schedule", default: "1"))
    freeBits = fields.number(
      "free_bits", "least KL counted for each latent number, in nats", in: 0.0..., default: 0)
  }

  /// The two networks.
  public var roles: [Role] { [encoder, decoder] }

  /// One player that trains both.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let (e, d) = (encoder.network, decoder.network)
    let noise = networks.noise(for: d)
    let divergence = "0.5 * sum(q.mean^2 + exp(q.log_var) - 1 - q.log_var)"
    let counted =
      freeBits == 0
      ? "kl" : "sum(max(0.5 * (q.mean^2 + exp(q.log_var) - 1 - q.log_var), \(freeBits)))"
    let weighted = beta.text == "1" ? counted : "\(beta.text) * \(counted)"
    var form = LongForm([
      PlayerText(
        "vae", trains: [e, d],
        let: [
          "q": "\(e)(x)",
          "z": "q.mean + exp(q.log_var / 2) * \(noise)",
          "reconstruction": reconstruction(d, networks.exampleCount),
          "kl": divergence,
        ],
        minimize: "mean(reconstruction + \(weighted))")
    ])
    form.measurements = [
      ("elbo", "-mean(reconstruction + kl)"), ("reconstruction", "mean(reconstruction)"),
      ("kl", "mean(kl)"),
    ]
    form.pictures = [
      ("prior", seen("\(networks.best(d))(\(noise))")),
      ("reconstruction", seen("\(networks.best(d))(\(networks.best(e))(x).mean)")),
    ]
    return form
  }

  /// `-log p(x|z)`.
  private func reconstruction(_ decoder: String, _ count: Int) -> String {
    switch likelihood {
    case .bernoulli: "sum(bce(\(decoder)(z), x))"
    case .gaussian:
      "0.5 * sum((x - \(decoder)(z))^2) / \(variance) + "
        + "0.5 * \(count) * log(2 * pi * \(variance))"
    }
  }

  /// The likelihood's mean, which is what a picture shows.
  private func seen(_ output: String) -> String {
    likelihood == .bernoulli ? "sigmoid(\(output))" : output
  }
}
