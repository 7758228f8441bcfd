import Parts
import Text
import YAML

extension Experiment {
  /// What is odd about the experiment now that the values of its data are known, though it can be
  /// run; what was told before is left out, and so is what `allow` names.
  public func warnings(of loaded: LoadedDataset) -> [Diagnostic] {
    let found = dependsOnValues ? foundInValues(of: loaded) : []
    return allowed.shown(found + (loaded.rounded.map { [rounding($0)] } ?? []))
  }

  private func foundInValues(of loaded: LoadedDataset) -> [Diagnostic] {
    let input = ExampleForm(loaded.info.form.shape, range: loaded.extent)
    let chain = try? TransformChain(data.transforms, input: input, mode: .training)
    let values = ValueChecks(data, range: chain?.output.range)
    values.checkImages()
    for player in players {
      guard let update = try? update(of: player, batch: data.batch) else { continue }
      values.check(update.graph, update.assumed)
    }
    for set in metrics.sets {
      guard let graph = try? metrics(set.formulas, batch: data.batch) else { continue }
      values.check(graph.graph, graph.assumed)
    }
    return values.warnings.filter { Oddness(rawValue: $0.code)?.isOfValues == true }
  }

  private func rounding(_ number: RoundedNumber) -> Diagnostic {
    let value = Literal.text(of: number.value)
    return Diagnostic(
      "rounded-numbers",
      "`\(number.path)` holds \(value), which becomes \(Literal.text(of: Double(Float(number.value))))",
      at: data.place.span(of: "dataset"),
      note: "at \(number.position) of the file; values are held in single precision, which has all "
        + "whole numbers up to 16777216",
      help: "take a constant off, or leave out what is no measurement, such as a number that names",
      severity: .warning)
  }
}
