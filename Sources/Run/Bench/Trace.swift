import CKernels
import Text

/// Some training steps on a time line, in the trace event format of Chrome, which Perfetto opens: a
/// lane for each thread; on the first, a step holds its updates, and an update its kernels.
public struct Trace: Sendable {
  /// The steps that are traced at most.
  static let steps = 20
  /// The shares of threads in kernels that are kept at most.
  static let shares = 1 << 18

  private var events: [JSON] = []
  private let start: Int64

  /// The trace of what a probe has seen, and of what the threads did meanwhile.
  init(_ probe: Probe, _ parts: [ProfiledPart], shares: [assay_share]) {
    start = probe.laps.first?.start ?? 0
    let lanes = Set(shares.map { Int($0.lane) }).union([0]).sorted()
    for lane in lanes { name(lane) }
    for (number, step) in probe.steps.enumerated() {
      let laps = probe.laps[step]
      guard let first = laps.first, let last = laps.last else { continue }
      add("step \(number + 1)", "step", 0, first.start, last.end, [:])
      addUpdates(laps, parts)
      for lap in laps { add(parts[lap.part], 0, lap.start, lap.end) }
    }
    for share in shares where share.lane > 0 {
      guard let lap = probe.laps.last(where: { $0.start <= share.start }) else { continue }
      add(parts[lap.part], Int(share.lane), share.start, share.end)
    }
  }

  /// The file's text.
  public var text: String {
    JSON.object(["traceEvents": .array(events), "displayTimeUnit": "ms"]).text + "\n"
  }

  private mutating func name(_ lane: Int) {
    events.append([
      "ph": "M", "name": "thread_name", "pid": .integer(1), "tid": .integer(Int64(lane)),
      "args": ["name": .string(lane == 0 ? "training" : "thread \(lane + 1)")],
    ])
  }

  /// A span around the laps of each update.
  private mutating func addUpdates(_ laps: ArraySlice<Probe.Lap>, _ parts: [ProfiledPart]) {
    var rest = laps
    while let first = rest.first {
      let player = parts[first.part].player
      let end = rest.dropFirst().firstIndex {
        parts[$0.part].player != player || $0.part <= first.part
      }
      let update = rest[..<(end ?? rest.endIndex)]
      if !player.isEmpty, let last = update.last {
        add("update of \(player)", "update", 0, first.start, last.end, [:])
      }
      rest = rest[update.endIndex...]
    }
  }

  private mutating func add(_ part: ProfiledPart, _ lane: Int, _ start: Int64, _ end: Int64) {
    let seconds = max(Double(end - start), 1) * 1e-9
    var facts: [String: JSON] = ["line": .string(part.line), "path": .string(part.origin.path)]
    if lane == 0, part.operations > 0 {
      facts["gflops"] = .number(Double(part.operations) / seconds * 1e-9)
    }
    if lane == 0, part.bytes > 0 {
      facts["gb_per_s"] = .number(Double(part.bytes) / seconds * 1e-9)
    }
    add(part.name, part.origin.isGradient ? "gradient" : "forward", lane, start, end, facts)
  }

  private mutating func add(
    _ name: String, _ category: String, _ lane: Int, _ start: Int64, _ end: Int64,
    _ facts: [String: JSON]
  ) {
    events.append([
      "ph": "X", "name": .string(name), "cat": .string(category), "pid": .integer(1),
      "tid": .integer(Int64(lane)),
      "ts": .number(Double(start - self.start) * 1e-3), "dur": .number(Double(end - start) * 1e-3),
      "args": .object(facts),
    ])
  }
}
