import Foundation
import Testing

@testable import Run

/// A run dies in, or is refused, any one of the system calls with which it writes its directory;
/// the same command then ends in the files of a run that nothing disturbed.
///
/// A tiny run with three saves is traced once, to learn its calls; each case then injects one fault
/// into one of them with `strace`. `ASSAY_FAULTS=all` tries every call and every fault instead of a
/// few dozen spread over them.
@Suite(.serialized) struct FaultTests {
  /// What is injected: death on entering the call, or an error instead of it.
  enum Fault: String, CaseIterable {
    case death = "signal=SIGKILL"
    case inputOutput = "error=EIO"
    case noSpace = "error=ENOSPC"
    case interruption = "error=EINTR"
  }

  /// The `number`th call of the main thread to `name`, from 1, touches the runs' folder.
  struct SystemCall {
    let name: String
    let number: Int
    /// As `strace` shows it.
    let text: String
  }

  private static let strace = "/usr/bin/strace"
  private static let names = [
    "openat", "write", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "ftruncate", "mkdir", "mkdirat", "fallocate", "fcntl",
  ]
  private static let overrides = [
    "train.steps=6", "metrics.every=3 steps", "metrics.validation.every=2 steps",
    "checkpoints.every=2 steps", "samples.every=3 steps",
  ]

  /// Whether `strace` is there and may trace.
  static let canTrace =
    (try? Child([strace, "-f", "-e", "inject=getppid:error=EIO", "/bin/true"]).wait().status) == 0

  private func call(_ runs: String) -> RunCall {
    RunCall(file: file(of: "autoencoder"), overrides: Self.overrides, runs: runs)
  }

  /// The calls of an undisturbed run that touch `runs`, in their order.
  private func trace(_ runs: String, in folder: TemporaryFolder) throws -> [SystemCall] {
    let path = "\(folder.path)/trace"
    let ending = try Child(
      [
        Self.strace, "-f", "-y", "-qq", "-o", path, "-e",
        "trace=" + Self.names.joined(separator: ","),
      ]
        + [Binary.path] + call(runs).arguments
    ).wait()
    #expect(ending.status == 0, "\(ending.errors)")
    var counts: [String: Int] = [:]
    var calls: [SystemCall] = []
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let main = lines.first?.prefix { $0 != " " }
    for line in lines where line.prefix(while: { $0 != " " }) == main {
      let text = line.drop { $0 != " " }.drop { $0 == " " }
      let name = String(text.prefix { $0 != "(" })
      guard Self.names.contains(name) else { continue }
      counts[name, default: 0] += 1
      if text.contains(runs) {
        calls.append(SystemCall(name: name, number: counts[name] ?? 0, text: String(text)))
      }
    }
    return calls
  }

  /// All cases, or some spread evenly over them.
  private func cases(_ calls: [SystemCall]) -> [(call: SystemCall, fault: Fault)] {
    let all = calls.flatMap { call in Fault.allCases.map { (call, $0) } }
    if ProcessInfo.processInfo.environment["ASSAY_FAULTS"] == "all" { return all }
    // A step that is no multiple of the number of faults meets all of them.
    return stride(from: 0, to: all.count, by: max(1, all.count / 24 | 1)).map { all[$0] }
  }

  @Test(.enabled(if: canTrace, "strace cannot trace processes here"))
  func
    `whichever call of the system fails or is the last, the same command ends in the same files`()
    throws
  {
    let folder = try TemporaryFolder()
    let calls = try trace("\(folder.path)/runs", in: folder)
    let expected = try results(in: "\(folder.path)/runs")
    let saves = calls.filter { $0.name.hasPrefix("rename") && $0.text.contains("safetensors") }
    #expect(saves.count == 3)
    let cases = cases(calls)
    for (call, fault) in cases {
      try FileManager.default.removeItem(atPath: "\(folder.path)/runs")
      try check(call, fault, "\(folder.path)/runs", expected)
    }
    print("\(cases.count) faults in \(calls.count) calls")
  }

  private func check(
    _ call: SystemCall, _ fault: Fault, _ runs: String, _ expected: [String: String]
  ) throws {
    let subject = "\(fault.rawValue) in call \(call.number) of \(call.text)"
    let injection = "inject=\(call.name):\(fault.rawValue):when=\(call.number)"
    let disturbed = try Child(
      [Self.strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call.name)", "-e", injection]
        + [Binary.path] + self.call(runs).arguments
    ).wait()
    switch fault {
    case .death:
      #expect(disturbed.status == 128 + SIGKILL, "\(subject): \(disturbed.errors)")
    case .interruption:
      #expect(disturbed.status == 0, "\(subject): \(disturbed.errors)")
    case .inputOutput, .noSpace:
      // A log that cannot be written stops nothing.
      #expect([0, 1, 2].contains(disturbed.status), "\(subject): \(disturbed.errors)")
      if disturbed.status != 0 {
        #expect(disturbed.errors.hasPrefix("error["), "\(subject): \(disturbed.errors)")
        #expect(disturbed.errors.split(separator: "\n").count == 1, "\(disturbed.errors)")
      }
    }
    let ending = try self.call(runs)()
    #expect(ending.status == 0, "\(subject), then: \(ending.errors)")
    #expect(differences(try results(in: runs), from: expected) == [], "after \(subject)")
  }
}
