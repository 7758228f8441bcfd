import Formula
import Text
import YAML

/// The file's constants by name, for the numbers that are written as expressions.
final class NamedNumbers {
  /// The constants.
  private(set) var values: [String: Double] = [:]
  /// The names that numbers of the file were computed from.
  private(set) var used: Set<String> = []
  /// Where the file has expressions of them in place of numbers.
  private(set) var computed: [Span] = []
  private var schedules: Set<String> = []
  /// What is wrong with parameters: the cause is told wherever they are named, and so once.
  private var failures: [String: Diagnostic] = [:]

  /// The value of an expression over the parameters.
  func evaluate(_ text: SpannedText) -> Result<Double, Diagnostic> {
    do throws(Diagnostic) {
      let formula = try Formula(text, path: "")
      let uses = Uses(of: formula, in: NumberScope(values))
      used.formUnion(uses.names)
      if let failure = uses.names.lazy.compactMap({ self.failures[$0] }).first { throw failure }
      if let schedule = uses.names.first(where: schedules.contains) {
        throw Diagnostic(
          "not-constant", "`\(schedule)` is a schedule, but a fixed number is needed here",
          at: text.span, label: "changes with the steps",
          note: "schedules hold in formulas: losses, metrics and learning rates")
      }
      if !uses.names.isEmpty { computed.append(text.span) }
      return .success(try formula.number(NumberScope(values)))
    } catch {
      var problem = error
      if problem.code == "unknown-name", problem.helps.isEmpty {
        problem.helps = ["a number is needed here, or a name that `parameters` gives to one"]
      }
      return .failure(problem)
    }
  }

  /// Takes parameters, in any order: each is a number once those that it names are known, and a
  /// schedule if it names a counter or another schedule.
  ///
  /// - Returns: the parameters, each after those that it names.
  func add(_ formulas: [(name: String, formula: Formula)], _ problems: Problems) -> [Parameter] {
    let places = Dictionary(
      formulas.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var waiting: [Int] = []
    var dependents = Array(repeating: [Int](), count: formulas.count)
    for (index, (_, formula)) in formulas.enumerated() {
      let needs = names(in: formula).compactMap { places[$0] }
      waiting.append(needs.count)
      for need in needs { dependents[need].append(index) }
    }
    var ready = formulas.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < ready.count {
      for dependent in dependents[ready[next]] {
        waiting[dependent] -= 1
        if waiting[dependent] == 0 { ready.append(dependent) }
      }
      next += 1
    }
    let sorted = ready.map { parameter(formulas[$0].name, formulas[$0].formula, problems) }
    for index in formulas.indices where waiting[index] > 0 {
      let (name, formula) = formulas[index]
      let circle = formula.source.diagnostic(
        "formula-circle", "the parameter `\(name)` is defined in terms of itself")
      problems.add(circle)
      failures[name] = circle
    }
    return sorted
  }

  /// A parameter whose own names are known by now, or known to be wrong.
  private func parameter(
    _ name: String, _ formula: Formula, _ problems: Problems
  ) -> Parameter {
    let needs = names(in: formula)
    used.formUnion(needs)
    if let failure = needs.lazy.compactMap({ self.failures[$0] }).first {
      failures[name] = failure
    } else if needs.contains(where: { Schedules.counters.contains($0) || schedules.contains($0) }) {
      schedules.insert(name)
    } else {
      do throws(Diagnostic) {
        values[name] = try formula.number(NumberScope(values))
      } catch {
        problems.add(error)
        failures[name] = error
      }
    }
    return Parameter(name: name, formula: formula, value: values[name])
  }

  private func names(in formula: Formula) -> [String] { Uses(of: formula, in: NumberScope()).names }
}
