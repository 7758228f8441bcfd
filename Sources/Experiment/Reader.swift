import Formula
import Parts
import Search
import Tensor
import Text
import YAML

/// Reads an experiment from its file.
///
/// One pass asks for every section; problems are collected, so that one run reports them all. What
/// needs the whole experiment is checked afterwards (`Checks`).
struct Reader {
  let problems: Problems
  /// The folder that relative paths of data start from.
  let folder: String
  /// The experiment's name if the file gives none.
  let defaultName: String

  /// The experiment that `root` describes; nil where something is wrong with it.
  func read(_ root: Node) -> Experiment? {
    let numbers = NamedNumbers()
    let reading = Reading(problems, evaluate: numbers.evaluate)
    let (draft, fields) = reading.mapping(root, of: "an experiment", at: root.span) {
      (fields: inout Fields) -> Draft? in self.draft(&fields, numbers)
    }
    if let space = draft?.sweep?.space {
      problems.add(Places(root, Experiment.descriptions).problems(with: space))
    }
    let experiment =
      problems.hasErrors
      ? nil : draft.flatMap { Checks(problems, $0).complete(resolved: fields.resolved) }
    if let allowed = draft?.allowed {
      problems.replaceWarnings { warnings in
        guard let experiment else { return allowed.shown(warnings) }
        return allowed.shown(warnings, isComplete: !experiment.dependsOnValues)
      }
    }
    return experiment
  }

  /// The sections, read in the order in which they need each other.
  func draft(_ fields: inout Fields, _ numbers: NamedNumbers) -> Draft? {
    fields.elsewhere = { Reader.section(with: $0).map { "it stands under `\($0)`" } }
    let name = name(&fields)
    let seed = fields.unsigned("seed", "what all randomness follows from", default: 1)
    let allowed = Allowed(&fields)
    let parameters = parameters(&fields, numbers)
    let place = DataContext(folder: folder, seed: seed)
    let data = fields.section("data", "where examples come from") {
      DataSection.read(&$0, place)
    }
    let networks = fields.sections("networks", "the networks, by name") { Network($0, &$1) }
      .map(\.value)
    let loss: Placed<any Loss>? = fields.optionalPart(
      "loss", "what is minimised, by name; or write `players`", of: Catalog.losses)
    let train = fields.section("train", "how long, and what all players share") {
      TrainSection(&$0)
    }
    let lossText = fields.peek("loss").map { "loss: \($0.json.text)" }
    expand(loss, data ?? nil, networks, &fields)
    if let train { checkShared(train, &fields) }
    let players = players(&fields, train, isExpanded: loss == nil || !fields.hasErrors)
    return finish(
      &fields, name, seed, allowed, parameters, data ?? nil, networks, players, train,
      lossRoles: loss?.part.roles ?? [], usedNumbers: numbers,
      lossText: lossText)
  }

  /// The section that takes a key which was written outside of all.
  private static func section(with key: String) -> String? {
    Experiment.descriptions.first { section in
      guard case .section(let keys) = section.type else { return false }
      return keys.contains { $0.key == key }
    }?.key
  }

  /// Puts in place of a named loss what it stands for.
  private func expand(
    _ loss: Placed<any Loss>?, _ data: DataSection?, _ networks: [Network],
    _ fields: inout Fields
  ) {
    if let loss, let data {
      let expansion = LossExpansion(loss: loss, networks: networks, data: data)
      if expansion.check(fields) { expansion.expand(&fields) }
    } else if loss == nil, fields.peek("loss") == nil, fields.peek("players") == nil,
      !fields.isDescribing
    {
      fields.problem(
        "missing-key", "an experiment needs a `loss` or `players`", label: "has neither",
        help: "write `loss: gan`, or a list of `players` with formulas of your own")
    }
  }

  /// The players. What merely amends a loss that could not be expanded is not read: its gaps would
  /// be reported as if they were the user's.
  private func players(_ fields: inout Fields, _ train: TrainSection?, isExpanded: Bool) -> [Player]
  {
    let summary = "those who take turns in a step, in order"
    let defaults = PlayerDefaults(optimizer: train?.optimizer, clipGradient: train?.clipGradient)
    guard fields.isDescribing || fields.peek("players") != nil && isExpanded else {
      _ = fields.node("players", summary, .other("mapping"))
      return []
    }
    let players = fields.sections("players", summary, required: false) {
      Player.read($0, &$1, defaults)
    }
    .compactMap(\.value)
    if fields.peek("players")?.entries?.isEmpty == true {
      fields.problem("missing-key", "an experiment needs at least one player", at: "players")
    }
    return players
  }

  /// What `train` sets for players without their own needs such a player.
  private func checkShared(_ train: TrainSection, _ fields: inout Fields) {
    guard let players = fields.peek("players")?.entries, !players.isEmpty else { return }
    for key in ["optimizer", "clip_gradient"] where train.place.isWritten(key) {
      guard players.allSatisfy({ $0.value.entry(key) != nil }) else { continue }
      fields.record(
        Diagnostic(
          "unreachable-setting", "`train.\(key)` has no effect: every player has its own",
          at: train.place.span(of: key), label: "for players without `\(key)`",
          related: players.compactMap { $0.value.entry(key) }.map {
            .init($0.keySpan, "its own")
          }, help: "leave it out"))
    }
  }

  /// The sections that need no other one.
  private func finish(
    _ fields: inout Fields, _ name: String, _ seed: UInt64, _ allowed: Allowed,
    _ parameters: [Parameter],
    _ data: DataSection?, _ networks: [Network], _ players: [Player], _ train: TrainSection?,
    lossRoles: [Role], usedNumbers numbers: NamedNumbers, lossText: String?
  ) -> Draft? {
    let checkpoints = fields.section(
      "checkpoints", "which checkpoints a run leaves", ifMissing: .hasDefaults, Checkpoints.read)
    let samples = fields.section("samples", "what is drawn", ifMissing: .isNone, Samples.read)
    let metrics = fields.section(
      "metrics", "what is measured", ifMissing: .hasDefaults
    ) { Metrics.read(&$0, splits: data?.splits ?? DataSplit.allCases) }
    let paper = fields.section("paper", "the paper that it follows", ifMissing: .isNone) {
      Paper(&$0)
    }
    let claims = Claim.readAll(&fields, metrics, of: fields.resolved)
    let context = SweepContext(seed: seed, steps: train?.steps, folder: folder)
    let sweep = fields.section("sweep", "which variants are run", ifMissing: .isNone) {
      SweepSection.read(&$0, context)
    }
    // The long form is that of one run, which does not know what else is tried.
    fields.forget("sweep")
    guard let data, let train, let checkpoints, let metrics else { return nil }
    return Draft(
      name: name, seed: seed, allowed: allowed, data: data, parameters: parameters,
      networks: networks,
      players: players, steps: train.steps, patience: train.patience, checkpoints: checkpoints,
      samples: samples, metrics: metrics, paper: paper, claims: claims, sweep: sweep ?? nil,
      lossRoles: lossRoles, usedNumbers: numbers.used,
      written: Written(numbers: numbers.computed, loss: lossText))
  }

  /// The experiment's name, which is a folder's: letters, digits, `.`, `-` and `_`.
  private func name(_ fields: inout Fields) -> String {
    let name = fields.string(
      "experiment", "its name: the folder of its runs; the file's if not given",
      default: defaultName)
    let isFine =
      !name.isEmpty && name.count <= 100 && !name.hasPrefix(".") && !name.hasPrefix("-")
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || "-_.".unicodeScalars.contains($0)
      }
    if !isFine {
      fields.problem(
        "bad-name", "`\(name)` cannot name an experiment", at: "experiment",
        note: "it is a folder's name: letters, digits, `-`, `_` and `.`, up to 100 of them")
    }
    return name
  }

  /// The parameters: constants are evaluated in the order in which they need each other.
  private func parameters(_ fields: inout Fields, _ numbers: NamedNumbers) -> [Parameter] {
    let written = fields.formulas("parameters", "numbers with names, and schedules")
    var parsed: [(NamedFormula, Formula)] = []
    for entry in written {
      if !Formula.isName(entry.name) || CommonScope.isTaken(entry.name) {
        fields.record(
          Diagnostic(
            "bad-name", "`\(entry.name)` cannot name a parameter", at: entry.span,
            note: CommonScope.isTaken(entry.name)
              ? "formulas know `\(entry.name)` already"
              : Names.rule))
      } else if let formula = fields.formula(entry.text, path: "parameters.\(entry.name)") {
        parsed.append((entry, formula))
      }
    }
    let known = numbers.add(parsed.map { ($0.0.name, $0.1) }, problems)
    let entries = parsed.map { entry, formula in
      Node.Entry(
        entry.name, at: entry.span,
        numbers.values[entry.name].map { .number($0, at: entry.span) }
          ?? .text(formula.description, at: entry.span))
    }
    if !entries.isEmpty {
      fields.resolve("parameters", Node(.mapping(entries), at: fields.span(of: "parameters")))
    }
    return known
  }
}

/// The settings of `train`.
struct TrainSection {
  let steps: Duration
  let optimizer: Placed<any Optimizer>?
  let clipGradient: GradientClip?
  let patience: Patience?
  let place: Place

  init(_ fields: inout Fields) {
    steps = fields.duration("steps", "the length of a run: steps, or `20 epochs`")
    optimizer = fields.optionalPart(
      "optimizer", "the optimizer of players without their own", of: Catalog.optimizers)
    clipGradient = GradientClip.read(&fields)
    patience = fields.section(
      "patience", "ends a run early when a metric no longer improves", ifMissing: .isNone
    ) { Patience(&$0) }
    // Players have them in the long form, each its own.
    fields.forget("optimizer")
    fields.forget("clip_gradient")
    place = fields.place
  }
}

/// What has been read, before what needs the whole of it is checked.
struct Draft {
  let name: String
  let seed: UInt64
  let allowed: Allowed
  let data: DataSection
  let parameters: [Parameter]
  let networks: [Network]
  let players: [Player]
  let steps: Duration
  let patience: Patience?
  let checkpoints: Checkpoints
  let samples: Samples?
  let metrics: Metrics
  let paper: Paper?
  let claims: [Claim]
  let sweep: SweepSection?
  let lossRoles: [Role]
  /// The parameters that numbers of the file were computed from.
  let usedNumbers: Set<String>
  /// What of the long form the file has otherwise.
  let written: Written
}
