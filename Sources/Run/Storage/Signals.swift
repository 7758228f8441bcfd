import Glibc
import Synchronization

/// What the outside asks of a run by signals, looked at between two steps.
public enum Signals {
  /// From now on SIGINT, SIGTERM and SIGHUP ask to stop (a second one ends the process at once),
  /// SIGUSR1 and SIGUSR2 ask for a checkpoint. A closed pipe and a file beyond the limit become
  /// errors of the write instead of the end of the process. A SIGHUP that was ignored stays so:
  /// `nohup` means it. To be called on the main thread, before others are started.
  public static func install() {
    for signal in [SIGINT, SIGTERM] { handle(signal, by: askToStop) }
    if !isIgnored(SIGHUP) { handle(SIGHUP, by: askToStop) }
    for signal in [SIGUSR1, SIGUSR2] { handle(signal, by: askForCheckpoint) }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The signal that asked to stop; nil while none did. The process then exits with 128 and it.
  public static var stop: Int32? {
    let signal = stopSignal.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// From now on SIGUSR1 and SIGUSR2 ask to stop, at the next step however often they come: the
  /// warnings of a job's manager before it ends the process.
  public static func stopOnWarnings() {
    for signal in [SIGUSR1, SIGUSR2] { handle(signal, by: askToStopByWarning) }
  }

  /// Asks to stop as `signal` would.
  public static func requestStop(as signal: Int32) { askToStopByWarning(signal) }

  /// Whether a checkpoint was asked for since the last call.
  public static func takeCheckpointRequest() -> Bool {
    checkpointAsked.exchange(false, ordering: .relaxed)
  }

  private static func handle(_ signal: Int32, by handler: @escaping @convention(c) (Int32) -> Void)
  {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(signal, &action, nil)
    // Who started the process may have left the signal blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, signal)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

private let stopSignal = Atomic<Int32>(0)
private let checkpointAsked = Atomic<Bool>(false)

// Handlers may do next to nothing: they set a flag, or end the process.
private func askToStop(_ signal: Int32) {
  if stopSignal.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
}

private func askToStopByWarning(_ signal: Int32) {
  _ = stopSignal.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
}

private func askForCheckpoint(_ signal: Int32) {
  checkpointAsked.store(true, ordering: .relaxed)
}
