import Text

// JSON Schema (2020-12) for editors, from the same descriptions that reading uses.

extension FieldType {
  /// The schema of what may be written. Parts are referred to as `#/$defs/<noun>`.
  public var schema: JSON {
    switch self {
    case .int(let bounds): .anyOf([.number("integer", bounds), .type("string")])
    case .number(let bounds): .anyOf([.number("number", bounds), .type("string")])
    case .bool: .type("boolean")
    case .text: .types(["string", "number", "boolean"])
    case .formula: .types(["string", "number"])
    case .choice(let names): ["enum": .array(names.map(JSON.string))]
    case .list(let item, let count): .list(item.schema, count)
    case .oneOrMore(let item): .anyOf([item.schema, .list(item.schema, 1...Int.max)])
    case .part(let noun): ["$ref": .string("#/$defs/\(noun)")]
    case .settings(let noun): ["$ref": .string("#/$defs/settings of a \(noun)")]
    case .section(let keys): .anyOf([.mapping(keys)] + keys.filter(\.isMain).map(\.type.schema))
    case .named(let item):
      ["type": "object", "additionalProperties": item.schema]
    case .either(let first, let second): .anyOf([first.schema, second.schema])
    case .other: [:]
    }
  }
}

extension PartList {
  /// The schema of one of the parts: a name, or a mapping of one name to its settings.
  public var schema: JSON {
    let alone = types.filter { !Fields.descriptions(of: $0).contains(where: \.isRequired) }
    let names: JSON = ["enum": .array(alone.map { .string($0.kind) })]
    return .anyOf((alone.isEmpty ? [] : [names]) + types.map(schema))
  }

  /// The schema of the settings of one of the parts, without its name.
  public var settingsSchema: JSON {
    .anyOf(types.map { FieldType.section(Fields.descriptions(of: $0)).schema })
  }

  private func schema(_ part: any Part.Type) -> JSON {
    let keys = Fields.descriptions(of: part)
    return [
      "description": .string(part.summary),
      "type": "object",
      "properties": [part.kind: FieldType.section(keys).schema],
      "required": [.string(part.kind)],
      "additionalProperties": .bool(false),
    ]
  }
}

extension JSON {
  /// The schema of a mapping with these keys.
  public static func mapping(_ keys: [FieldDescription]) -> JSON {
    let named = keys.filter { $0.key != FieldDescription.anyName }
    let required = named.filter(\.isRequired).map { JSON.string($0.key) }
    let rest = keys.first { $0.key == FieldDescription.anyName }?.type.schema
    return [
      "type": "object",
      "properties": .object(Dictionary(named.map { ($0.key, $0.schema) }) { $1 }),
      "required": .array(required),
      "additionalProperties": rest ?? .bool(false),
    ]
  }

  fileprivate static func type(_ name: String) -> JSON { ["type": .string(name)] }

  fileprivate static func types(_ names: [String]) -> JSON {
    ["type": .array(names.map(JSON.string))]
  }

  fileprivate static func anyOf(_ schemas: [JSON]) -> JSON {
    schemas.count == 1 ? schemas[0] : ["anyOf": .array(schemas)]
  }

  fileprivate static func list(_ item: JSON, _ count: ClosedRange<Int>) -> JSON {
    var members: [String: JSON] = ["type": "array", "items": item]
    if count.lowerBound > 0 { members["minItems"] = .integer(Int64(count.lowerBound)) }
    if count.upperBound < .max { members["maxItems"] = .integer(Int64(count.upperBound)) }
    return .object(members)
  }

  fileprivate static func number(_ type: String, _ bounds: Bounds<Double>) -> JSON {
    var members: [String: JSON] = ["type": .string(type)]
    if let lower = bounds.lower {
      members[lower.isOpen ? "exclusiveMinimum" : "minimum"] = .number(lower.value)
    }
    if let upper = bounds.upper {
      members[upper.isOpen ? "exclusiveMaximum" : "maximum"] = .number(upper.value)
    }
    return .object(members)
  }
}

extension FieldDescription {
  /// The key that stands for every name that the user chooses.
  static let anyName = "<name>"

  /// The schema of the value, with the summary and the default.
  fileprivate var schema: JSON {
    guard case .object(var members) = type.schema else { return type.schema }
    members["description"] = .string(summary)
    members["default"] = fallback?.json
    return .object(members)
  }
}

extension Node {
  /// The value as JSON, texts that mean a number or a boolean as such.
  public var json: JSON {
    switch content {
    case .sequence(let items): return .array(items.map(\.json))
    case .mapping(let entries):
      return .object(Dictionary(entries.map { ($0.key, $0.value.json) }) { $1 })
    case .scalar(let scalar):
      if isNull { return .null }
      switch scalar.style == .plain ? Literal(scalar.text) : nil {
      case .bool(let value): return .bool(value)
      case .number(.whole(let negative, let magnitude)) where magnitude <= Int64.max:
        return .integer(negative ? -Int64(magnitude) : Int64(magnitude))
      case .number(let number): return number.value.map(JSON.number) ?? .string(scalar.text)
      case nil: return .string(scalar.text)
      }
    }
  }
}
