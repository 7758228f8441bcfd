import Foundation
import Run
import Text

/// `assay new NAME`: a file to begin with.
enum NewCommand: Command {
  static let name = "new"
  static let summary = "write a commented experiment file to begin with"
  static let operands = "NAME"
  static let operandCount = 1...1
  static let kind = Flag(
    "kind", "KIND", Starter.all.map(\.name).joined(separator: " | ") + " (default: vae)")
  static let flags = [kind]
  static let details = """
    Writes NAME.yaml in the working directory, and never over a file that is there.

    kinds:
    \(Help.table(Starter.all.map { ($0.name, $0.summary) }))
    """

  static func run(_ arguments: Arguments) throws -> Int32 {
    let operand = arguments.operands[0]
    let name = operand.hasSuffix(".yaml") ? String(operand.dropLast(5)) : operand
    if let problem = RunDirectory.nameProblem(name) {
      throw UsageError("`\(name)` cannot name an experiment: it \(problem)", self)
    }
    let wanted = arguments[kind] ?? "vae"
    guard let starter = Starter.all.first(where: { $0.name == wanted }) else {
      throw UsageError(
        "there is no kind `\(wanted)`", self,
        help: Suggest.help(for: wanted, among: Starter.all.map(\.name))
          ?? "there are \(Suggest.list(Starter.all.map(\.name)))")
    }
    let path = "\(name).yaml"
    do {
      try writeNew(starter.text(named: name), to: path)
    } catch let error as StorageError where error.reason == .system(EEXIST) {
      throw Failure("storage", "`\(path)` is there already", exitCode: 2)
    }
    Output.result(path)
    Output.error("check it with `assay check \(path)`, train it with `assay run \(path)`")
    return 0
  }
}
