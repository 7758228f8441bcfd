import Experiment
import Foundation
import Parts
import Tensor
import Text

/// Replays a run, from its start or from one of its checkpoints, in a folder that goes away again,
/// and compares bits: proof that its numbers came from its file.
public struct Verification {
  /// What came out.
  public enum Outcome: Sendable {
    /// All bits are the same.
    case same(Extent)
    /// They are not; the text is the first difference.
    case different(String)
    /// A signal stopped the replay.
    case interrupted(signal: Int32)
  }

  /// What was compared.
  public struct Extent: Hashable, Sendable {
    /// The finished steps at which the replay began and ended.
    public let steps: ClosedRange<Int>
    /// The rows of `metrics.csv`.
    public let rows: Int
    /// The checkpoints.
    public let checkpoints: Int
    /// The pictures.
    public let pictures: Int
  }

  private let run: SavedRun
  private let start: Checkpoint?
  private let targets: [CheckpointStore.Entry]
  /// The pictures of the compared steps.
  private let pictures: [(step: Int, place: DiskPlace)]
  private let end: Int
  private let rows: [Substring]

  /// A replay of `run` after the checkpoint of step `from` (nil: from the start) to step `to` (nil:
  /// as far as it has come). Throws a `Rejection` where there is nothing to compare.
  public init(_ run: SavedRun, from: Int?, to: Int?) throws {
    self.run = run
    guard run.record.numerics == Numerics.version else {
      throw Rejection([
        Diagnostic(
          "other-numerics",
          "`\(run.directory.path)` was made with numerics version \(run.record.numerics), "
            + "but this program has version \(Numerics.version)", at: nil,
          note: "assay \(run.record.version) made it")
      ])
    }
    start = try from.map { try run.checkpoint(.step($0)) }
    let first = from ?? 0
    let lines = try Verification.lines(of: run.directory.metricsFile)
    let entries = try run.checkpoints()
    let reached =
      run.record.status == .finished
      ? run.record.step
      : max(entries.last?.step ?? 0, lines.last.flatMap(Verification.step) ?? 0)
    end = min(to ?? reached, reached)
    guard end > first else {
      throw Rejection([
        Diagnostic(
          "nothing-to-verify",
          "`\(run.directory.path)` has no steps after \(first) to compare"
            + (to.map { " up to \($0)" } ?? ""), at: nil, note: "it has come to step \(reached)")
      ])
    }
    let last = end
    targets = entries.filter { $0.step > first && $0.step <= last }
    pictures = try run.pictures().compactMap { place in
      RunDirectory.step(ofPicture: place.name).map { ($0, place) }
    }.filter { $0.step > first && $0.step <= last }
    rows = lines.filter { line in Verification.step(line).map { $0 <= last } ?? true }
  }

  /// Trains again and compares.
  public func replay(isQuiet: Bool) throws -> Outcome {
    let compiled = try run.compile()
    if let difference = try differentIdentity(compiled) { return .different(difference) }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("assay-verify-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let directory = RunDirectory(path: folder)
    try prepare(directory)
    let loop = try Loop(
      compiled, try run.trainer(compiled), directory, Identity(knownHex: run.record.identity),
      Background(usesPool: false), isQuiet: isQuiet, log: LogFile(path: directory.logFile))
    do {
      return try compare(loop, directory)
    } catch let divergence as Divergence {
      return .different("the replay diverged at step \(divergence.step)")
    }
  }

  private func differentIdentity(_ compiled: Compiled) throws -> String? {
    let identity = Identity(compiled.experiment, digests: run.record.data)
    return identity.hex == run.record.identity
      ? nil
      : "`\(run.directory.resolvedFile.path)` is not the experiment that the run is named after"
  }

  /// The folder of the replay, with the checkpoint that it starts from.
  private func prepare(_ directory: RunDirectory) throws {
    _ = try makeFolder(directory.place)
    try directory.prepare()
    guard let start else { return }
    _ = try makeFolder(directory.checkpointsFolder)
    try AtomicFile.write(
      readWhole(start.entry.place, limit: 1 << 40),
      to: directory.checkpointsFolder.appending(start.entry.place.name))
    try AtomicFile.write(
      readWhole(run.directory.metricsFile, limit: 1 << 40), to: directory.metricsFile)
  }

  /// Stops at each checkpoint, before the next can take its place.
  private func compare(_ loop: Loop, _ directory: RunDirectory) throws -> Outcome {
    let first = start?.header.step ?? 0
    var (difference, reached): (String?, Int) = (nil, first)
    for step in Set(targets.map(\.step) + [end]).sorted() where difference == nil {
      if case .interrupted(let signal) = try loop.run(until: step) {
        return .interrupted(signal: signal)
      }
      try loop.pause()
      difference = try differentRow(directory, upTo: step)
      for picture in pictures
      where reached < picture.step && picture.step <= step && difference == nil {
        difference = try Verification.difference(picture.place, in: directory.samplesFolder)
      }
      reached = step
      for target in targets where target.step == step && difference == nil {
        difference = try Verification.difference(target, in: directory.checkpointsFolder)
      }
    }
    if let difference { return .different(difference) }
    let compared = rows.count { line in Verification.step(line).map { $0 > first } ?? false }
    return .same(
      Extent(
        steps: first...end, rows: compared, checkpoints: targets.count, pictures: pictures.count))
  }
}

// MARK: - Comparing

extension Verification {
  /// The finished lines of a table.
  private static func lines(of path: DiskPlace) throws -> [Substring] {
    let text = String(decoding: try readTable(path), as: UTF8.self)
    return Array(text.split(separator: "\n", omittingEmptySubsequences: false).dropLast())
  }

  /// The step of a row; nil for the head.
  private static func step(_ line: Substring) -> Int? {
    Int(line.prefix { $0 != "," })
  }

  /// The first row up to `step` that is not the same.
  private func differentRow(_ directory: RunDirectory, upTo step: Int) throws -> String? {
    let isWanted = { (line: Substring) in Verification.step(line).map { $0 <= step } ?? true }
    let (own, other) = (
      rows.filter(isWanted), try Verification.lines(of: directory.metricsFile).filter(isWanted)
    )
    for (row, replayed) in zip(own, other) where row != replayed {
      return differentCell(row, replayed)
    }
    guard own.count != other.count else { return nil }
    return "`metrics.csv` has \(own.count - 1) rows up to step \(step) in the run, "
      + "\(other.count - 1) in the replay"
  }

  private func differentCell(_ row: Substring, _ replayed: Substring) -> String {
    let cells = [rows.first ?? "", row, replayed].map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let step = Verification.step(replayed).map { "step \($0)" } ?? "the head"
    let count = cells.map(\.count).min() ?? 0
    guard let column = (0..<count).first(where: { cells[1][$0] != cells[2][$0] }) else {
      return "`metrics.csv`, \(step): the rows have other lengths"
    }
    return "`metrics.csv`, \(step): `\(cells[0][column])` is \(cells[1][column]) in the run, "
      + "\(cells[2][column]) in the replay"
  }

  /// What differs between a picture and its replay. Its pixels are what is promised: another version
  /// of zlib may pack them into other bytes.
  private static func difference(_ path: DiskPlace, in folder: DiskPlace) throws -> String? {
    let file = "`\(path.name)`"
    let replay = folder.appending(path.name)
    guard exists(replay) else {
      return "\(file) is not drawn by the replay"
    }
    let (own, replayed) = (
      try readWhole(path, limit: 1 << 30), try readWhole(replay, limit: 1 << 30)
    )
    if own == replayed { return nil }
    guard let picture = PNG.decode(own) else { return "\(file) is damaged" }
    return picture == PNG.decode(replayed) ? nil : "\(file) shows another picture than the replay"
  }

  /// What differs between a checkpoint and its replay.
  private static func difference(_ entry: CheckpointStore.Entry, in folder: DiskPlace) throws
    -> String?
  {
    let file = "`\(entry.place.name)`"
    let candidates = [CheckpointStore.Kind.regular, .interim].map {
      folder.appending(CheckpointStore.fileName(step: entry.step, kind: $0))
    }
    guard let path = candidates.first(where: { exists($0) }) else {
      return "\(file) is not written by the replay"
    }
    let own = try readWhole(entry.place, limit: 1 << 40)
    if own == (try readWhole(path, limit: 1 << 40)) { return nil }
    let opened: Checkpoint
    do {
      opened = try Checkpoint(opening: entry)
    } catch let error as StorageError where error.isInvalid {
      return "\(file) is damaged: \(error)"
    }
    let replayed = try SafetensorsFile(opening: path)
    for tensor in replayed.tensors {
      if let fact = try difference(tensor, opened.file, replayed) { return "\(file): \(fact)" }
    }
    return "\(file) has another header than in the replay"
  }

  private static func difference(
    _ tensor: SafetensorsFile.Tensor, _ own: SafetensorsFile, _ replayed: SafetensorsFile
  ) throws -> String? {
    guard let mine = own[tensor.name], mine.shape == tensor.shape, mine.type == tensor.type else {
      return "`\(tensor.name)` is missing, or has another shape than in the replay"
    }
    let (a, b) = (try bytes(mine, own), try bytes(tensor, replayed))
    guard let place = zip(a, b).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      return nil
    }
    return "`\(tensor.name)` differs from the replay, first at element \(place / 4)"
  }

  private static func bytes(_ tensor: SafetensorsFile.Tensor, _ file: SafetensorsFile) throws
    -> [UInt8]
  {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    try bytes.withUnsafeMutableBytes { try file.read(tensor, into: $0) }
    return bytes
  }
}
