import Run

/// Runs as a log folder of TensorBoard: `DIR/<experiment>/<id>/events.out.tfevents...`.
public enum TensorBoardExport {
  /// Writes a run's scalars and pictures; the path of the file, which is replaced if it is there.
  public static func write(_ run: RunData, to folder: String) throws -> String {
    let place = "\(folder)/\(run.experiment)/\(run.id)"
    try makeFolders(place)
    let start = Timestamp.seconds(run.record.created) ?? 0
    let path = "\(place)/events.out.tfevents.\(Int(start)).assay"
    try OutFile.write(try events(of: run, start: Double(start)), to: path)
    return path
  }

  /// The bytes of a run's event file: a step's numbers, then its pictures. The time of a step is
  /// `start` (seconds since 1970) and what `timing.csv` says.
  static func events(of run: RunData, start: Double) throws -> [UInt8] {
    let seconds = Dictionary(
      try run.timing().points(of: "seconds").map { ($0.step, $0.value) }
    ) { $1 }
    let table = try run.metrics()
    let columns = table.columns.map { ($0, tag(of: $0), table[$0] ?? []) }
    let pictures = Dictionary(grouping: try run.samples(), by: \.step)
    var rows: [Int: Int] = [:]
    for (row, step) in table.steps.enumerated() { rows[step] = row }
    var file = EventFile(time: start)
    var last = 0.0
    for step in Set(table.steps).union(pictures.keys).sorted() {
      last = max(last, seconds[step] ?? last)
      var values: [(tag: String, value: EventFile.Value)] = []
      if let row = rows[step] {
        for (_, tag, cells) in columns {
          if let cell = cells[row] { values.append((tag, .scalar(Float(cell)))) }
        }
      }
      for sample in pictures[step] ?? [] {
        let png = try readWhole(sample.place, limit: 1 << 26)
        guard let size = PNG.size(of: png) else { continue }
        values.append(
          (
            sample.name.isEmpty ? "samples" : "samples/\(sample.name)",
            .image(png: png, width: size.width, height: size.height, channels: size.channels)
          ))
      }
      file.add(step: step, time: start + last, values)
    }
    return file.bytes
  }

  /// The name under which TensorBoard shows a column: what stands before the first point is the name
  /// of a group, as `validation/elbo`.
  static func tag(of column: String) -> String {
    guard let point = column.firstIndex(of: ".") else { return column }
    return column[..<point] + "/" + column[column.index(after: point)...]
  }
}
