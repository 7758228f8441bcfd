import Formula
import Parts
import Tensor
import Text
import YAML

/// Puts in place of a named loss what it stands for: players, measurements, pictures.
struct LossExpansion {
  let loss: Placed<any Loss>
  let networks: [Network]
  let data: DataSection

  /// Checks that the networks are there that the loss needs, and that what amends players names
  /// some that the loss has.
  func check(_ fields: Fields) -> Bool {
    var isFine = true
    for role in loss.part.roles {
      guard let network = networks.first(where: { $0.name == role.network }) else {
        fields.record(missing(role))
        isFine = false
        continue
      }
      if Set(role.outputs) != Set(network.outputs.map(\.name)) {
        fields.record(wrongOutputs(role, network))
        isFine = false
      }
    }
    guard isFine else { return false }
    let names = longForm.players.map(\.name)
    for entry in fields.peek("players")?.entries ?? []
    where !names.contains(entry.key) && entry.value.entry("minimize") == nil {
      fields.record(unknownPlayer(entry, names))
      isFine = false
    }
    return isFine
  }

  /// What the loss stands for.
  private var longForm: LongForm {
    loss.part.longForm(
      LossNetworks(
        inputs: Dictionary(networks.map { ($0.name, $0.input) }, uniquingKeysWith: { a, _ in a }),
        averaged: Set(networks.filter { $0.average != nil }.map(\.name)),
        exampleCount: data.form.shape.count))
  }

  /// Writes the long form into the sections `players`, `metrics` and `samples`; what stands there
  /// already amends it.
  func expand(_ fields: inout Fields) {
    let form = longForm
    let players = Node.mapping(form.players.map { ($0.name, node($0)) }, at: span)
    fields.replace("players", with: amended(players, by: fields.peek("players")))
    let sets = data.splits.filter { $0 != .train }
    if !form.measurements.isEmpty, !sets.isEmpty {
      let measured = Node.mapping(
        form.measurements.map { ($0.name, formula($0.formula)) }, at: span)
      let standard = Node.mapping(sets.map { ($0.rawValue, measured) }, at: span)
      fields.replace("metrics", with: amended(standard, by: fields.peek("metrics")))
    }
    if !form.pictures.isEmpty, drawable, fields.peek("samples")?["show"] == nil {
      let show = Node.mapping(form.pictures.map { ($0.name, formula($0.formula)) }, at: span)
      let standard = Node.mapping([("show", show)], at: span)
      fields.replace("samples", with: amended(standard, by: fields.peek("samples")))
    }
    fields.forget("loss")
  }

  /// Whether examples of the data can be drawn.
  private var drawable: Bool {
    let shape = data.form.shape
    return shape == ExampleShape([2]) || shape.isImage && [1, 3].contains(shape.channels)
  }

  private var span: Span { loss.place.span }

  private func amended(_ standard: Node, by own: Node?) -> Node {
    own.map { $0.merging(base: standard) } ?? standard
  }

  private func formula(_ text: String) -> Node { .plain(text, at: sourceSpan(text)) }

  /// Formulas of a loss lie in a text of their own, so that a message can show them; it also tells
  /// which line asked for the loss.
  private func sourceSpan(_ text: String) -> Span {
    SourceText(
      name: "the loss `\(loss.name)`", text: text, kind: .builtIn, lead: .init("asked for by", span)
    ).whole
  }

  private func node(_ player: PlayerText) -> Node {
    var entries: [(String, Node)] = [
      ("trains", .sequence(player.trains.map { .text($0, at: span) }, at: span)),
      ("updates", .int(player.updates, at: span)),
    ]
    if !player.lets.isEmpty {
      entries.append(
        ("let", .mapping(player.lets.map { ($0.name, formula($0.formula)) }, at: span)))
    }
    entries.append(("minimize", formula(player.minimize)))
    if let clip = player.clip { entries.append(("clip", .number(clip, at: span))) }
    return .mapping(entries, at: span)
  }

  private func missing(_ role: Role) -> Diagnostic {
    var problem = Diagnostic(
      "missing-network", "the loss `\(loss.name)` needs a network named `\(role.network)`",
      at: span, label: "uses " + loss.part.roles.map { "`\($0.network)`" }.joined(separator: ", "))
    let taken = Set(loss.part.roles.map(\.network))
    let spare = networks.filter { !taken.contains($0.name) }
    problem.related = networks.map { .init($0.place.span, "the experiment has this") }
    if let other = spare.first {
      problem.helps = [
        "rename `\(other.name)` to `\(role.network)`, or write "
          + "`loss: {\(loss.name): {\(role.name): \(other.name)}}`"
      ]
    }
    return problem
  }

  private func unknownPlayer(_ entry: Node.Entry, _ names: [String]) -> Diagnostic {
    Diagnostic(
      "unknown-name", "the loss `\(loss.name)` has no player `\(entry.key)`", at: entry.keySpan,
      label: "unknown player",
      note: "it has \(Suggest.list(names)); a player of your own needs `minimize`",
      help: Suggest.help(for: entry.key, among: names))
  }

  private func wrongOutputs(_ role: Role, _ network: Network) -> Diagnostic {
    let needed =
      role.outputs.isEmpty
      ? "one output" : "the outputs " + role.outputs.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      "wrong-outputs", "the loss `\(loss.name)` needs a network `\(network.name)` with \(needed)",
      at: network.place.span(of: "outputs"), label: "has others",
      related: [.init(span, "asked for here")],
      help: role.outputs.isEmpty
        ? nil
        : "write `outputs: {" + role.outputs.map { "\($0): [...]" }.joined(separator: ", ") + "}`")
  }
}
