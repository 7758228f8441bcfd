import Report
import Run

/// `assay export RUN... --tensorboard DIR`: runs for other programs.
enum ExportCommand: Command {
  static let name = "export"
  static let summary = "write runs in the form of another program: TensorBoard"
  static let operands = "RUN|SWEEP|EXPERIMENT ..."
  static let operandCount = 1...10_000
  static let flags = [tensorboard, .runs]
  static let details = """
    Every column of metrics.csv becomes a scalar, every picture an image; the times are those of
    timing.csv. `tensorboard --logdir DIR` shows them. Numbers lose what single precision lacks.

    examples:
      assay export wgan-gp --tensorboard board
    """

  static let tensorboard = Flag("tensorboard", "DIR", "a log folder of TensorBoard")

  static func run(_ arguments: Arguments) throws -> Int32 {
    let folder = try arguments.needed(tensorboard)
    for run in try RunFinder(arguments[.runs] ?? "runs").runs(arguments.operands) {
      Output.result(try TensorBoardExport.write(run, to: folder))
    }
    return 0
  }
}
