import Experiment
import Parts
import Run
import Text

/// `assay check FILE`: what a run would do, without reading more of the data than its headers.
enum CheckCommand: Command {
  static let name = "check"
  static let readsExperiment = true
  static let summary = "say what is wrong with an experiment, or what will happen"
  static let operands = "FILE [KEY=VALUE ...]"
  static let operandCount = 1...Int.max
  static let graph = Flag("graph", nil, "the nodes of every update and measurement")
  static let plan = Flag("plan", nil, "the kernels in their order, with their memory")
  static let expand = Flag("expand", nil, "the long form: itself an experiment file")
  static let concise = Flag("concise", nil, "problems as file:line:column lines on standard output")
  static let flags = [.seed, graph, plan, expand, .json, concise]
  static let details = """
    Without one of --graph, --plan and --expand, a summary: data, players, memory, and each network's
    layers with their shapes, parameters and multiply-adds for one example.

    examples:
      assay check experiments/dcgan.yaml
      assay check experiments/quickstart.yaml loss.vae.beta=4 --expand > long.yaml
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let views = [graph, plan, expand, Flag.json].filter(arguments.has)
    if views.count > 1 {
      throw UsageError("`--\(views[0].name)` and `--\(views[1].name)` exclude each other", self)
    }
    let (compiled, warnings): (Compiled, [Diagnostic])
    do {
      (_, compiled, warnings) = try Compile.file(
        arguments.operands[0], overrides: arguments.overrides)
      report(warnings, arguments)
    } catch {
      report(error.diagnostics, arguments)
      return 2
    }
    if arguments.has(graph) {
      Output.text(compiled.nodes)
    } else if arguments.has(plan) {
      Output.text(compiled.kernels)
    } else if arguments.has(expand) {
      Output.text(compiled.experiment.standalone.yaml)
    } else {
      let summary = try ExperimentSummary(compiled, warnings)
      Output.result(arguments.has(.json) ? summary.json.text : summary.text)
    }
    return 0
  }

  /// Problems in the form that was asked for.
  private static func report(_ diagnostics: [Diagnostic], _ arguments: Arguments) {
    if arguments.has(concise) {
      Output.text(Renderer(.concise).render(diagnostics))
    } else if arguments.has(.json), diagnostics.contains(where: { $0.severity == .error }) {
      Output.text(Renderer(.json).render(diagnostics))
    } else {
      let isRefused = diagnostics.contains { $0.severity == .error }
      Output.diagnostics(diagnostics, outcome: isRefused ? "it cannot be run" : nil)
    }
  }
}
