import Run

/// Drawings as SVG 1.1: text stays text, in the reader's own sans-serif, so that it can be searched
/// and edited; no script, no style sheet, no links.
public enum SVG {
  /// The file's text; `title` is what a screen reader says of the figure.
  public static func text(_ drawing: Drawing, title: String) -> String {
    var writer = Writer()
    let (width, height) = (Decimal.short(drawing.width), Decimal.short(drawing.height))
    writer.lines.append(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)pt\" height=\"\(height)pt\" "
        + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
        + "font-family=\"Helvetica, Arial, sans-serif\">")
    writer.lines.append("<title>\(escaped(title))</title>")
    writer.lines.append("<rect width=\"\(width)\" height=\"\(height)\" fill=\"#ffffff\"/>")
    for shape in drawing.shapes { writer.add(shape) }
    return writer.lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// Text as it may stand between tags and in attributes. Characters that XML does not know become
  /// U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..<"\u{20}", "\u{7f}", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private struct Writer {
    var lines: [String] = []
    private var boxes = 0

    mutating func add(_ shape: Drawing.Shape) {
      switch shape {
      case .line(let places, let stroke): line(places, stroke)
      case .area(let places, let color, let opacity):
        lines.append(
          "<path d=\"\(path(places))Z\" fill=\"\(hex(color))\"\(opaque("fill", opacity))/>")
      case .disc(let place, let radius, let color, let opacity):
        lines.append(
          "<circle cx=\"\(Decimal.short(place.x))\" cy=\"\(Decimal.short(place.y))\" "
            + "r=\"\(Decimal.short(radius))\" fill=\"\(hex(color))\"\(opaque("fill", opacity))/>")
      case .text(let label): text(label)
      case .within(let box, let shapes): within(box, shapes)
      }
    }

    private mutating func line(_ places: [Place], _ stroke: Stroke) {
      let dashes = stroke.dashes.map { Decimal.short($0) }.joined(separator: " ")
      lines.append(
        "<path d=\"\(path(places))\" fill=\"none\" stroke=\"\(hex(stroke.color))\" "
          + "stroke-width=\"\(Decimal.short(stroke.width))\" stroke-linejoin=\"round\" "
          + "stroke-linecap=\"\(dashes.isEmpty ? "round" : "butt")\""
          + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\"")
          + opaque("stroke", stroke.opacity) + "/>")
    }

    private mutating func text(_ label: Label) {
      let (x, y) = (Decimal.short(label.place.x), Decimal.short(label.place.y))
      let turn = label.isUpright ? " transform=\"rotate(-90 \(x) \(y))\"" : ""
      let raise = Decimal.short(-label.size * Words.raise)
      let size = Decimal.short(label.size * Words.raisedSize)
      let raised =
        label.words.raised.isEmpty
        ? "" : "<tspan dy=\"\(raise)\" font-size=\"\(size)\">\(escaped(label.words.raised))</tspan>"
      lines.append(
        "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(Decimal.short(label.size))\" "
          + "text-anchor=\"\(label.anchor.rawValue)\" fill=\"\(hex(label.color))\"\(turn)>"
          + "\(escaped(label.words.text))\(raised)</text>")
    }

    private mutating func within(_ box: Box, _ shapes: [Drawing.Shape]) {
      boxes += 1
      let name = "box\(boxes)"
      lines.append(
        "<clipPath id=\"\(name)\"><rect x=\"\(Decimal.short(box.left))\" "
          + "y=\"\(Decimal.short(box.top))\" width=\"\(Decimal.short(box.width))\" "
          + "height=\"\(Decimal.short(box.height))\"/></clipPath>")
      lines.append("<g clip-path=\"url(#\(name))\">")
      for shape in shapes { add(shape) }
      lines.append("</g>")
    }

    private func path(_ places: [Place]) -> String {
      "M" + places.map { "\(Decimal.short($0.x)) \(Decimal.short($0.y))" }.joined(separator: "L")
    }

    private func hex(_ color: Color) -> String {
      "#"
        + [color.red, color.green, color.blue].map { light in
          let digits = String(Int(max(0, min(255, light))), radix: 16)
          return digits.count < 2 ? "0" + digits : digits
        }.joined()
    }

    private func opaque(_ what: String, _ opacity: Double) -> String {
      opacity < 1 ? " \(what)-opacity=\"\(Decimal.short(opacity))\"" : ""
    }
  }
}
