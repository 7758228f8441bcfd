import Glibc
import Testing

@testable import Run

@Suite struct SignalsTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func oneSignalAsksToStop(_ signal: Int32) async {
    await #expect(processExitsWith: .success) { [signal] in
      Signals.install()
      #expect(Signals.stop == nil)
      raise(signal)
      #expect(Signals.stop == signal)
    }
  }

  @Test func aSecondSignalEndsTheProcessAtOnce() async {
    await #expect(processExitsWith: .exitCode(143)) {
      Signals.install()
      raise(SIGINT)
      raise(SIGTERM)
    }
  }

  @Test func userSignalsAskForACheckpoint() async {
    await #expect(processExitsWith: .success) {
      Signals.install()
      #expect(!Signals.takeCheckpointRequest())
      raise(SIGUSR1)
      #expect(Signals.takeCheckpointRequest())
      #expect(!Signals.takeCheckpointRequest())
      raise(SIGUSR2)
      #expect(Signals.takeCheckpointRequest())
      #expect(Signals.stop == nil)
    }
  }

  @Test func nohupIsRespectedAndClosedPipesAreNoEnd() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      Signals.install()
      raise(SIGHUP)
      raise(SIGPIPE)
      raise(SIGXFSZ)
      #expect(Signals.stop == nil)
    }
  }
}
