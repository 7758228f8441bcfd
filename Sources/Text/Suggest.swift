/// Finds the names that a mistyped one was meant to be.
public enum Suggest {
  /// At most three of the names, the nearest first: those within a third of the letters by
  /// Damerau-Levenshtein distance, case and the choice between `-` and `_` left out of account.
  public static func names(near typed: String, among names: some Sequence<String>) -> [String] {
    let wanted = folded(typed)
    guard wanted.count <= 64 else { return [] }
    var found: [(distance: Int, order: Int, name: String)] = []
    for (order, name) in names.enumerated() where name != typed {
      let candidate = folded(name)
      let limit = max(1, max(wanted.count, candidate.count) / 3)
      guard abs(wanted.count - candidate.count) <= limit else { continue }
      let distance = distance(wanted, candidate)
      // A name of one or two letters is near to every other; only case may differ.
      guard distance <= limit, distance < min(wanted.count, candidate.count) else { continue }
      found.append((distance, order, name))
    }
    return found.sorted { ($0.distance, $0.order) < ($1.distance, $1.order) }
      .prefix(3).map(\.name)
  }

  /// "did you mean `a`, `b`, or `c`?", nil if no name is near.
  public static func help(for typed: String, among names: some Sequence<String>) -> String? {
    var near = self.names(near: typed, among: names)
    if near.isEmpty {
      let short = folded(typed)
      let habit = habits[String(short)]
      near = names.filter { $0 == habit || isPart(folded($0), of: short) }
    }
    return near.isEmpty ? nil : "did you mean \(list(Array(near.prefix(3)), joined: "or"))?"
  }

  /// What other programs call the same thing.
  private static let habits = [
    "lr": "rate", "learning_rate": "rate", "filters": "channels", "out_channels": "channels",
    "features": "units", "out_features": "units", "linear": "dense", "fc": "dense",
    "epochs": "steps", "iterations": "steps", "max_steps": "steps", "n_critic": "critic_steps",
    "lambda": "penalty", "gp_weight": "penalty", "beta1": "betas", "beta2": "betas",
    "gain": "scale", "normalize": "scale", "rescale": "scale", "ema": "average",
    "random_seed": "seed", "objective": "loss", "criterion": "loss", "model": "networks",
    "models": "networks", "discriminator": "critic", "critic": "discriminator",
    "mnist": "idx", "kmnist": "idx", "emnist": "idx", "bn": "batch_norm", "lrelu": "leaky_relu",
    "swish": "silu", "avg_pool": "average_pool", "conv_t": "conv_transpose",
    "deconv": "conv_transpose", "loss_fn": "minimize", "updates_per_step": "updates",
  ]

  /// Whether one name is the beginning of the other: `kernel` and `kernel_size`, `max` and
  /// `maximize`.
  private static func isPart(_ name: [Character], of typed: [Character]) -> Bool {
    min(name.count, typed.count) >= 3
      && (name.starts(with: typed) || typed.starts(with: name + ["_"]))
  }

  /// Names as code in a sentence: "`a`", "`a` and `b`", "`a`, `b`, and `c`".
  public static func list(_ names: [String], joined word: String = "and") -> String {
    let quoted = names.map { "`\($0)`" }
    guard quoted.count > 2, let last = quoted.last else {
      return quoted.joined(separator: " \(word) ")
    }
    return quoted.dropLast().joined(separator: ", ") + ", \(word) \(last)"
  }

  /// Names one below the other: at most eight, and how many more there are.
  public static func lines(_ names: [String]) -> String {
    let more = names.count > 8 ? ["and \(names.count - 8) more"] : []
    return (names.prefix(8) + more).joined(separator: "\n")
  }

  /// The number of insertions, deletions, substitutions and swaps of neighbours that turn one
  /// text into the other, none of them touching what another one did.
  public static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }

  private static func folded(_ name: String) -> [Character] {
    name.prefix(65).lowercased().map { $0 == "-" ? "_" : $0 }
  }
}
