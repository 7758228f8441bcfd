import Parts
import Text
import YAML

/// The places of an experiment that a sweep can change: what its file names, and what may be set
/// without being written.
public struct Places {
  private let root: Node
  private let keys: [FieldDescription]

  /// The places of a file whose sections have these keys.
  public init(_ root: Node, _ keys: [FieldDescription]) {
    self.root = root
    self.keys = keys
  }

  /// What is wrong with the paths of a space.
  public func problems(with space: Space) -> [Diagnostic] {
    space.axes.compactMap { axis in
      // A loss brings players that the file does not name.
      if axis.names.first?.text == "players", root["loss"] != nil { return nil }
      guard case .missing(let depth, let others) = find(axis.names[...], .section(keys), root)
      else { return nil }
      return unknown(axis, depth, others)
    }
  }

  /// Whether a path leads somewhere.
  private enum Outcome {
    case found
    /// Its name at a depth is unknown; what is known there.
    case missing(Int, [String])

    var depth: Int {
      if case .missing(let depth, _) = self { depth } else { .max }
    }
  }

  /// Follows names through what may be written and what is.
  private func find(
    _ names: ArraySlice<Override.Name>, _ type: FieldType, _ node: Node?
  ) -> Outcome {
    guard let name = names.first?.text else { return .found }
    let rest = names.dropFirst()
    func missing(_ others: [String]) -> Outcome { .missing(names.startIndex, others) }
    switch type {
    case .section(let keys):
      if let key = keys.first(where: { $0.key == name }) {
        let value = node?[name] ?? (key.isMain && node?.entries == nil ? node : nil)
        return find(rest, key.type, value)
      }
      guard let open = keys.first(where: { $0.key.hasPrefix("<") }), let value = node?[name] else {
        let known = keys.map(\.key).filter { !$0.hasPrefix("<") }
        return missing(known + written(node).filter { !known.contains($0) })
      }
      return find(rest, open.type, value)
    case .named(let item):
      return node?[name].map { find(rest, item, $0) } ?? missing(written(node))
    case .part(let noun):
      let parts = types(noun)
      guard let part = parts.first(where: { $0.kind == name }) else {
        return missing(parts.map { $0.kind })
      }
      return find(rest, .section(Fields.descriptions(of: part)), node?[name])
    case .settings(let noun):
      return find(names, .section(types(noun).flatMap { Fields.descriptions(of: $0) }), node)
    case .list(let item, _), .oneOrMore(let item):
      let items = node?.items ?? []
      guard let index = Int(name), items.indices.contains(index) else {
        return missing(items.indices.map(String.init))
      }
      return find(rest, item, items[index])
    case .either(let first, let second):
      let outcomes = [find(names, first, node), find(names, second, node)]
      return outcomes[0].depth >= outcomes[1].depth ? outcomes[0] : outcomes[1]
    case .other: return .found
    case .int, .number, .bool, .text, .formula, .choice: return missing([])
    }
  }

  private func written(_ node: Node?) -> [String] { node?.entries?.map(\.key) ?? [] }

  private func types(_ noun: String) -> [any Part.Type] {
    (Catalog.all + SearchCatalog.all).first { $0.noun == noun }?.types ?? []
  }

  private func unknown(_ axis: Axis, _ depth: Int, _ others: [String]) -> Diagnostic {
    let name = axis.names[depth]
    let texts = axis.names.map(\.text)
    let parent = texts[..<depth].joined(separator: ".")
    let near = Suggest.names(near: name.text, among: others).map { other in
      (texts[..<depth] + [other] + texts[(depth + 1)...]).joined(separator: ".")
    }
    let known = others.count <= 12 ? others : []
    return Diagnostic(
      "unknown-name", "the experiment has no `\(axis.path)`", at: name.span,
      label: "unknown name",
      note: others.isEmpty
        ? "`\(parent)` has nothing within"
        : known.isEmpty
          ? nil : "\(parent.isEmpty ? "an experiment" : "`\(parent)`") has \(Suggest.list(known))",
      help: near.isEmpty ? nil : "did you mean \(Suggest.list(near, joined: "or"))?")
  }
}
