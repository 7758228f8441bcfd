import Formula
import Text
import YAML

/// The file's constants by name, for the numbers that are written as expressions.
final class NamedNumbers {
  /// The constants.
  private(set) var values: [String: Double] = [:]
  /// The names that numbers of the file were computed from.
  private(set) var used: Set<String> = []
  private var schedules: Set<String> = []

  /// The value of an expression over the parameters.
  func evaluate(_ text: SpannedText) -> Result<Double, Diagnostic> {
    do throws(Diagnostic) {
      let formula = try Formula(text, path: "")
      let uses = Uses(of: formula, in: NumberScope(values))
      used.formUnion(uses.names)
      if let schedule = uses.names.first(where: schedules.contains) {
        throw Diagnostic(
          "not-constant", "`\(schedule)` is a schedule, but a fixed number is needed here",
          at: text.span, label: "changes with the steps",
          note: "schedules hold in formulas: losses, metrics and learning rates")
      }
      return .success(try formula.number(NumberScope(values)))
    } catch {
      return .failure(error)
    }
  }

  /// Takes parameters, in any order: each is a number once those that it names are known, and a
  /// schedule if it names a counter or another schedule.
  ///
  /// - Returns: the parameters, each after those that it names.
  func add(_ formulas: [(name: String, formula: Formula)], _ problems: Problems) -> [Parameter] {
    let names = Set(formulas.map(\.name))
    var open = formulas
    var done: Set<String> = []
    var sorted: [Parameter] = []
    while true {
      let ready = open.firstIndex { _, formula in
        self.names(in: formula).allSatisfy { done.contains($0) || !names.contains($0) }
      }
      guard let ready else { break }
      let (name, formula) = open.remove(at: ready)
      done.insert(name)
      sorted.append(parameter(name, formula, names, problems))
    }
    for (name, formula) in open {
      problems.add(
        formula.source.diagnostic(
          "formula-circle", "the parameter `\(name)` is defined in terms of itself"))
    }
    return sorted
  }

  /// A parameter all of whose own names are known by now, unless something was wrong with them.
  private func parameter(
    _ name: String, _ formula: Formula, _ all: Set<String>, _ problems: Problems
  ) -> Parameter {
    let needs = names(in: formula)
    used.formUnion(needs)
    if needs.contains(where: { Schedules.counters.contains($0) || schedules.contains($0) }) {
      schedules.insert(name)
    } else if needs.allSatisfy({ values[$0] != nil || !all.contains($0) }) {
      do throws(Diagnostic) {
        values[name] = try formula.number(NumberScope(values))
      } catch {
        problems.add(error)
      }
    }
    return Parameter(name: name, formula: formula, value: values[name])
  }

  private func names(in formula: Formula) -> [String] { Uses(of: formula, in: NumberScope()).names }
}
