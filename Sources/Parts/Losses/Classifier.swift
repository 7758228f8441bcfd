import YAML

/// A classifier: the network gives a logit for each class, the loss is the cross-entropy.
public struct Classifier: Loss {
  /// The name in files.
  public static let kind = "classifier"
  /// One line for `assay describe`.
  public static let summary = "cross-entropy of the labels"
  let network: Role

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    network = Role("classifier", &fields)
  }

  /// One network.
  public var roles: [Role] { [network] }

  /// One player.
  public func longForm(_ networks: LossNetworks) -> LongForm {
    let c = network.network
    var form = LongForm([
      PlayerText(
        c, trains: [c],
        let: ["logits": "\(c)(x)", "accuracy": "accuracy(logits, label)"],
        minimize: "mean(cross_entropy(logits, label))")
    ])
    let best = "\(networks.best(c))(x)"
    form.measurements = [
      ("loss", "mean(cross_entropy(\(best), label))"),
      ("accuracy", "mean(accuracy(\(best), label))"),
    ]
    return form
  }
}
