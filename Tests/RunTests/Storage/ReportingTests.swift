import Testing

@testable import Run

@Suite struct ReportingTests {
  @Test(arguments: [
    (0, "0"), (103.2456, "103.2"), (-0.25, "-0.2500"), (0.0141999, "0.01420"), (9.99999, "10.000"),
    (1234.5, "1235"), (1_234_567, "1234567"), (1e7, "1.000e7"), (1.2345e-7, "1.235e-7"),
    (9.9999e-9, "1.000e-8"), (.nan, "nan"), (-.infinity, "-inf"),
    (.leastNonzeroMagnitude, "4.941e-324"),
    (1.7976931348623157e308, "1.798e308"),
  ])
  func numbersForPeopleHaveFourDigits(_ value: Double, _ text: String) {
    #expect(numberText(value) == text)
  }

  @Test(arguments: [
    (0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (11100, "3:05:00"), (.nan, "?"),
    (-1, "0:00"),
  ])
  func durationsAreReadable(_ seconds: Double, _ text: String) {
    #expect(durationText(seconds) == text)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    (951_782_400, "2000-02-29T00:00:00Z"),
    (1_795_250_225, "2026-11-21T08:37:05Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
  ])
  func timesAreInUTC(_ seconds: Int, _ text: String) {
    #expect(Timestamp.text(seconds: seconds) == text)
    if seconds >= 0 { #expect(Timestamp.seconds(text) == seconds) }
  }

  private let state = Progress.State(step: 500, steps: 1000, done: 250, seconds: 2.5)

  @Test func theBarFillsTheTerminalAndNeverMore() {
    let values = [("vae.loss", 103.24), ("vae.kl", 12.5)]
    let line = state.bar(values, width: 110)
    #expect(
      line == " 500/1000 " + String(repeating: "━", count: 15) + String(repeating: "─", count: 15)
        + "  50 %  100.0 steps/s  0:05 left  vae.loss 103.2  vae.kl 12.50")
    #expect(!state.bar(values, width: 80).contains("vae.kl"))
    for width in 1..<120 { #expect(state.bar(values, width: width).count < width) }
  }

  @Test func aLogGetsPlainLines() {
    #expect(
      state.plainLine([("loss", 0.5)])
        == "step  500/1000   50 %  100.0 steps/s  0:05 left  loss 0.5000")
    let slow = Progress.State(step: 1, steps: 3, done: 1, seconds: 20)
    #expect(slow.plainLine([]) == "step 1/3   33 %  20.0 s/step  0:40 left")
    let none = Progress.State(step: 1, steps: 3, done: 0, seconds: 0)
    #expect(none.plainLine([]) == "step 1/3   33 %")
  }

  @Test func theMachineTellsWhatItHasLeft() throws {
    let memory = try #require(Resources.availableMemory())
    #expect(memory > 1 << 20)
    #expect(Resources.peakMemory() > 1 << 20)
    #expect(try #require(Resources.freeSpace(for: File(reading: "/proc/self/status"))) >= 0)
  }
}
