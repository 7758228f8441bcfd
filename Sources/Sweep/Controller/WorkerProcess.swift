import Foundation
import Glibc
import Run
import Text

/// A worker as a process of its own, of the same program.
///
/// Its standard input is a pipe that this process holds: when it closes, also by this one's death,
/// the worker stops at its next step. What it writes comes back through two others.
final class WorkerProcess {
  /// Its number.
  let pid: pid_t
  /// What it last said.
  private(set) var report: Worker.Report?
  /// What it wrote to standard error, the last of it.
  private(set) var complaint = ""
  /// How it ended; nil while it lives.
  private(set) var ending: Ending?
  private var leash: Int32
  private var streams: [(descriptor: Int32, rest: [UInt8])]

  /// How a process ended.
  enum Ending {
    /// By itself, with this code.
    case code(Int32)
    /// By a signal.
    case signal(Int32)
  }

  /// Starts the program with these words.
  init(_ words: [String]) throws {
    let input = try WorkerProcess.pipe()
    let (output, errors) = (try WorkerProcess.pipe(), try WorkerProcess.pipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in [(input.read, Int32(0)), (output.write, 1), (errors.write, 2)] {
      posix_spawn_file_actions_adddup2(&actions, from, to)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = (["assay"] + words).map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var number = pid_t()
    let code = posix_spawn(&number, "/proc/self/exe", &actions, nil, &arguments, environ)
    for end in [input.read, output.write, errors.write] { close(end) }
    guard code == 0 else {
      for end in [input.write, output.read, errors.read] { close(end) }
      throw StorageError("start", "/proc/self/exe", .system(code))
    }
    pid = number
    leash = input.write
    streams = [(output.read, []), (errors.read, [])]
    for stream in streams { _ = fcntl(stream.descriptor, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    stop()
    for stream in streams where stream.descriptor >= 0 { close(stream.descriptor) }
  }

  /// Asks it to stop at its next step.
  func stop() {
    guard leash >= 0 else { return }
    close(leash)
    leash = -1
  }

  /// What to wait for.
  var descriptors: [Int32] { streams.map(\.descriptor).filter { $0 >= 0 } }

  /// Reads what it wrote, and notices its end.
  func look() {
    for index in streams.indices { drain(index) }
    var status = Int32()
    guard ending == nil, waitpid(pid, &status, WNOHANG) == pid else { return }
    for index in streams.indices { drain(index) }
    let signal = status & 0x7f
    ending = signal == 0 ? .code(status >> 8 & 0xff) : .signal(signal)
  }

  private func drain(_ index: Int) {
    var piece = [UInt8](repeating: 0, count: 4096)
    while streams[index].descriptor >= 0 {
      let count = read(streams[index].descriptor, &piece, piece.count)
      if count < 0 { return }
      if count == 0 {
        close(streams[index].descriptor)
        streams[index].descriptor = -1
        return
      }
      streams[index].rest += piece[..<count]
      index == 0 ? takeReports() : takeComplaints()
    }
  }

  private func takeReports() {
    while let end = streams[0].rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(streams[0].rest[..<end])
      streams[0].rest.removeFirst(end + 1)
      if let json = try? JSON(parsing: line), let report = Worker.Report(json: json) {
        self.report = report
      }
    }
  }

  private func takeComplaints() {
    complaint += String(decoding: streams[1].rest, as: UTF8.self)
    complaint = String(complaint.suffix(4000))
    streams[1].rest = []
  }

  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw StorageError.last("make", "a pipe") }
    // No worker may hold another one's leash.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

extension Worker.Report {
  /// The report as a line of JSON.
  public var json: JSON {
    [
      "trial": .integer(Int64(trial)), "step": .integer(Int64(step)),
      "steps": .integer(Int64(steps)),
    ]
  }

  init?(json: JSON) {
    guard let trial = json["trial"]?.integer, let step = json["step"]?.integer,
      let steps = json["steps"]?.integer
    else { return nil }
    self.init(trial: trial, step: step, steps: steps)
  }
}
