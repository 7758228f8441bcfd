import YAML

/// Autoencoder: the decoder restores what the encoder has compressed. With `noise`, the denoising
/// autoencoder (Vincent et al. 2008): it restores the data from a noisy copy.
public struct Autoencoder: Loss {
  /// The name in files.
  public static let kind = "autoencoder"
  /// One line for `assay describe`.
  public static let summary = "autoencoder; with noise, the denoising autoencoder"
  let encoder: Role
  let decoder: Role
  let error: Distance
  let noise: Double

  /// How the restored example is compared with the true one; each is a mean over all values.
  public enum Distance: String, CaseIterable, Sendable {
    /// Squared difference.
    case mse
    /// Binary cross-entropy; the decoder gives logits.
    case bce
    /// Absolute difference.
    case l1
  }

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    encoder = Role("encoder", &fields)
    decoder = Role("decoder", &fields)
    error = fields.choice("error", "how the restored example is compared", default: .mse)
    noise = fields.number(
      "noise", "standard deviation of the noise on the input", in: 0...1000, default: 0)
  }

  /// The two networks.
  public var roles: [Role] { [encoder, decoder] }

  /// One player that trains both.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let (e, d) = (encoder.network, decoder.network)
    let input = noise == 0 ? "x" : "noisy"
    let restored = "\(d)(\(e)(\(input)))"
    let lets: KeyValuePairs =
      noise == 0
      ? ["restored": restored] : ["noisy": "x + \(noise) * normal(x)", "restored": restored]
    var form = LongForm([
      PlayerText("autoencoder", trains: [e, d], let: lets, minimize: distance("restored"))
    ])
    form.measurements = [("error", distance("restored"))]
    let picture = "\(networks.best(d))(\(networks.best(e))(\(input)))"
    form.pictures = [("reconstruction", error == .bce ? "sigmoid(\(picture))" : picture)]
    return form
  }

  private func distance(_ output: String) -> String {
    switch error {
    case .mse: "mean((\(output) - x)^2)"
    case .bce: "mean(bce(\(output), x))"
    case .l1: "mean(abs(\(output) - x))"
    }
  }
}
