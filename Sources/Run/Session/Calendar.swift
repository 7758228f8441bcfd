import Experiment
import Parts

/// What is due at the end of which step: a function of the experiment and the step alone.
struct Calendar {
  let experiment: Experiment
  let steps: Int

  init(_ experiment: Experiment) {
    self.experiment = experiment
    steps = experiment.stepCount
  }

  /// Whether `step`, from 1, is the last one, or one at which `every` comes round: a multiple of so
  /// many steps, or the step that completes so many epochs.
  func isDue(_ every: Duration, at step: Int) -> Bool {
    step == steps || isScheduled(every, at: step)
  }

  /// The same without the last step's exception: what a longer run would do at this step too.
  func isScheduled(_ every: Duration, at step: Int) -> Bool {
    switch every.unit {
    case .steps: return step % every.count == 0
    case .epochs:
      let (before, after) = (epochs(step - 1), epochs(step))
      return after / every.count > before / every.count
    }
  }

  /// The epochs that are complete after `step` steps.
  private func epochs(_ step: Int) -> Int {
    step * experiment.batchesPerStep / experiment.data.batchesPerEpoch
  }
}
