import Run
import Text

/// What `assay bench` found, for people and for programs.
struct BenchReport {
  /// The experiment.
  let name: String
  /// Rows of a profile that take less are shown as one.
  private static let leastShare = 0.005

  // MARK: Profiles

  /// A profile for people.
  func text(_ profile: Profile, _ result: BenchResult, _ compiled: Compiled) -> String {
    [head(profile, result), table(profile), memory(compiled)].joined(separator: "\n\n")
  }

  private func head(_ profile: Profile, _ result: BenchResult) -> String {
    let rate = Double(profile.operations) / max(profile.seconds, 1e-12)
    let peaks = profile.peaks
    return facts([
      (
        "step",
        "\(number(result.median)) ms in the middle of \(counted(result.steps, "step")), "
          + "\(number(result.least)) to \(number(result.greatest)), "
          + counted(result.threads, "thread")
      ),
      (
        "arithmetic",
        "\(number(Double(profile.operations) * 1e-9)) GFLOP a step, "
          + "\(number(rate * 1e-9)) GFLOP/s: \(share(rate / peaks.operations)) of the peak"
      ),
      (
        "peaks",
        "\(number(peaks.operations * 1e-9)) GFLOP/s (fused multiply-adds), "
          + "\(number(peaks.bytes * 1e-9)) GB/s (a copy, read and written)"
      ),
    ])
  }

  private func table(_ profile: Profile) -> String {
    var table = TextTable(
      ["line", "kernel", "for", "calls", "ms", "share", "GFLOP/s", "of peak", "GB/s", "of peak"],
      rightAligned: [3, 4, 5, 6, 7, 8, 9])
    let total = max(profile.seconds, 1e-12)
    let shown = profile.rows.filter { $0.seconds / total >= Self.leastShare }
    for row in shown {
      let time = max(row.seconds, 1e-12)
      let (operations, bytes) = (Double(row.operations) / time, Double(row.bytes) / time)
      table.add([
        row.line, row.kernel, row.path + (row.isGradient ? " '" : ""), "\(row.calls)",
        number(row.seconds * 1e3), share(row.seconds / total),
        row.operations > 0 ? number(operations * 1e-9) : "",
        row.operations > 0 ? share(operations / profile.peaks.operations) : "",
        row.bytes > 0 ? number(bytes * 1e-9) : "",
        row.bytes > 0 ? share(bytes / profile.peaks.bytes) : "",
      ])
    }
    let rest = profile.rows.dropFirst(shown.count)
    if !rest.isEmpty {
      let seconds = rest.reduce(0) { $0 + $1.seconds }
      table.add([
        "\(counted(rest.count, "row")) below \(share(Self.leastShare))", "", "",
        "\(rest.reduce(0) { $0 + $1.calls })", number(seconds * 1e3), share(seconds / total),
        "", "", "", "",
      ])
    }
    table.add([
      "all", "", "", "\(profile.rows.reduce(0) { $0 + $1.calls })", number(profile.seconds * 1e3),
      "", "", "", "", "",
    ])
    return table.text
  }

  private func memory(_ compiled: Compiled) -> String {
    let memory = compiled.memory
    return "memory by lifetime\n"
      + facts([
        (
          "  the run",
          "weights, averages and statistics \(byteText(memory.variables)), "
            + "data \(byteText(memory.data))"
        ),
        ("  the run and an update", "optimizers and gradients \(byteText(memory.training))"),
        (
          "  parts of an update",
          "\(byteText(memory.arena)) (\(byteText(compiled.unplannedArena)) before planning)"
        ),
      ])
  }

  /// A profile for programs. Times are milliseconds a step, rates 10⁹ a second.
  func json(_ profile: Profile, _ result: BenchResult, _ compiled: Compiled) -> JSON {
    let memory = compiled.memory
    var fields = result.json.object ?? [:]
    fields["operations"] = .count(profile.operations)
    fields["peak_gflops"] = .number(profile.peaks.operations * 1e-9)
    fields["peak_gb_per_s"] = .number(profile.peaks.bytes * 1e-9)
    fields["memory"] = [
      "variables": .count(memory.variables), "training": .count(memory.training),
      "arena": .count(memory.arena), "unplanned_arena": .count(compiled.unplannedArena),
      "data": .count(memory.data),
    ]
    fields["rows"] = .array(profile.rows.map { json($0, of: profile) })
    return .object(fields)
  }

  private func json(_ row: Profile.Row, of profile: Profile) -> JSON {
    let time = max(row.seconds, 1e-12)
    return [
      "line": .string(row.line), "path": .string(row.path), "kernel": .string(row.kernel),
      "gradient": .bool(row.isGradient), "calls": .count(row.calls),
      "ms": .number(row.seconds * 1e3), "share": .number(row.seconds / max(profile.seconds, 1e-12)),
      "gflops": .number(Double(row.operations) / time * 1e-9),
      "gb_per_s": .number(Double(row.bytes) / time * 1e-9),
    ]
  }

  // MARK: Comparisons

  /// Two builds in turns.
  func comparison(rounds: [(other: BenchResult, own: BenchResult)], isJSON: Bool) -> String {
    let comparison = Comparison(rounds: rounds)
    if isJSON { return json(comparison, rounds).text }
    var table = TextTable(["round", "other ms", "this ms", "ratio"], rightAligned: [0, 1, 2, 3])
    for (index, round) in rounds.enumerated() {
      table.add([
        "\(index + 1)", number(round.other.median), number(round.own.median),
        ratio(round.other.median / round.own.median),
      ])
    }
    return "\(name), \(counted(rounds[0].own.threads, "thread"))\n\(table.text)\n"
      + verdict(comparison)
  }

  /// A result beside one that was saved.
  func comparison(reference: BenchResult, own: BenchResult, isJSON: Bool) -> String {
    let comparison = Comparison(reference: reference, own: own)
    if isJSON { return json(comparison, [(reference, own)]).text }
    var table = TextTable(
      ["", "median ms", "middle half", "all", "steps", "memory MB"],
      rightAligned: [1, 2, 3, 4, 5])
    for (side, result) in [("reference", reference), ("now", own)] {
      table.add([
        side, number(result.median),
        "\(number(result.lowerQuartile)) to \(number(result.upperQuartile))",
        "\(number(result.least)) to \(number(result.greatest))", grouped(result.steps),
        number(result.memory),
      ])
    }
    return "\(name), \(counted(own.threads, "thread"))\n\(table.text)\n" + verdict(comparison)
  }

  private func verdict(_ comparison: Comparison) -> String {
    let ratios = comparison.ratios
    return "ratio \(ratio(ratios.median)), \(ratio(ratios.least)) to \(ratio(ratios.greatest)): "
      + "\(comparison.verdict.rawValue) (\(comparison.reason))"
  }

  private func json(
    _ comparison: Comparison, _ rounds: [(other: BenchResult, own: BenchResult)]
  ) -> JSON {
    [
      "ratio": .number(comparison.ratios.median), "least": .number(comparison.ratios.least),
      "greatest": .number(comparison.ratios.greatest),
      "verdict": .string(comparison.verdict.rawValue),
      "rounds": .array(rounds.map { ["other": $0.other.json, "this": $0.own.json] }),
    ]
  }

  // MARK: Numbers

  /// Three digits that count.
  private func number(_ value: Double) -> String {
    let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    return fixed(value, digits: digits)
  }

  private func ratio(_ value: Double) -> String { fixed(value, digits: 3) }

  private func share(_ value: Double) -> String { fixed(value * 100, digits: 1) + " %" }

  private func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if digits == 0 { return sign + grouped(scaled) }
    let rest = "\(scaled % scale)"
    return sign + "\(grouped(scaled / scale))."
      + String(repeating: "0", count: digits - rest.count) + rest
  }
}
