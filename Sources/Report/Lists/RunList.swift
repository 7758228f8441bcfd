import Run
import Text

/// Runs, chosen and sorted.
public struct RunList: Sendable {
  /// What is asked of a list.
  public struct Query: Sendable {
    /// All of these hold for each run.
    public var conditions: [RunCondition] = []
    /// What decides the order; nil for the time of creation, the latest last.
    public var sort: RunKey?
    /// Whether the order is turned round.
    public var isReversed = false
    /// At most so many: the first ones of an order that was asked for, else the latest.
    public var limit: Int?

    /// All runs by time.
    public init() {}

    /// The keys that it names, each once.
    public var keys: [RunKey] {
      var seen: Set<RunKey> = []
      return (conditions.map(\.key) + [sort].compactMap { $0 }).filter { seen.insert($0).inserted }
    }
  }

  /// The runs, in order.
  public let rows: [RunRow]
  /// A fact for each run that could not be read.
  public let unreadable: [String]

  /// Chooses and sorts runs. Throws a `Rejection` for a key that means nothing in any of them.
  public init(_ runs: [RunData], _ query: Query) throws {
    let keys = query.keys
    var rows: [RunRow] = []
    var unreadable: [String] = []
    for row in inParallel(runs, { run in Result { try RunRow(run, keys) } }) {
      do {
        rows.append(try row.get())
      } catch let rejection as Rejection {
        throw rejection
      } catch {
        unreadable.append("\(error)")
      }
    }
    self.unreadable = unreadable
    if let key = keys.first(where: { key in !rows.contains { $0.known.contains(key) } }),
      !rows.isEmpty
    {
      throw Rejection([try RunList.unknown(key, rows)])
    }
    let chosen = rows.filter { row in
      query.conditions.allSatisfy { $0.holds(for: row.values[$0.key]) }
    }
    self.rows = RunList.sorted(chosen, query)
  }

  private static func sorted(_ rows: [RunRow], _ query: Query) -> [RunRow] {
    func isEarlier(_ a: RunRow, _ b: RunRow) -> Bool {
      (a.run.record.created, a.run.path) < (b.run.record.created, b.run.path)
    }
    let byTime = rows.sorted(by: isEarlier)
    guard let key = query.sort else {
      let kept = query.limit.map { Array(byTime.suffix($0)) } ?? byTime
      return query.isReversed ? kept.reversed() : kept
    }
    // Runs without the value stand last in both directions, as those whose value is not a number.
    let (with, without) = (
      byTime.filter { $0.values[key]?.hasPlace == true },
      byTime.filter { $0.values[key]?.hasPlace != true }
    )
    let sorted = with.enumerated().sorted { a, b in
      guard let left = a.element.values[key], let right = b.element.values[key], left != right
      else { return a.offset < b.offset }
      return left.isBefore(right) != query.isReversed
    }.map(\.element)
    let all = sorted + without
    return query.limit.map { Array(all.prefix($0)) } ?? all
  }

  private static func unknown(_ key: RunKey, _ rows: [RunRow]) throws -> Diagnostic {
    var names = RunKey.ofRecord
    for row in rows.suffix(100) {
      names += try row.run.lastValues { _ in [] }.columns + row.run.settings().paths
    }
    let ends = names.compactMap { $0.split(separator: ".").last.map(String.init) }
    var seen: Set<String> = []
    let all = (names + ends).filter { seen.insert($0).inserted }
    return Diagnostic(
      "unknown-name", "no run has anything called `\(key.name)`", at: nil,
      note: "a name is one of \(RunKey.ofRecord.prefix(6).joined(separator: ", ")), a column of "
        + "metrics.csv, or a path of the experiment",
      help: Suggest.help(for: key.name, among: all))
  }
}

extension RunKey.Value {
  /// Whether it has a place in an order.
  fileprivate var hasPlace: Bool {
    if case .number(let value) = self { !value.isNaN } else { true }
  }

  /// The order of values: numbers, then texts.
  fileprivate func isBefore(_ other: RunKey.Value) -> Bool {
    switch (self, other) {
    case (.number(let a), .number(let b)): a < b
    case (.text(let a), .text(let b)): byBytes(a, b)
    case (.number, .text): true
    case (.text, .number): false
    }
  }
}
