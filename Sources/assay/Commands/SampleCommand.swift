import Run
import Text

/// `assay sample RUN`: pictures from a checkpoint.
enum SampleCommand: Command {
  static let name = "sample"
  static let summary = "draw samples from a run's checkpoint"
  static let operands = "RUN"
  static let operandCount = 1...1
  static let out = Flag("out", "DIR", "the folder to write to (default: samples-<id>)")
  static let count = Flag("count", "N", "samples in a picture (default: as the experiment says)")
  static let noise = Flag("seed", "N", "draw other noise than the run's own pictures")
  static let numbers = Flag("npy", nil, "write the numbers too, as .npy files")
  static let flags = [Flag.runs, out, .step, .best, count, noise, numbers, .threads]
  static let details = """
    Draws what the experiment's `samples` name, with averaged weights where their formulas say so.
    With the run's own seed and count the pictures are those that the run drew at that step.

    example:
      assay sample 3f9a2c --best --count 100 --seed 7 --out figures
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let count = try arguments.int(count, in: 1...10_000)
    let seed = try seed(arguments)
    let choice = try arguments.checkpoint()
    let run = try SavedRun(arguments.operands[0], in: arguments[.runs] ?? "runs")
    let checkpoint = try run.checkpoint(choice)
    let restored = try run.restored(at: checkpoint)
    let pictures = try restored.pictures(count: count, seed: seed)
    if pictures.isEmpty {
      throw Failure("no-samples", "the experiment has no `samples` to draw", exitCode: 2)
    }
    let folder = arguments[out] ?? "samples-\(run.directory.id)"
    try makeFolders(folder)
    for picture in pictures {
      let suffix = pictures.count == 1 ? "" : "-\(picture.name)"
      let path = "\(folder)/step-\(stepText(checkpoint.header.step))\(suffix)"
      try OutFile.write(PNG.encode(picture.bitmap), to: path + ".png")
      Output.result(path + ".png")
      if arguments.has(numbers) {
        try NPYFile.write(picture, to: path + ".npy")
        Output.result(path + ".npy")
      }
    }
    return 0
  }

  private static func seed(_ arguments: Arguments) throws(UsageError) -> UInt64? {
    guard let text = arguments[noise] else { return nil }
    guard let seed = UInt64(text) else {
      throw UsageError("`--seed` needs a whole number from 0 on, but this is `\(text)`", self)
    }
    return seed
  }
}

extension Flag {
  static let step = Flag("step", "N", "the checkpoint of step N (default: the last one)")
  static let best = Flag("best", nil, "the best checkpoint, by the experiment's metric")
}

extension Arguments {
  /// The checkpoint that `--step` or `--best` names; the last one without them.
  func checkpoint() throws(UsageError) -> SavedRun.Choice {
    let step = try int(.step, in: 0...Int.max)
    if has(.best) {
      if step != nil { throw UsageError("`--step` and `--best` exclude each other", nil) }
      return .best
    }
    return step.map { .step($0) } ?? .last
  }
}
