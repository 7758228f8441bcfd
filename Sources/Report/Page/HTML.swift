import Tensor
import Text

/// A report: one HTML file that holds all it shows and loads nothing.
///
/// What comes from runs is in one JSON text, in which no `<` is left, and reaches the page only as
/// text of elements. A content security policy lets no script run but the page's own, known by its
/// digest.
enum HTML {
  /// The page of some data.
  static func text(title: String, data: JSON) -> String {
    let style = String(decoding: PackageResources.page_css, as: UTF8.self)
    let scripts = [
      PackageResources.base_js, PackageResources.chart_js, PackageResources.panel_js,
      PackageResources.curves_js, PackageResources.study_js, PackageResources.table_js,
      PackageResources.main_js,
    ].map { String(decoding: $0, as: UTF8.self) }
    let script = "\"use strict\";\n" + scripts.joined()
    let policy =
      "default-src 'none'; script-src '\(digest(script))'; style-src '\(digest(style))'; "
      + "img-src data:; base-uri 'none'; form-action 'none'"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(SVG.escaped(title))</title>
      <style>\(style)</style>
      </head>
      <body>
      <main id="page"><noscript>This report draws itself with a script of its own, which is switched \
      off here.</noscript></main>
      <script type="application/json" id="data">\(escaped(data.text))</script>
      <script>\(script)</script>
      </body>
      </html>

      """
  }

  /// JSON that may stand in a script element: without the characters that HTML reads as its own.
  static func escaped(_ json: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.utf8.count + 1024)
    for byte in json.utf8 {
      switch byte {
      case UInt8(ascii: "<"): bytes += "\\u003c".utf8
      case UInt8(ascii: ">"): bytes += "\\u003e".utf8
      case UInt8(ascii: "&"): bytes += "\\u0026".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text's digest as a content security policy has it.
  private static func digest(_ text: String) -> String {
    var hash = SHA256()
    hash.update(text.utf8)
    return "sha256-" + Base64.text(hash.bytes)
  }
}
