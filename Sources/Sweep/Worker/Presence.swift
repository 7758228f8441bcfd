import Foundation
import Glibc
import Run
import Synchronization

/// The sign that a process works on a sweep: a file in the sweep's folder `workers` that it holds
/// locked, and touches every few seconds.
///
/// On one machine the lock tells at once, and truly, whether a process lives. Of processes on other
/// machines only the touches count, as locks need not reach them, and no clock is trusted alone: a
/// process is taken for dead when its file has not changed for a minute of this process's own, or for
/// three beats where it is a minute old by the clock of whoever keeps the files.
public final class Presence {
  /// The process's name in the record, which no other process ever has: machine, boot, number.
  public let name: String
  private let folder: DiskPlace
  private let lock: RunLock
  private let heart: Heart
  /// What was seen of processes on other machines.
  private var sightings: [String: Sighting] = [:]

  /// Seconds between touches.
  static let beat = 5.0
  /// Seconds without a touch after which a process on another machine is taken for dead.
  static let patience = 60.0
  /// Seconds by which clocks may differ without a word.
  private static let tolerance = 5.0

  /// When a process last touched its file, by that file, and since when this process knows, in
  /// seconds of its own.
  private struct Sighting {
    var touch: Double
    var since: Double
    /// Whether the touch before it was seen too.
    var isBeat: Bool
  }

  private final class Heart: Sendable {
    let isStopped = Atomic(false)
    let place: DiskPlace
    init(_ place: DiskPlace) { self.place = place }
  }

  /// Signs in.
  public init(folder: some Located) throws {
    try makeFolders(folder)
    self.folder = folder.place
    let random = UInt16.random(in: 0...UInt16.max)
    name = "\(Presence.machine)-\(getpid())-\(String(random, radix: 36))"
    lock = try RunLock(path: self.folder.appending(name))
    heart = Heart(self.folder.appending(name))
    beat()
  }

  /// Signs out.
  deinit {
    heart.isStopped.store(true, ordering: .relaxed)
    try? removeFile(heart.place)
  }

  /// Whether a process that signed in lives.
  public func isAlive(_ other: String) throws -> Bool {
    let path = folder.appending(other)
    if isNear(other) { return try RunLock.isHeld(path: path) }
    guard let theirs = Presence.touched(path) else { return false }
    let now = Timestamp.monotonic()
    let known = sightings[other]
    let sighting =
      known?.touch == theirs
      ? known : Sighting(touch: theirs, since: now, isBeat: known != nil)
    sightings[other] = sighting
    touch(heart.place)
    guard let sighting, let ours = Presence.touched(heart.place) else { return true }
    return Presence.isAlive(age: ours - theirs, unchanged: now - sighting.since)
  }

  /// Whether a process that is taken for living may be dead: it is on another machine, and no beat of
  /// its was seen just now.
  func isDoubtful(_ other: String) -> Bool {
    guard !isNear(other) else { return false }
    guard let sighting = sightings[other], sighting.isBeat else { return true }
    return Timestamp.monotonic() - sighting.since > 2 * Presence.beat
  }

  /// Whether a process is taken for living whose last touch is `age` seconds old by the clock of
  /// whoever keeps the files, and was seen to stay `unchanged` for so many seconds here.
  static func isAlive(age: Double, unchanged: Double) -> Bool {
    unchanged < 3 * beat || unchanged < patience && age < patience
  }

  /// What is to be told where this machine's clock and that of whoever keeps the files differ; nil
  /// where they agree. Nothing is decided by this machine's.
  public func clockWarning() -> String? {
    touch(heart.place)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    guard let touched = Presence.touched(heart.place) else { return nil }
    return Presence.clockWarning(ahead: Presence.seconds(now) - touched)
  }

  /// The same for a clock that is so many seconds ahead.
  static func clockWarning(ahead seconds: Double) -> String? {
    guard abs(seconds) > tolerance else { return nil }
    let way = seconds > 0 ? "ahead of" : "behind"
    return "the clock of \(hostName()) is \(durationText(abs(seconds))) \(way) that of the disk of "
      + "the sweep; the times that it writes are wrong by as much, and nothing else is"
  }

  /// Removes what processes left that are dead, in `folder` and in that of the record.
  func clear(record: some Located) throws {
    for other in try names(in: folder) where other != name {
      if try !isAlive(other) { try removeFile(folder.appending(other)) }
    }
    for file in try names(in: record) where file.hasPrefix(".") && file.hasSuffix(".tmp") {
      let writer = String(file.dropFirst().dropLast(4))
      if writer != name, try !isAlive(writer) { try removeFile(record.place.appending(file)) }
    }
  }

  /// Whether a process is on this machine, where locks tell of it.
  private func isNear(_ other: String) -> Bool { other.hasPrefix(Presence.machine + "-") }

  /// This machine since it was started.
  private static let machine: String = {
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))
    let host = hostName().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return String(host.prefix(40)) + "-" + (boot ?? "unknown").prefix(8)
  }()

  private func beat() {
    Thread.detachNewThread { [heart] in
      while !heart.isStopped.load(ordering: .relaxed) {
        touch(heart.place)
        Thread.sleep(forTimeInterval: Presence.beat)
      }
    }
  }

  private static func touched(_ path: DiskPlace) -> Double? {
    // A network's file system may answer for a file from memory until it is opened.
    (try? File(reading: path).status()).map { seconds($0.st_mtim) }
  }

  private static func seconds(_ time: timespec) -> Double {
    Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
