import Run
import Text
import YAML

/// A run's long form, with the lines in which runs differ.
struct MarkedText {
  /// Its lines.
  let lines: [String]
  /// The settings that stand on a line, by the line's number from 0.
  let marks: [Int: [Mark]]

  /// A setting that stands on a line.
  struct Mark: Hashable {
    /// Its number.
    let setting: Int
    /// Whether the line has another number, which follows from it.
    let follows: Bool
  }

  /// The long form of a run; without lines where it cannot be read.
  init(_ run: RunData, _ settings: [DifferingSetting]) throws {
    let path = run.directory.resolvedFile
    guard let bytes = try? readWhole(path, limit: 1 << 20) else {
      (lines, marks) = ([], [:])
      return
    }
    lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    let source = SourceText(name: path.path, bytes: bytes)
    let root = Parser.document(source, Problems())
    var marks: [Int: [Mark]] = [:]
    for (index, setting) in settings.enumerated() {
      for path in setting.paths {
        guard let node = root.flatMap({ MarkedText.node($0, path.split(separator: ".")[...]) })
        else { continue }
        let line = node.span.line - 1
        let isNew = marks[line]?.contains { $0.setting == index } != true
        let mark = Mark(setting: index, follows: !setting.isOwn(path))
        if isNew { marks[line, default: []].append(mark) }
      }
    }
    self.marks = marks
  }

  /// The node at a path of names and numbers of a list.
  private static func node(_ node: Node, _ path: ArraySlice<Substring>) -> Node? {
    guard let first = path.first else { return node }
    switch node.content {
    case .mapping(let entries):
      // A name may hold points itself.
      for entry in entries {
        let names = entry.key.split(separator: ".", omittingEmptySubsequences: false)
        guard path.starts(with: names) else { continue }
        return self.node(entry.value, path.dropFirst(names.count))
      }
      return nil
    case .sequence(let items):
      guard let index = Int(first), items.indices.contains(index) else { return nil }
      return self.node(items[index], path.dropFirst())
    case .scalar: return nil
    }
  }
}
