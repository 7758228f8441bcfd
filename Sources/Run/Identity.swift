import Experiment
import Parts
import Tensor
import YAML

/// What makes a run this run: the hash of its long form, of its data and of the numerics version.
public struct Identity: Hashable, Sendable {
  /// 64 hexadecimal digits.
  public let hex: String

  /// The identity of an experiment on data with these digests.
  ///
  /// The long form is taken without the experiment's name, and without the paths of its data: the
  /// digests say what data it is.
  public init(_ experiment: Experiment, digests: [String: String]) {
    var digest = SHA256()
    digest.update("assay numerics \(Numerics.version)\n".utf8)
    digest.update(experiment.canonical.yaml.utf8)
    for (role, text) in digests.sorted(by: { byBytes($0.key, $1.key) }) {
      digest.update("\n\(role) \(text)".utf8)
    }
    hex = digest.hex
  }

  /// The identity that a run's record states.
  init(knownHex: String) { hex = knownHex }

  /// The first 12 digits: the name of the run's directory.
  public var short: String { String(hex.prefix(12)) }
}
