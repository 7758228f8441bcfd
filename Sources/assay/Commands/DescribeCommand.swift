import Experiment
import Formula
import Foundation
import Parts
import Search
import Text
import YAML

/// `assay describe [NAME]`: what an experiment's file can name.
enum DescribeCommand: Command {
  static let name = "describe"
  static let summary = "list what a file can name, or say all about one name"
  static let operands = "[NAME]"
  static let operandCount = 0...1
  static let schema = Flag("schema", nil, "the JSON Schema of experiment files, for editors")
  static let flags = [schema]
  static let details = """
    NAME is a layer, a loss or another part, what some of them are called (`layer`, `pruner`), a
    function of formulas, a section of the file, or the path of a section within one.

    examples:
      assay describe conv
      assay describe formula
      assay describe checkpoints.best
      assay describe --schema > assay.schema.json
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    if arguments.has(schema) {
      Output.text(ExperimentSchema.json.indentedText)
    } else if let name = arguments.operands.first {
      Output.result(try page(name))
    } else {
      Output.result(overview)
    }
    return 0
  }

  // MARK: All names

  /// The parts of experiments and of their sweeps.
  fileprivate static var lists:
    [(heading: String, noun: String, types: [any Part.Type], schema: JSON)]
  { Catalog.all + SearchCatalog.all }

  private static var overview: String {
    var blocks = lists.map { list in
      list.heading + "\n" + Help.table(list.types.map { ($0.kind, $0.summary) })
    }
    blocks += formulaTables
    blocks.append(
      "sections of the file\n" + Help.table(Experiment.descriptions.map { ($0.key, $0.summary) }))
    blocks.append("`assay describe NAME` says all about one of them")
    return blocks.joined(separator: "\n\n")
  }

  private static var formulaTables: [String] {
    let functions = Function.all.map { (firstForm($0.signature), $0.summary) }
    return [
      "functions of formulas\n" + Help.table(functions),
      "names in formulas\n" + Help.table(Formula.names.map { ($0.name, $0.summary) }),
    ]
  }

  /// The page of the language that losses, metrics, pictures and schedules are written in.
  private static var formulas: String {
    let rules = """
      formula: the language of losses, metrics, pictures, learning rates and numbers

        a + b, a - b, a * b, a / b, -a, a^b, (a), and calls of functions and networks: f(a)
        `^` binds first and from the right: -a^2 is -(a^2), and a^b^c is a^(b^c)
        a network with named outputs gives one of them with a dot: encoder(x).mean
        values are tensors, numbers per example, or scalars; shapes leave the batch axis out
        two shapes fit when they are equal, or when one is a scalar or a number per example
        what holds a comma stands in quotes inside `{}`, as a comma ends a value there
        a `let` name is one value in an update; each written `normal(..)` is a draw of its own
      """
    return ([rules] + formulaTables).joined(separator: "\n\n")
  }

  /// `normal(20)` of all forms that a function can be written in.
  private static func firstForm(_ signature: String) -> String {
    let forms = signature.components(separatedBy: "), ")
    return forms.count > 1 ? forms[0] + ")" : signature
  }

  // MARK: One name

  private static func page(_ name: String) throws -> String {
    var pages = lists.flatMap { list in
      list.types.filter { $0.kind == name }.map { page($0, noun: list.noun) }
    }
    if let function = Function.named(name) {
      pages.append("\(function.signature): \(function.summary) (function of formulas)")
    }
    if name == "formula" { pages.append(formulas) }
    if let section = section(name) { pages.append(section) }
    pages += lists.filter { name == $0.noun || name == $0.heading }.map { list in
      "\(list.heading)\n" + Help.table(list.types.map { ($0.kind, $0.summary) })
    }
    if let (name, summary) = Formula.names.first(where: { $0.name == name }) {
      pages.append("\(name): \(summary) (name in formulas)")
    }
    guard pages.isEmpty else { return pages.joined(separator: "\n\n") }
    throw UsageError(
      "there is nothing called `\(name)` to describe", self,
      help: Suggest.help(for: name, among: names) ?? "`assay describe` lists all names")
  }

  private static var names: [String] {
    ["formula"] + lists.flatMap { [$0.noun] + $0.types.map { $0.kind } } + Function.all.map(\.name)
      + Experiment.descriptions.map(\.key)
  }

  private static func page(_ part: any Part.Type, noun: String) -> String {
    let keys = Fields.descriptions(of: part)
    var lines = ["\(part.kind): \(part.summary) (\(noun))"]
    if keys.isEmpty { return (lines + ["", "  takes no settings"]).joined(separator: "\n") }
    if let main = part.mainKey {
      lines += ["", "  short form: `\(part.kind): ...` sets `\(main)`"]
    }
    return (lines + [""] + keys.flatMap { text($0, indent: 2) }).joined(separator: "\n")
  }

  private static func section(_ path: String) -> String? {
    var keys = Experiment.descriptions
    var found: FieldDescription?
    for name in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let key = keys.first(where: { $0.key == name }) else { return nil }
      found = key
      keys = nested(key.type)
    }
    guard let found else { return nil }
    let head = "\(path): \(found.summary) (section of the file)"
    return
      ([head, ""] + (keys.isEmpty ? text(found, indent: 2) : keys.flatMap { text($0, indent: 2) }))
      .joined(separator: "\n")
  }

  /// A key in two lines, and the keys within it.
  private static func text(_ key: FieldDescription, indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    let fate =
      key.isRequired
      ? "; required" : key.fallback.map { "; default \(short($0))" } ?? ""
    return ["\(space)\(key.key)  \(key.summary)", "\(space)    \(key.type.words)\(fate)"]
      + nested(key.type).flatMap { text($0, indent: indent + 4) }
  }

  /// A default on one line.
  private static func short(_ node: Node) -> String {
    if let scalar = node.scalar { return scalar.text.isEmpty ? "none" : scalar.text }
    return node.json.text.replacingOccurrences(of: ",", with: ", ")
  }

  /// The keys of a mapping, also of one that stands in a list or under names.
  private static func nested(_ type: FieldType) -> [FieldDescription] {
    switch type {
    case .section(let keys): keys
    case .named(let item), .list(let item, _), .oneOrMore(let item): nested(item)
    case .either(let first, let second): nested(first) + nested(second)
    default: []
    }
  }
}

/// The JSON Schema of an experiment's file.
enum ExperimentSchema {
  /// The schema, of the draft 2020-12.
  static var json: JSON {
    let keys = Experiment.descriptions
    let whole: JSON = [
      "allOf": [.mapping(keys)],
      "anyOf": [["required": ["loss"]], ["required": ["players"]]],
    ]
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Assay experiment",
      "if": ["required": ["extends"]],
      "then": changes(keys),
      "else": whole,
      "$defs": .object(
        Dictionary(
          DescribeCommand.lists.map { ($0.noun, $0.schema) }
            + [("settings of a \(Catalog.metrics.noun)", Catalog.metrics.settingsSchema)]
        ) { first, _ in first }),
    ]
  }

  /// The schema of a file that changes another one: its names alone, since what the other one says
  /// need not be said again.
  private static func changes(_ keys: [FieldDescription]) -> JSON {
    var names = Dictionary(
      keys.map { ($0.key, ["description": .string($0.summary)] as JSON) }
    ) { $1 }
    names["extends"] = [
      "type": "string", "description": "the file that this one changes, as a relative path",
    ]
    return [
      "type": "object", "properties": .object(names), "additionalProperties": .bool(false),
    ]
  }
}
