import Foundation
import Glibc
import Run

/// The Slurm job that this process is a task of.
public struct SlurmJob: Sendable {
  /// What `scontrol` calls the task: `1234_5`, or `1234` where it belongs to no array. Never the
  /// number of an array, which would mean all of its tasks.
  public let id: String

  /// The job, as the environment tells it; nil where there is none.
  public init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    func number(_ name: String) -> String? {
      environment[name].flatMap { $0.allSatisfy(\.isNumber) && !$0.isEmpty ? $0 : nil }
    }
    if let array = number("SLURM_ARRAY_JOB_ID"), let task = number("SLURM_ARRAY_TASK_ID") {
      id = "\(array)_\(task)"
    } else if let job = number("SLURM_JOB_ID") {
      id = job
    } else {
      return nil
    }
  }

  /// Has Slurm queue the task again; it ends this process soon after. Throws what `scontrol` said
  /// where it could not.
  public func requeue() throws {
    let answer = try Slurm.call(["scontrol", "requeue", id])
    guard answer.code == 0 else {
      throw Slurm.Refusal(command: "scontrol requeue \(id)", text: answer.errors)
    }
  }
}

/// Slurm's own programs.
public enum Slurm {
  /// What a program of Slurm's refused.
  public struct Refusal: Error, CustomStringConvertible {
    /// The command.
    let command: String
    /// What it said.
    let text: String

    /// One line.
    public var description: String {
      let line = text.split(separator: "\n").first.map(String.init) ?? "no answer"
      return "`\(command)` failed: \(line)"
    }
  }

  /// Slurm is not installed here.
  public struct Missing: Error, CustomStringConvertible {
    let program: String

    /// One line.
    public var description: String {
      "there is no `\(program)` here: Slurm's programs are in Debian's package slurm-client"
    }
  }

  /// The answer of a program.
  struct Answer {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Calls a program of Slurm's, found by `PATH`.
  static func call(_ words: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    let complained = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else { throw Missing(program: words[0]) }
    return Answer(
      code: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
      errors: String(decoding: complained, as: UTF8.self))
  }

  /// The most tasks of an array: one more than the largest index.
  static func largestArray() throws -> Int {
    let answer = try call(["scontrol", "show", "config"])
    guard answer.code == 0 else {
      throw Refusal(command: "scontrol show config", text: answer.errors)
    }
    return largestArray(in: answer.output)
  }

  /// The same in the text of `scontrol show config`; Slurm's usual 1001 where it does not say.
  static func largestArray(in text: String) -> Int {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=").map { $0.filter { $0 != " " } }
      if parts.count == 2, parts[0] == "MaxArraySize", let size = Int(parts[1]), size > 0 {
        return size
      }
    }
    return 1001
  }
}
