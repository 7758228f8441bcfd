import Run
import Text

/// Runs that make one curve, and what it is called.
public struct CurveGroup: Sendable {
  /// Its name: the settings in which it differs from the others, as `rate 0.001, batch 64`; empty
  /// where there is one group alone.
  public let label: String
  /// Its runs; of repetitions one.
  public let runs: [RunData]
  /// The settings of its first run.
  public let settings: Settings

  /// A label that is longer is replaced by the first run's id.
  static let longest = 44

  /// Groups runs by the values of some settings; by all but the seed where `paths` is nil. Throws a
  /// `Rejection` where no run has such a setting.
  public static func groups(of runs: [RunData], by paths: [String]?) throws -> [CurveGroup] {
    let alike = try RunGroup.groups(of: runs)
    guard let paths, !paths.isEmpty else { return bySettings(alike) }
    let all = alike.flatMap(\.runs)
    var members: [[Settings.Value?]: [RunData]] = [:]
    for run in all {
      let settings = try run.settings()
      members[try paths.map { try settings.value(named: $0) }, default: []].append(run)
    }
    for (place, name) in paths.enumerated() where members.keys.allSatisfy({ $0[place] == nil }) {
      throw missing(name, among: try all.flatMap { try $0.settings().paths })
    }
    return try members.sorted { precedes($0.key, $1.key) }.map { values, runs in
      let label = zip(paths, values).map { "\(short($0)) \(text($1))" }.joined(separator: ", ")
      return CurveGroup(
        label: label, runs: runs, settings: try runs.first?.settings() ?? Settings())
    }
  }

  /// Numbers rise, and stand before other values.
  private static func precedes(_ a: [Settings.Value?], _ b: [Settings.Value?]) -> Bool {
    for (a, b) in zip(a, b) where a != b {
      let (left, right) = (a?.number ?? .infinity, b?.number ?? .infinity)
      return left == right ? (a?.text ?? "") < (b?.text ?? "") : left < right
    }
    return false
  }

  private static func bySettings(_ alike: [RunGroup]) -> [CurveGroup] {
    let differing = DifferingSetting.all(in: alike.map(\.settings))
    let names = Set(alike.flatMap { $0.runs.map(\.experiment) })
    let sorted = alike.enumerated().sorted { a, b in
      let values = [a, b].map { group in
        differing.map { $0.value(in: group.element.settings) }
      }
      if precedes(values[0], values[1]) { return true }
      return !precedes(values[1], values[0]) && a.offset < b.offset
    }
    return sorted.map { _, group in
      let name = names.count > 1 ? [group.runs.first?.experiment ?? ""] : []
      let values = differing.map { "\(short($0.name)) \(text($0.value(in: group.settings)))" }
      // A name that says all makes the settings superfluous.
      let all = (names.count == alike.count ? name : name + values).joined(separator: ", ")
      let id = String(group.runs.first?.id.prefix(6) ?? "")
      let label = all.count <= longest ? all : (name + [id]).joined(separator: ", ")
      return CurveGroup(label: label, runs: group.runs, settings: group.settings)
    }
  }

  private static func missing(_ name: String, among paths: [String]) -> Rejection {
    var seen: Set<String> = []
    return Rejection([
      Diagnostic(
        "no-such-setting", "no setting is called `\(name)`", at: nil,
        help: Suggest.help(for: name, among: paths.filter { seen.insert($0).inserted })
          ?? "`assay show RUN` shows the settings")
    ])
  }

  /// A value's text; of a long number four digits that count.
  private static func text(_ value: Settings.Value?) -> String {
    guard let value else { return "none" }
    guard value.text.count > 8, let number = value.number else { return value.text }
    return numberText(number)
  }

  /// The last name of a path, with the number of a layer behind it: `rate`, `layers.1`.
  private static func short(_ path: String) -> String {
    let names = path.split(separator: ".")
    let isNumbered = names.last?.allSatisfy(\.isNumber) == true
    return names.suffix(isNumbered ? 2 : 1).joined(separator: ".")
  }
}
