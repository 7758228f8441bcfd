import Foundation
import TestSupport
import Testing

@testable import Run

/// A run dies in, or is refused, any one of the system calls with which it writes its directory;
/// the same command then ends in the files of a run that nothing disturbed.
///
/// A tiny run is traced once, to learn its calls; each case then injects one fault into one of them
/// with `strace`. `ASSAY_FAULTS=all` tries every call and every fault instead of a few spread over
/// them.
///
/// `strace` counts the calls of each thread by itself and injects into the one of a number in all of
/// them. Checkpoints are written on a thread of their own, so the run saves often: the calls of its
/// last saves have numbers that the program's start does not have.
@Suite struct FaultTests {
  /// What the run finds when it starts.
  enum Beginning: CaseIterable {
    /// Nothing.
    case fresh
    /// What a run left that died while it wrote a checkpoint.
    case interrupted
  }

  /// What is injected: death on entering the call, or an error instead of it.
  enum Fault: String, CaseIterable {
    case death = "signal=SIGKILL:when=%"
    case inputOutput = "error=EIO:when=%"
    case noSpace = "error=ENOSPC:when=%"
    /// From the call on, for good.
    case lastingNoSpace = "error=ENOSPC:when=%+"
    /// The folder's disk can only be read from the call on.
    case lastingReadOnly = "error=EROFS:when=%+"
    case interruption = "error=EINTR:when=%"

    var isLasting: Bool { rawValue.hasSuffix("+") }
  }

  /// The `number`th call of a thread to `name`, from 1, touches the runs' folder.
  struct SystemCall {
    let thread: Substring
    let name: String
    let number: Int
    /// As `strace` shows it.
    let text: String
    /// Whether another thread makes a call of that name and number too, and is hit as well.
    var isShared = false
  }

  private static let strace = "/usr/bin/strace"
  private static let names = [
    "openat", "write", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "ftruncate", "mkdir", "mkdirat", "fallocate", "fcntl", "pread64",
  ]
  private static let overrides = [
    "train.steps=\(saves)", "metrics.every=3 steps", "metrics.validation.every=1 steps",
    "checkpoints.every=1 steps", "samples.every=6 steps",
  ]
  private static let saves = 24

  /// Whether `strace` is there and may trace.
  static let canTrace =
    (try? Child([strace, "-f", "-e", "inject=getppid:error=EIO", "/bin/true"]).wait().code) == 0

  private func call(_ runs: String) -> RunCall {
    RunCall(file: file(of: "autoencoder"), overrides: Self.overrides, runs: runs)
  }

  /// The calls of an undisturbed run into which a fault can be injected, in their order: those that
  /// touch `runs`, unless another thread's call of the same number touches something else. Of like
  /// things one is enough: of the thread that saves only the calls of the last save, and of writes
  /// in a row to one file the first and the last.
  ///
  /// - Returns: the calls, and the first that puts a checkpoint in its place and whose number no
  ///   other thread has.
  private func trace(_ runs: String, in folder: TemporaryFolder) throws -> (
    calls: [SystemCall], save: SystemCall?
  ) {
    let path = "\(folder.path)/trace"
    let ending = try Child(
      [
        Self.strace, "-f", "-y", "-qq", "-o", path, "-e",
        "trace=" + Self.names.joined(separator: ","),
      ]
        + [Child.assay] + call(runs).arguments
    ).wait()
    #expect(ending.code == 0, "\(ending.err)")
    var calls: [SystemCall] = []
    var counts: [String: Int] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let thread = line.prefix { $0 != " " }
      let text = line.drop { $0 != " " }.drop { $0 == " " }
      let name = String(text.prefix { $0 != "(" })
      guard Self.names.contains(name) else { continue }
      counts["\(thread) \(name)", default: 0] += 1
      let number = counts["\(thread) \(name)"] ?? 0
      calls.append(SystemCall(thread: thread, name: name, number: number, text: String(text)))
    }
    func rivals(_ call: SystemCall) -> [SystemCall] {
      calls.filter {
        $0.thread != call.thread && $0.name == call.name && $0.number == call.number
      }
    }
    let alike = Self.earlySaves(calls).union(Self.innerWrites(calls))
    let usable = calls.enumerated().filter { index, call in
      call.text.contains(runs) && !alike.contains(index)
        && rivals(call).allSatisfy { $0.text.contains(runs) }
    }
    return (
      usable.map { _, call in
        var call = call
        call.isShared = !rivals(call).isEmpty
        return call
      }, calls.first { Self.isSave($0) && rivals($0).isEmpty }
    )
  }

  /// The places of the writes that another one to the same file, by the same thread, precedes and
  /// another one follows.
  private static func innerWrites(_ calls: [SystemCall]) -> Set<Int> {
    var inner: Set<Int> = []
    for thread in Set(calls.map(\.thread)) {
      let own = calls.indices.filter { calls[$0].thread == thread }
      for (before, (place, after)) in zip(own, zip(own.dropFirst(), own.dropFirst(2))) {
        let files = [before, place, after].map { calls[$0].text.prefix { $0 != "," } }
        if files[0] == files[1], files[1] == files[2], files[0].hasPrefix("write") {
          inner.insert(place)
        }
      }
    }
    return inner
  }

  /// The places of the calls of all saves but the last.
  private static func earlySaves(_ calls: [SystemCall]) -> Set<Int> {
    let saves = calls.indices.filter { isSave(calls[$0]) }
    #expect(saves.count > 3)
    guard saves.count > 1 else { return [] }
    let end = saves[saves.count - 2]
    return Set(calls.indices.filter { $0 <= end && calls[$0].thread == calls[end].thread })
  }

  /// Whether a call puts a checkpoint in its place.
  private static func isSave(_ call: SystemCall) -> Bool {
    call.name.hasPrefix("rename") && call.text.contains("safetensors")
  }

  /// All cases, or some spread evenly over them.
  private func cases(_ calls: [SystemCall]) -> [(call: SystemCall, fault: Fault)] {
    let all = calls.flatMap { call in Fault.allCases.map { (call, $0) } }
    if ProcessInfo.processInfo.environment["ASSAY_FAULTS"] == "all" { return all }
    // A step that is no multiple of the number of faults meets all of them.
    let step = max(1, all.count / 12)
    return stride(from: 0, to: all.count, by: step % Fault.allCases.count == 0 ? step + 1 : step)
      .map { all[$0] }
  }

  @Test(.enabled(if: canTrace, "strace cannot trace processes here"), arguments: Beginning.allCases)
  func `whichever call of the system fails or is the last, the same command ends in the same files`(
    _ beginning: Beginning
  ) throws {
    let folder = try TemporaryFolder()
    let runs = "\(folder.path)/runs"
    var (calls, save) = try trace(runs, in: folder)
    let expected = try results(in: runs)
    try FileManager.default.removeItem(atPath: runs)
    let before = "\(folder.path)/before"
    if beginning == .interrupted {
      let save = try #require(save)
      #expect(try inject(.death, into: save, runs).code == 128 + SIGKILL)
      try FileManager.default.copyItem(atPath: runs, toPath: before)
      (calls, _) = try trace(runs, in: folder)
      #expect(differences(try results(in: runs), from: expected) == [])
      try FileManager.default.removeItem(atPath: runs)
    }
    for name in ["openat", "write", "fsync", "renameat", "unlinkat"] {
      let isSaving = { (call: SystemCall) in call.text.contains("/checkpoints") }
      #expect(calls.contains { $0.name == name && isSaving($0) }, "\(name) of a save")
    }
    let cases = cases(calls)
    for (call, fault) in cases {
      if beginning == .interrupted {
        try FileManager.default.copyItem(atPath: before, toPath: runs)
      }
      try check(call, fault, runs, expected)
      try FileManager.default.removeItem(atPath: runs)
    }
    print("\(cases.count) faults in the \(calls.count) calls of a run that begins \(beginning)")
  }

  private func inject(_ fault: Fault, into call: SystemCall, _ runs: String) throws -> Ending {
    let place = fault.rawValue.replacingOccurrences(of: "%", with: "\(call.number)")
    return try Child(
      [Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call.name)"]
        + ["-e", "inject=\(call.name):\(place)", Child.assay] + self.call(runs).arguments
    ).wait()
  }

  private func check(
    _ call: SystemCall, _ fault: Fault, _ runs: String, _ expected: [String: String]
  ) throws {
    let subject = "\(fault) in call \(call.number) of \(call.text)"
    let disturbed = try inject(fault, into: call, runs)
    switch fault {
    case .death:
      #expect(disturbed.code == 128 + SIGKILL, "\(subject): \(disturbed.err)")
    case .interruption:
      #expect(disturbed.code == 0, "\(subject): \(disturbed.err)")
    case .inputOutput, .noSpace, .lastingNoSpace, .lastingReadOnly:
      // A log that cannot be written stops nothing.
      #expect([0, 1, 2].contains(disturbed.code), "\(subject): \(disturbed.err)")
      // The message is a write too: it can be lost to a fault that lasts or hits another thread.
      if disturbed.code != 0, call.name != "write" || !(fault.isLasting || call.isShared) {
        #expect(disturbed.err.hasPrefix("error["), "\(subject): \(disturbed.err)")
        #expect(disturbed.err.split(separator: "\n").count == 1, "\(disturbed.err)")
      }
    }
    let ending = try self.call(runs)()
    #expect(ending.code == 0, "\(subject), then: \(ending.err)")
    #expect(differences(try results(in: runs), from: expected) == [], "after \(subject)")
  }
}
