/// A Markdown file that shows what Assay says about some experiments.
///
/// Its prose is for people. Before each `output` block stand the blocks that it belongs to: `yaml`
/// for `experiment.yaml`, `yaml base.yaml` for further files, `overrides` with one on a line, and `overrides
/// sweep` for those that can have several values.
struct Case {
  /// One experiment and what is said about it.
  struct Example {
    var files: [(name: String, text: String)] = []
    var overrides: [String] = []
    var isSweeping = false
    var expected = ""
    /// The lines of the output block's content.
    var outputLines = 0..<0
  }

  /// The lines of the file.
  let lines: [String]
  /// The examples in order.
  let examples: [Example]

  /// A case with this text; nil if a block is left open or has a name that nothing reads.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var examples: [Example] = []
    var example = Example()
    var index = 0
    while index < lines.count {
      defer { index += 1 }
      guard lines[index].hasPrefix("```") else { continue }
      let start = index + 1
      guard let end = lines[start...].firstIndex(of: "```") else { return nil }
      let head = lines[index].dropFirst(3).split(separator: " ").map(String.init)
      let content = lines[start..<end].map { $0 + "\n" }.joined()
      index = end
      switch head.first {
      case "yaml": example.files.append((head.count > 1 ? head[1] : "experiment.yaml", content))
      case "overrides":
        example.overrides += lines[start..<end]
        example.isSweeping = head.count > 1
      case "output":
        example.expected = content
        example.outputLines = start..<end
        examples.append(example)
        example = Example()
      default: return nil
      }
    }
    self.lines = lines
    self.examples = examples
  }

  /// The text with other outputs.
  func text(outputs: [String]) -> String {
    var lines = lines
    for (example, output) in zip(examples, outputs).reversed() {
      let content = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      lines.replaceSubrange(example.outputLines, with: content.map(String.init))
    }
    return lines.joined(separator: "\n")
  }
}
