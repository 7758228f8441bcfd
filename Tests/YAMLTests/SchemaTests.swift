import Testing
import Text

@testable import YAML

@Suite struct SchemaTests {
  @Test func aListOfPartsAllowsNamesAndShortForms() {
    let list = PartList<any Layer>("layer", [Dense.self, ReLU.self])
    let units: JSON = ["anyOf": [["type": "integer", "minimum": .number(1)], ["type": "string"]]]
    let dense: JSON = [
      "type": "object",
      "properties": [
        "units": [
          "description": "number of outputs",
          "anyOf": [["type": "integer", "minimum": .number(1)], ["type": "string"]],
        ],
        "bias": [
          "description": "adds a learned number to each output", "type": "boolean",
          "default": .bool(true),
        ],
      ],
      "required": ["units"],
      "additionalProperties": .bool(false),
    ]
    let relu: JSON = [
      "type": "object", "properties": [:], "required": [], "additionalProperties": .bool(false),
    ]
    let expected: JSON = [
      "anyOf": [
        ["enum": ["relu"]],
        [
          "description": "every output is a weighted sum of all inputs", "type": "object",
          "properties": ["dense": ["anyOf": [dense, units]]], "required": ["dense"],
          "additionalProperties": .bool(false),
        ],
        [
          "description": "max(x, 0)", "type": "object", "properties": ["relu": relu],
          "required": ["relu"], "additionalProperties": .bool(false),
        ],
      ]
    ]
    #expect(list.schema == expected)
  }

  @Test func sectionsNamesAndPartsHaveSchemas() {
    let keys = Fields.descriptions { fields in
      _ = fields.section("train", "how long", ifMissing: .hasDefaults) { train in
        train.number("rate", "size of a step", in: .above(0, upTo: 1), default: 0.5)
      }
      _ = fields.formulas("let", "names")
      _ = fields.parts("layers", "in order", of: layerList)
      _ = fields.numbers("betas", "decays", count: 2...2, in: 0..<1)
      _ = fields.rest("a metric", .formula)
    }
    let rate: JSON = [
      "description": "size of a step", "default": .number(0.5),
      "anyOf": [
        ["type": "number", "exclusiveMinimum": .number(0), "maximum": .number(1)],
        ["type": "string"],
      ],
    ]
    let decay: JSON = [
      "anyOf": [
        ["type": "number", "minimum": .number(0), "exclusiveMaximum": .number(1)],
        ["type": "string"],
      ]
    ]
    let formula: JSON = ["type": ["string", "number"]]
    let properties: JSON = [
      "train": [
        "description": "how long", "type": "object", "properties": ["rate": rate],
        "required": [], "additionalProperties": .bool(false),
      ],
      "let": ["description": "names", "type": "object", "additionalProperties": formula],
      "layers": [
        "description": "in order", "type": "array", "items": ["$ref": "#/$defs/layer"],
      ],
      "betas": [
        "description": "decays", "type": "array", "items": decay, "minItems": .integer(2),
        "maxItems": .integer(2),
      ],
    ]
    let expected: JSON = [
      "type": "object", "properties": properties, "required": ["layers", "betas"],
      "additionalProperties": formula,
    ]
    #expect(JSON.mapping(keys) == expected)
  }
}
