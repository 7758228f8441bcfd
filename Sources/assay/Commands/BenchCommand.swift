import CKernels
import Experiment
import Foundation
import Run
import Text

/// `assay bench FILE|NAME`: the time of a training step.
enum BenchCommand: Command {
  static let name = "bench"
  static let summary = "time the training steps of an experiment"
  static let operands = "FILE|NAME [KEY=VALUE ...]"
  static let operandCount = 1...Int.max
  static let seconds = Flag("seconds", "S", "about how long to train (default: 5)")
  static let flags = [seconds, .threads, .seed]
  static let details = """
    A bare NAME means experiments/bench/NAME.yaml. Prints one line of JSON: the median time of a step
    in milliseconds, over at least \(Benchmark.fewest) steps after \(Benchmark.warmUp) that are not \
    counted, without measurements,
    pictures and checkpoints.

    example:
      assay bench experiments/quickstart.yaml --seconds 2 --threads 1
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let seconds = try arguments.seconds(seconds) ?? 5
    let operand = arguments.operands[0]
    let isName = !operand.contains("/") && !operand.contains(".")
    let file = isName ? "experiments/bench/\(operand).yaml" : operand
    let (_, compiled, warnings) = try Compile.file(file, overrides: arguments.overrides)
    Output.diagnostics(warnings, outcome: nil)
    let result = try Benchmark(compiled, seconds: seconds)
    let experiment = compiled.experiment
    let line: JSON = [
      "name": .string(URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent),
      "threads": .count(Int(assay_threads())),
      "ms_per_step": milliseconds(result.median),
      "min_ms": milliseconds(result.seconds.first ?? 0),
      "max_ms": milliseconds(result.seconds.last ?? 0),
      "steps": .count(result.seconds.count),
      "peak_rss_mb": .number((Double(Resources.peakMemory()) / 1e5).rounded() / 10),
      "parameters": .count(experiment.parameterCount(of: experiment.networks.map(\.name))),
    ]
    Output.result(line.text)
    return 0
  }

  private static func milliseconds(_ seconds: Double) -> JSON {
    .number((seconds * 1e7).rounded() / 1e4)
  }
}
