import CKernels
import Experiment
import Foundation
import Run
import Text

/// `assay bench FILE|NAME`: the time of a training step.
enum BenchCommand: Command {
  static let name = "bench"
  static let readsExperiment = true
  static let summary = "time the training steps of an experiment, and show where the time goes"
  static let operands = "FILE|NAME [KEY=VALUE ...]"
  static let operandCount = 1...Int.max
  static let seconds = Flag("seconds", "S", "about how long to train (default: 5)")
  static let profile = Flag("profile", nil, "a table of the time by line and kernel")
  static let trace = Flag("trace", "OUT", "write a time line of some steps for Perfetto to OUT")
  static let compare = Flag("compare", "REF", "compare with a result saved before in the file REF")
  static let against = Flag("against", "BINARY", "compare with another build, in turns")
  static let rounds = Flag("rounds", "N", "rounds of both builds (default: 5)")
  static let flags = [
    seconds, profile, trace, compare, against, rounds, .threads, .seed, .json,
  ]
  static let details = """
    A bare NAME means experiments/bench/NAME.yaml. Prints one line of JSON: the median time of a step
    in milliseconds, over at least \(Benchmark.fewest) steps after \(Benchmark.warmUp) that are not \
    counted, without measurements,
    pictures and checkpoints.

    --profile prints a table for people, or JSON with --json: the time of each kernel by the line of
    the experiment that asks for it, forward or in gradients (marked with '), its arithmetic, and the
    bytes that it must move, each also as a share of what this machine can do at this moment: fused
    multiply-adds in registers, and a copy beyond the caches. Data in the caches can be faster.

    --compare takes the difference for clear if the middle halves of both sides' steps lie apart;
    --against if all rounds agree. Only the latter sees through what else the machine does.

    examples:
      assay bench experiments/quickstart.yaml --seconds 2 --threads 1
      assay bench dcgan32 --profile --trace dcgan32.json
      assay bench dcgan32 > before.json; assay bench dcgan32 --compare before.json
      assay bench dcgan32 --against ../old/.build/release/assay
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    try check(arguments)
    let operand = arguments.operands[0]
    let isName = !operand.contains("/") && !operand.contains(".")
    let file = isName ? "experiments/bench/\(operand).yaml" : operand
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let (_, compiled, warnings) = try Compile.file(file, overrides: arguments.overrides)
    Output.diagnostics(warnings, outcome: nil)
    if let other = arguments[against] {
      let report = BenchReport(name: name)
      let rounds = try BenchRounds(against: other, file, arguments).measure()
      Output.result(report.comparison(rounds: rounds, isJSON: arguments.has(.json)))
      return 0
    }
    let reference = try arguments[compare].map { try saved(in: $0, name) }
    var details: Benchmark.Details = []
    if arguments.has(profile) { details.insert(.profile) }
    if arguments[trace] != nil { details.insert(.trace) }
    let benchmark = try Benchmark(
      compiled, seconds: try arguments.seconds(seconds) ?? 5, details: details)
    let result = BenchResult(
      benchmark, of: compiled, name: name, threads: Int(assay_threads()))
    if let path = arguments[trace], let trace = benchmark.trace {
      do { try OutFile.write(trace.text, to: path) } catch let error as StorageError {
        throw Failure("storage", "\(error)", exitCode: 1)
      }
    }
    Output.result(text(result, benchmark, compiled, reference, arguments))
    return 0
  }

  private static func text(
    _ result: BenchResult, _ benchmark: Benchmark, _ compiled: Compiled,
    _ reference: BenchResult?, _ arguments: Arguments
  ) -> String {
    let report = BenchReport(name: result.name)
    let isJSON = arguments.has(.json)
    if let profile = benchmark.profile {
      return isJSON
        ? report.json(profile, result, compiled).text : report.text(profile, result, compiled)
    }
    if let reference {
      return report.comparison(reference: reference, own: result, isJSON: isJSON)
    }
    return result.json.text
  }

  /// Flags that say nothing together.
  private static func check(_ arguments: Arguments) throws {
    let modes = [profile, compare, against].filter { arguments.has($0) }
    if modes.count > 1 {
      throw UsageError(
        "`--\(modes[0].name)` and `--\(modes[1].name)` are two ways to measure", BenchCommand.self,
        help: "take one of them")
    }
    if arguments.has(trace), arguments.has(against) {
      throw UsageError("`--trace` has no meaning with `--against`", BenchCommand.self)
    }
    if arguments.has(rounds), !arguments.has(against) {
      throw UsageError("`--rounds` has no meaning without `--against`", BenchCommand.self)
    }
  }

  /// The result for an experiment among those that a file holds, one a line; of several the last.
  private static func saved(in path: String, _ name: String) throws -> BenchResult {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure("no-such-file", "cannot read `\(path)`", exitCode: 2)
    }
    let results = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try? JSON(parsing: Array(line))).flatMap { BenchResult(json: $0) }
    }
    let threads = Int(assay_threads())
    guard let result = results.last(where: { $0.name == name && $0.threads == threads }) else {
      let found = results.map { "\($0.name) with \(counted($0.threads, "thread"))" }
      throw Failure(
        "no-reference",
        "`\(path)` holds no result of `assay bench` for `\(name)` with \(counted(threads, "thread"))"
          + (found.isEmpty ? "" : ", but \(Suggest.list(found))"), exitCode: 2)
    }
    return result
  }
}
