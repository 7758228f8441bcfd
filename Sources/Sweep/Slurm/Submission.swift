import Foundation
import Glibc
import Run
import Search

/// A sweep as jobs of Slurm: arrays of tasks, each a worker like any other, which share the record
/// through the file system. Nothing has to stay alive beside them.
public struct Submission {
  private let directory: SweepDirectory
  private let plan: SweepPlan
  /// Options of `sbatch` from the command line, over those of the file.
  private let extra: [(name: String, value: String?)]

  /// A submission of the sweep in a directory.
  public init(
    _ directory: SweepDirectory, _ plan: SweepPlan, options: [(name: String, value: String?)]
  ) {
    self.directory = directory
    self.plan = plan
    extra = options
  }

  /// The batch script.
  public var scriptFile: DiskPlace { directory.slurmFolder.appending("submit.sh") }
  /// The numbers of the jobs that were submitted, a line each.
  private var jobsFile: DiskPlace { directory.slurmFolder.appending("jobs") }

  /// Writes the script, and submits so many tasks; the numbers of the jobs.
  public func submit(tasks: Int) throws -> [String] {
    try checkPath()
    try makeFolders(directory.slurmFolder)
    let chunks = Submission.chunks(tasks, largest: try Slurm.largestArray())
    try AtomicFile.write(
      script(tasks: chunks.first ?? 1, program: Submission.program()), to: scriptFile)
    var jobs: [String] = []
    for chunk in chunks {
      let words = ["sbatch", "--parsable", "--array=0-\(chunk - 1)", scriptFile.path]
      let answer = try Slurm.call(words)
      let id = answer.output.prefix { $0.isNumber }
      guard answer.code == 0, !id.isEmpty else {
        throw Slurm.Refusal(command: words.joined(separator: " "), text: answer.errors)
      }
      jobs.append(String(id))
      // Told at once: what was submitted must be found again even if the next call fails.
      try AtomicFile.write((try self.jobs() + [String(id)]).joined(separator: "\n"), to: jobsFile)
    }
    return jobs
  }

  /// The numbers of all jobs that were submitted so far. A file that holds anything else is refused:
  /// they become arguments of Slurm's programs.
  func jobs() throws -> [String] {
    guard exists(jobsFile) else { return [] }
    let lines = try readWhole(jobsFile, limit: 1 << 20).split(separator: UInt8(ascii: "\n"))
    guard lines.allSatisfy({ $0.count < 20 && $0.allSatisfy { (0x30...0x39).contains($0) } }) else {
      throw StorageError("read", jobsFile.path, .invalid("has a line that is no number of a job"))
    }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Refuses a folder whose path would end a line of the script.
  private func checkPath() throws {
    let path = Submission.absolute(scriptFile.path)
    guard path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return
    }
    throw StorageError(
      "write", scriptFile.path,
      .invalid("has a control character in its path, which a batch script cannot name"))
  }

  /// Tasks in arrays of at most `largest`.
  static func chunks(_ tasks: Int, largest: Int) -> [Int] {
    stride(from: 0, to: tasks, by: max(1, largest)).map { min(max(1, largest), tasks - $0) }
  }

  /// The script, for `sbatch` by hand too. `exec` puts the program in the place of the shell, so that
  /// it gets Slurm's signals itself.
  func script(tasks: Int, program: String) -> String {
    let quoted = Submission.quoted
    let lines = options(tasks: tasks).map { "#SBATCH --\($0)\($1.map { "=\($0)" } ?? "")\n" }
    return """
      #!/bin/sh
      # The sweep \(directory.experiment)/\(directory.id): each task trains what is left to be done.
      # `sbatch \(Submission.absolute(scriptFile.path))` submits it by hand, at any time and as often as wanted.
      \(lines.joined())exec \(quoted(program)) sweep \(quoted(Submission.absolute(directory.path))) \
      --worker --threads "${SLURM_CPUS_PER_TASK:-1}" --quiet

      """
  }

  /// The options of `sbatch`, each once: those of the command line before those of the file before
  /// the usual ones.
  private func options(tasks: Int) -> [(String, String?)] {
    let folder = Submission.absolute(directory.slurmFolder.path)
    let logs = Submission.escaped(
      folder.split(separator: "%", omittingEmptySubsequences: false)
        .joined(separator: "%%"))
    let usual: [(String, String?)] = [
      ("job-name", Submission.escaped("assay-\(directory.experiment)")),
      ("array", "0-\(tasks - 1)"),
      ("output", "\(logs)/%A_%a.log"), ("open-mode", "append"), ("signal", "B:USR2@120"),
      ("requeue", nil), ("ntasks", "1"),
    ]
    var chosen: [(String, String?)] = []
    let all = usual.map { ($0.0, $0.1) } + plan.section.slurm.options + extra
    for (name, value) in all {
      if let place = chosen.firstIndex(where: { $0.0 == name }) {
        chosen[place].1 = value
      } else {
        chosen.append((name, value))
      }
    }
    if chosen.contains(where: { $0.0 == "no-requeue" }) { chosen.removeAll { $0.0 == "requeue" } }
    return chosen
  }

  /// A text as sbatch reads it on a line of a script.
  private static func escaped(_ text: String) -> String {
    text.map { " \t\"'\\#".contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }

  /// A word of the shell.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }

  private static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path
  }

  /// This program's path.
  private static func program() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }
}

// MARK: - Afterwards

extension Submission {
  /// How many tasks of the jobs stand how, in Slurm's words, those that have ended left out: nil
  /// where Slurm cannot be asked.
  public func queue() throws -> [String: Int]? {
    let jobs = try jobs()
    guard !jobs.isEmpty else { return [:] }
    let words = ["squeue", "--noheader", "--array", "--jobs", jobs.joined(separator: ",")]
    guard let answer = try? Slurm.call(words + ["--format", "%T"]) else { return nil }
    // Jobs that Slurm has forgotten are an error where no other is asked for.
    guard answer.code == 0 || answer.errors.contains("Invalid job id") else { return nil }
    var counts: [String: Int] = [:]
    for line in answer.output.split(separator: "\n") {
      counts[line.lowercased(), default: 0] += 1
    }
    return counts
  }

  /// Has Slurm end all tasks; each first writes a checkpoint.
  public func cancel() throws {
    let jobs = try jobs()
    guard !jobs.isEmpty else { return }
    let answer = try Slurm.call(["scancel"] + jobs)
    guard answer.code == 0 || answer.errors.contains("Invalid job id") else {
      throw Slurm.Refusal(command: "scancel", text: answer.errors)
    }
  }

  /// The logs of tasks, by name.
  public func logs() throws -> [DiskPlace] {
    guard exists(directory.slurmFolder) else { return [] }
    return try names(in: directory.slurmFolder).filter { $0.hasSuffix(".log") }
      .map { directory.slurmFolder.appending($0) }
  }
}
