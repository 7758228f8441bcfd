/// What a checkpoint says of itself beside its tensors, kept in the file's metadata. All of it
/// follows from the experiment, the seed and the data, so that equal runs write equal bytes.
public struct CheckpointHeader: Hashable, Sendable {
  /// The best checkpoint so far.
  public struct Best: Hashable, Sendable {
    /// The metric's value.
    public var value: Double
    /// The step at which it was measured.
    public var step: Int

    /// The value of the metric at a step.
    public init(value: Double, step: Int) {
      self.value = value
      self.step = step
    }
  }

  /// The number of finished steps.
  public var step: Int
  /// The run's identity, 64 hexadecimal digits.
  public var identity: String
  /// The numerics version with which the values were computed.
  public var numerics: Int
  /// The state of `metrics.csv`.
  public var metrics: CSVFile.Position
  /// The best checkpoint so far, this one included.
  public var best: Best?

  /// A header with these values.
  public init(
    step: Int, identity: String, numerics: Int, metrics: CSVFile.Position,
    best: Best? = nil
  ) {
    self.step = step
    self.identity = identity
    self.numerics = numerics
    self.metrics = metrics
    self.best = best
  }

  /// The header as metadata of the file.
  var fields: [String: String] {
    var fields = ["format": "assay-checkpoint"]
    fields["step"] = "\(step)"
    fields["identity"] = identity
    fields["numerics"] = "\(numerics)"
    fields["metrics_length"] = "\(metrics.length)"
    fields["metrics_sha256"] = metrics.digest
    if let best {
      fields["best_value"] = "\(best.value)"
      fields["best_step"] = "\(best.step)"
    }
    return fields
  }

  /// The header of a file's metadata; nil where a value is missing or impossible.
  init?(fields: [String: String]) {
    func count(_ key: String) -> Int? {
      fields[key].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    guard fields["format"] == "assay-checkpoint", let step = count("step"),
      let identity = fields["identity"], let numerics = count("numerics"),
      let length = count("metrics_length"), let digest = fields["metrics_sha256"]
    else { return nil }
    self.init(
      step: step, identity: identity, numerics: numerics,
      metrics: CSVFile.Position(length: length, digest: digest))
    if let value = fields["best_value"].flatMap({ Double($0) }), let step = count("best_step") {
      best = Best(value: value, step: step)
    }
  }
}
