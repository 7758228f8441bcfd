import CKernels
import Foundation
import Parts
import Run
import Tensor
import Text

/// The program: finds the command, runs it, turns errors into messages and exit codes.
///
/// 0: done. 1: the run failed or diverged, `verify` found a difference, or `reproduce` a claim that
/// is not agreed with. 2: nothing was started: the command, the experiment, the data or the run's
/// lock. 129, 130, 143: a signal stopped it.
enum Program {
  static func run(_ words: [String]) -> Int32 {
    openStandardStreams()
    // A reader that went away is an error of a write, not the end.
    signal(SIGPIPE, SIG_IGN)
    return Output.finish(outcome(words))
  }

  private static func outcome(_ words: [String]) -> Int32 {
    do {
      return try dispatch(words)
    } catch let error as UsageError {
      Output.error(error.text)
    } catch let rejection as Rejection {
      let isRead = commands.first { $0.name == words.first }?.readsExperiment ?? false
      Output.diagnostics(rejection.diagnostics, outcome: isRead ? "nothing was run" : nil)
    } catch let diagnostic as Diagnostic {
      Output.diagnostics([diagnostic], outcome: "the run stopped")
      return 1
    } catch let error as DataError {
      Output.diagnostics([error.diagnostic(at: nil)], outcome: "nothing was run")
    } catch let failure as Failure {
      Output.error("error[\(failure.code)]: \(failure.fact)")
      return failure.exitCode
    } catch let error as Buffer.OutOfMemory {
      Output.error("error[out-of-memory]: the system did not give \(byteText(error.bytes))")
      return 1
    } catch let error as StorageError {
      Output.error("error[storage]: \(error)")
    } catch let divergence as Divergence {
      Output.diagnostics([divergence.diagnostic], outcome: nil)
      return 1
    } catch {
      Output.error("error[internal]: \(error)")
      return 1
    }
    return 2
  }

  private static func dispatch(_ words: [String]) throws -> Int32 {
    guard let name = words.first else {
      Output.error(Help.program)
      return 2
    }
    if ["--help", "-h", "help"].contains(name) {
      Output.result(Help.program)
      return 0
    }
    if ["--version", "version"].contains(name) {
      Output.result("assay \(Assay.version)")
      return 0
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      let help = Suggest.help(for: name, among: commands.map { $0.name } + ["--help", "--version"])
      throw UsageError("there is no command `\(name)`", nil, help: help)
    }
    let arguments = try Arguments(Array(words.dropFirst()), for: command)
    if arguments.has(.help) {
      Output.result(Help.text(command))
      return 0
    }
    try prepare(arguments)
    return try command.run(arguments)
  }

  /// Opens those of the three standard streams that the caller has closed, on nothing: the first file
  /// of a run would take their numbers, and messages would be written into it.
  private static func openStandardStreams() {
    while true {
      let descriptor = open("/dev/null", O_RDWR)
      if descriptor < 0 { return }
      if descriptor > 2 {
        close(descriptor)
        return
      }
    }
  }

  /// The threads, and the proof that the processor rounds as the numeric contract says.
  private static func prepare(_ arguments: Arguments) throws {
    let threads = try arguments.int(.threads, in: 1...1024)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    _ = assay_threads_set(Int32(threads ?? min(cores, 1024)))
    guard assay_float_environment_ok() else {
      throw Failure(
        "environment",
        "the processor's rounding was changed by a library that was loaded first: "
          + "subnormal numbers are lost", exitCode: 2)
    }
  }
}

/// An error of the program itself, with its exit code.
struct Failure: Error {
  let code: String
  let fact: String
  let exitCode: Int32

  init(_ code: String, _ fact: String, exitCode: Int32) {
    self.code = code
    self.fact = fact
    self.exitCode = exitCode
  }
}
