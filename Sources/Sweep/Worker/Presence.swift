import Foundation
import Glibc
import Run
import Synchronization

/// The sign that a process works on a sweep: a file in the sweep's folder `workers` that it holds
/// locked, and touches every few seconds.
///
/// On one machine the lock tells at once, and truly, whether a process lives. Of processes on other
/// machines only the touches count, as locks need not reach them: a file that was not touched for a
/// minute by the clock of the file server is that of a dead process. The server's clock alone is
/// asked, by touching a file and comparing, so machines whose clocks differ agree.
public final class Presence {
  /// The process's name in the record, which no other process ever has: machine, boot, number.
  public let name: String
  private let folder: String
  private let lock: RunLock
  private let heart: Heart

  /// Seconds between touches.
  static let beat = 5.0
  /// Seconds without a touch after which a process on another machine is taken for dead.
  static let patience = 60.0

  private final class Heart: Sendable {
    let isStopped = Atomic(false)
    let path: String
    init(_ path: String) { self.path = path }
  }

  /// Signs in.
  public init(folder: String) throws {
    try makeFolders(folder)
    self.folder = folder
    let random = UInt16.random(in: 0...UInt16.max)
    name = "\(Presence.machine)-\(getpid())-\(String(random, radix: 36))"
    lock = try RunLock(path: "\(folder)/\(name)")
    heart = Heart("\(folder)/\(name)")
    beat()
  }

  /// Signs out.
  deinit {
    heart.isStopped.store(true, ordering: .relaxed)
    try? removeFile(heart.path)
  }

  /// Whether a process that signed in lives.
  public func isAlive(_ other: String) throws -> Bool {
    let path = "\(folder)/\(other)"
    if other.hasPrefix(Presence.machine + "-") { return try RunLock.isHeld(path: path) }
    guard let theirs = Presence.touched(path) else { return false }
    Presence.touch(heart.path)
    guard let ours = Presence.touched(heart.path) else { return true }
    return Presence.isFresh(theirs, at: ours)
  }

  /// Whether a process whose last touch was at `theirs` is taken for living at `now`, both by the
  /// file server's clock.
  static func isFresh(_ theirs: Double, at now: Double) -> Bool { now - theirs < patience }

  /// By how many seconds this machine's clock is ahead of the file server's.
  public func clockError() -> Double? {
    Presence.touch(heart.path)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Presence.touched(heart.path).map { Presence.seconds(now) - $0 }
  }

  /// Removes what processes left that are dead, in `folder` and in that of the record.
  func clear(record: String) throws {
    for other in try names(in: folder) where other != name {
      if try !isAlive(other) { try removeFile("\(folder)/\(other)") }
    }
    for file in try names(in: record) where file.hasPrefix(".") && file.hasSuffix(".tmp") {
      let writer = String(file.dropFirst().dropLast(4))
      if writer != name, try !isAlive(writer) { try removeFile("\(record)/\(file)") }
    }
  }

  /// The processes that live, this one left out.
  func others() throws -> [String] {
    try names(in: folder).filter { try $0 != name && isAlive($0) }
  }

  /// This machine since it was started.
  private static let machine: String = {
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))
    let host = hostName().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return String(host.prefix(40)) + "-" + (boot ?? "unknown").prefix(8)
  }()

  private func beat() {
    Thread.detachNewThread { [heart] in
      while !heart.isStopped.load(ordering: .relaxed) {
        Presence.touch(heart.path)
        Thread.sleep(forTimeInterval: Presence.beat)
      }
    }
  }

  /// Sets a file's time to now, by the clock of whoever keeps the file.
  private static func touch(_ path: String) { _ = utimensat(AT_FDCWD, path, nil, 0) }

  private static func touched(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return seconds(status.st_mtim)
  }

  private static func seconds(_ time: timespec) -> Double {
    Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
