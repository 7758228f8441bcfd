import YAML

// Settings that several datasets share.
extension Fields {
  /// The number of classes; needed if there are labels.
  mutating func classes(hasLabels: Bool) -> Int? {
    let classes = optionalInt(
      "classes", "number of classes: labels are 0 to one less", in: 2...1_000_000)
    if hasLabels, classes == nil, !isDescribing {
      problem(
        "missing-key", "\(subject) needs `classes` beside labels", label: "`classes` is missing",
        help: "write how many kinds of labels there are, as `classes: 10`")
    }
    if !hasLabels, classes != nil {
      problem(
        "unreachable-setting", "`classes` has no meaning without labels", at: "classes",
        help: "leave it out")
    }
    return classes
  }

  /// The range of the values.
  mutating func valueRange() -> ClosedRange<Float>? {
    let ends = numbers(
      "range", "least and greatest value that may occur; `[]` if not known", count: 0...2,
      in: -1e30...1e30, default: [])
    if ends.isEmpty { return nil }
    guard ends.count == 2, ends[0] < ends[1] else {
      problem(
        "out-of-range", "`range` must be a number and a greater one", at: "range",
        help: "write it as `[0, 1]`")
      return nil
    }
    return Float(ends[0])...Float(ends[1])
  }

  /// The test set's file of a setting must stand beside another.
  func require(_ key: String, with other: String) {
    if peek(key) != nil, peek(other) == nil {
      problem(
        "unreachable-setting", "`\(key)` has no meaning without `\(other)`", at: key,
        help: "give `\(other)`, or leave `\(key)` out")
    }
  }
}

extension DataContext {
  /// The file that a setting names.
  func file(_ setting: String, _ path: String) throws(DataError) -> DatasetFile {
    DatasetFile(setting: setting, role: setting, path: try resolve(path, in: folder))
  }

  /// The file that a setting names, if there is one.
  func file(_ setting: String, _ path: String?) throws(DataError) -> DatasetFile? {
    guard let path else { return nil }
    let file: DatasetFile = try self.file(setting, path)
    return file
  }
}
