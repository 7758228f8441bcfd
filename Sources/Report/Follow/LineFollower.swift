import Glibc
import Run

/// Follows a file that another process appends whole lines to, and may cut back.
public struct LineFollower {
  /// What a file has since the last look.
  public struct News: Sendable {
    /// The whole lines, without their ends.
    public var lines: [String] = []
    /// Whether the file was cut back to before what was seen: the run went on from an earlier
    /// checkpoint, and lines that were seen before come again.
    public var wasCut = false
    /// Whether there was more than is told at once: the next look comes further.
    public var isMore = false
  }

  private let place: DiskPlace
  private var offset = 0

  /// A follower of the file at a path, which need not be there yet.
  public init(_ path: some Located) { place = path.place }

  /// The lines that are whole and were not seen yet, some mebibytes of them at a time. A file that was
  /// cut back is read from its start. Throws a `StorageError` for a line that no run writes.
  public mutating func next() throws -> News {
    var news = News()
    guard exists(place) else { return news }
    let file = try File(reading: place)
    let size = try file.size()
    if size < offset {
      news.wasCut = true
      offset = 0
    }
    var lines = TableLines(file, from: offset)
    let start = offset
    while lines.end - start < 4 << 20, let line = try lines.next() {
      news.lines.append(String(decoding: line, as: UTF8.self))
    }
    offset = lines.end
    news.isMore = offset - start >= 4 << 20
    return news
  }
}

/// Follows the rows of a run's `metrics.csv`.
public struct MetricsFollower {
  /// A row as it was written.
  public struct Row: Hashable, Sendable {
    /// The finished steps.
    public let step: Int
    /// The line as it stands in the file.
    public let line: String
    /// What was measured, by column, in the file's order.
    public let values: [Cell]
  }

  /// A measured value.
  public struct Cell: Hashable, Sendable {
    /// The column.
    public let column: String
    /// The value.
    public let value: Double
  }

  private var lines: LineFollower
  /// The file's first line; nil before there is one.
  public private(set) var head: String?
  private var columns: [String] = []
  private var lastStep = 0
  /// Whether there was more than the last look told.
  public private(set) var isMore = false

  /// A follower of the rows of a run.
  public init(_ run: RunDirectory) { lines = LineFollower(run.metricsFile) }

  /// The rows that are new; where the run went back to a checkpoint, `returned` is the step that it
  /// went back to, and rows that were seen before are left out.
  public mutating func next() throws -> (rows: [Row], returned: Int?) {
    let news = try lines.next()
    isMore = news.isMore
    if news.wasCut { head = nil }
    var found: [Row] = []
    for line in news.lines {
      let texts = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if head == nil {
        head = line
        columns = texts
      } else if let row = row(line, texts) {
        found.append(row)
      }
    }
    guard news.wasCut else {
      lastStep = found.last?.step ?? lastStep
      return (found, nil)
    }
    // The file may have grown again since it was cut: what follows the last known step is new.
    let returned = min(lastStep, found.last?.step ?? 0)
    lastStep = found.last?.step ?? 0
    return (found.filter { $0.step > returned }, returned)
  }

  private func row(_ line: String, _ texts: [String]) -> Row? {
    guard texts.count == columns.count, let step = texts.first.flatMap({ Int($0) }) else {
      return nil
    }
    let cells = zip(columns, texts).dropFirst().compactMap { column, text in
      Double(text).map { Cell(column: column, value: $0) }
    }
    return Row(step: step, line: line, values: cells)
  }
}
