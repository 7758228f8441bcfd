import Testing
import Text

@testable import YAML

@Suite struct SchemaTests {
  @Test func aListOfPartsAllowsNamesAndShortForms() {
    let list = PartList<any Layer>("layer", [Dense.self, ReLU.self])
    #expect(
      list.schema.indentedText == """
        {
          "anyOf": [
            {
              "enum": [
                "dense",
                "relu"
              ]
            },
            {
              "description": "every output is a weighted sum of all inputs",
              "type": "object",
              "properties": {
                "dense": {
                  "anyOf": [
                    {
                      "type": "object",
                      "properties": {
                        "units": {
                          "description": "number of outputs",
                          "anyOf": [
                            {
                              "type": "integer",
                              "minimum": 1.0
                            },
                            {
                              "type": "string"
                            }
                          ]
                        },
                        "bias": {
                          "description": "adds a learned number to each output",
                          "type": "boolean",
                          "default": true
                        }
                      },
                      "required": [
                        "units"
                      ],
                      "additionalProperties": false
                    },
                    {
                      "anyOf": [
                        {
                          "type": "integer",
                          "minimum": 1.0
                        },
                        {
                          "type": "string"
                        }
                      ]
                    }
                  ]
                }
              },
              "required": [
                "dense"
              ],
              "additionalProperties": false
            },
            {
              "description": "max(x, 0)",
              "type": "object",
              "properties": {
                "relu": {
                  "type": "object",
                  "properties": {},
                  "required": [],
                  "additionalProperties": false
                }
              },
              "required": [
                "relu"
              ],
              "additionalProperties": false
            }
          ]
        }
        """)
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
    let expected = """
      {"type": "object", "properties": {\
      "train": {"description": "how long", "type": "object", "properties": {\
      "rate": {"description": "size of a step", "anyOf": [\
      {"type": "number", "exclusiveMinimum": 0.0, "maximum": 1.0}, {"type": "string"}], \
      "default": 0.5}}, "required": [], "additionalProperties": false}, \
      "let": {"description": "names", "type": "object", \
      "additionalProperties": {"type": ["string", "number"]}}, \
      "layers": {"description": "in order", "type": "array", "items": {"$ref": "#/$defs/layer"}}, \
      "betas": {"description": "decays", "type": "array", "items": {"anyOf": [\
      {"type": "number", "minimum": 0.0, "exclusiveMaximum": 1.0}, {"type": "string"}]}, \
      "minItems": 2, "maxItems": 2}}, "required": ["layers", "betas"], \
      "additionalProperties": {"type": ["string", "number"]}}
      """
    #expect(JSON.mapping(keys).text == expected)
  }
}
