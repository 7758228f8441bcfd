import Run

extension SweepDirectory {
  /// The finished trials whose runs are not there, or not finished: they were removed after the record
  /// was written. What was pruned or failed may be removed; its result is in the record.
  public func missing(_ state: SweepState) -> [Int] {
    state.trials(.finished).filter { isMissing(state, $0) }
  }

  /// Whether the run that a finished trial had has to be made again.
  func isMissing(_ state: SweepState, _ trial: Int) -> Bool {
    guard let run = state.run(of: trial) else { return false }
    return SweepDirectory.isMissing(RunDirectory(path: "\(runs)/\(experiment)/\(run)"))
  }

  /// Whether a run that was finished is not there, or was begun anew since. What cannot be read is
  /// there: nothing is made in its place.
  public static func isMissing(_ run: RunDirectory) -> Bool {
    guard exists(run.recordFile) else { return true }
    guard let status = try? run.record().status else { return false }
    return [.running, .interrupted, .failed].contains(status)
  }
}

// MARK: - Making them again

extension Worker {
  /// Trains the runs again that the record calls finished and that are not there: its decisions stay
  /// what they are. A run that another process has in hand is waited for, after all others.
  ///
  /// - Returns: the signal that asked to stop; nil where all was tried.
  func mend() throws -> Int32? {
    var rest = directory.missing(state)
    for waits in [false, true] {
      var held: [Int] = []
      for number in rest where directory.isMissing(state, number) {
        if let signal = Signals.stop { return signal }
        if try !remake(number, waits: waits) { held.append(number) }
      }
      rest = held
    }
    return Signals.stop
  }

  /// Makes the run of a trial again; false where another process has it in hand. What cannot be made
  /// is told to the log.
  private func remake(_ number: Int, waits: Bool) throws -> Bool {
    do {
      let task = try Task(plan.experiment(of: plan.trial(number, state.history)), in: plan)
      guard task.identity.short == state.run(of: number) else {
        log.append("trial \(number) is not made again: it would be the run \(task.identity.short)")
        return true
      }
      log.append("trial \(number) is made again: its run \(task.identity.short) is gone")
      var options = RunOptions()
      options.runs = directory.runs
      options.isQuiet = true
      let session = try RunSession(
        task.experiment, source: plan.source, identity: task.identity, digests: task.digests,
        options: options, workshop: workshop)
      _ = try waits ? train(session) : session.run()
    } catch let error as StorageError where error.isHeld {
      return false
    } catch let error where Worker.isOfTrial(error) {
      log.append("trial \(number) could not be made again: \(Worker.text(error))")
    }
    return true
  }
}
