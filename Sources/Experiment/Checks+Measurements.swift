import Formula
import Graph
import Parts
import Tensor
import Text
import YAML

extension Checks {
  /// Sections of measurements and pictures must say what is measured and drawn.
  func checkSections() {
    for set in draft.metrics.sets where set.columns.isEmpty {
      problems.add(
        Diagnostic(
          "missing-key", "`\(set.split.rawValue)` measures nothing", at: set.place.span,
          label: "has no metrics",
          help: "write a formula under a name, such as `spread: mean(norm(x))`"))
    }
    if let samples = draft.samples, samples.show.isEmpty {
      problems.add(
        Diagnostic(
          "missing-key", "`samples` draws nothing", at: samples.place.span,
          label: "`show` is missing",
          help: "write `show: {name: formula}`, where the formula gives images or points"))
    }
  }

  /// Elaborates what is measured and drawn; the shapes of one example of the pictures.
  func checkMeasurements(_ bare: Experiment) -> [ExampleShape] {
    for set in draft.metrics.sets {
      for formula in set.formulas {
        attempt { () throws(Diagnostic) in
          let built = try bare.metrics([formula], batch: draft.data.batch, budget: budget)
          values.check(built.graph, built.assumed)
        }
      }
      for (name, metric) in set.parts {
        attempt { () throws(Diagnostic) in
          let formula = try bare.samples(for: metric, named: "\(set.split.rawValue).\(name)")
          guard draft.data.info.mixture != nil else {
            throw Diagnostic(
              "wrong-data", "`\(metric.name)` needs a mixture, such as `ring` or `grid`",
              at: metric.place.span,
              related: [.init(draft.data.place.span(of: "dataset"), "is none")])
          }
          _ = try picture(formula, bare)
        }
      }
    }
    var pictures: [ExampleShape] = []
    for (_, formula) in draft.samples?.show ?? [] {
      attempt { () throws(Diagnostic) in pictures.append(try picture(formula, bare).shape) }
    }
    return pictures
  }

  private func picture(_ formula: Formula, _ bare: Experiment) throws(Diagnostic) -> PictureGraph {
    let built = try bare.picture(formula, batch: draft.data.batch, budget: budget)
    values.check(built.graph, built.assumed)
    return built
  }

  /// The metric that decides which checkpoint is the best must be a column that is filled whenever a
  /// checkpoint is written.
  func checkBest() {
    guard let best = draft.checkpoints.best, let set = set(with: best.metric, best.place) else {
      return
    }
    if !draft.checkpoints.every.isMultiple(of: set.every) {
      problems.add(
        Diagnostic(
          "not-measured",
          "`\(best.metric)` is measured every \(set.every), but checkpoints are "
            + "written every \(draft.checkpoints.every)", at: best.place.span(of: "metric"),
          help: "give both the same `every`"))
    }
    warnOfTest(set, "the best checkpoint is chosen by the test set", best.place)
  }

  /// The metric that a run's end depends on must be measured.
  func checkPatience() {
    guard let patience = draft.patience, let set = set(with: patience.metric, patience.place)
    else { return }
    warnOfTest(set, "the end of a run is chosen by the test set", patience.place)
  }

  /// The set of data on which a metric is measured; nil if there is none, which is reported.
  private func set(with metric: String, _ place: Place) -> MeasuredSet? {
    if let set = draft.metrics.sets.first(where: { $0.columns.contains(metric) }) { return set }
    problems.add(draft.metrics.problem(unknown: metric, at: place.span(of: "metric")))
    return nil
  }

  private func warnOfTest(_ set: MeasuredSet, _ fact: String, _ place: Place) {
    guard set.split == .test else { return }
    problems.add(
      Diagnostic(
        "chosen-by-test", fact, at: place.span(of: "metric"),
        note: "what was chosen by the test set is no longer measured by it",
        help: "write `data: {split: {validation: ...}}` and choose by `validation.`",
        severity: .warning))
  }
}
