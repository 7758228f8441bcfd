import Foundation
import Testing

@Suite struct PatienceTests {
  /// A run that ends when its score has not grown twice in a row.
  private static let words =
    "train.steps=600 metrics.test.every='5 steps' checkpoints.every='35 steps' "
    + "'checkpoints.best={metric: test.score, goal: maximize}' samples.every='100 steps' "
    + "'train.patience={metric: test.score, goal: maximize, evaluations: 2}'"

  /// The step at which the rule says that a run ends: by the rows of its `metrics.csv`.
  private static func end(_ rows: String) throws -> Int? {
    let lines = rows.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let column = try #require(lines.first?.firstIndex(of: "test.score"))
    var (best, waited) = (-Double.infinity, 0)
    for line in lines.dropFirst() {
      guard let score = Double(line[column]) else { continue }
      (best, waited) = score > best ? (score, 0) : (best, waited + 1)
      if waited == 2 { return Int(line[0]) }
    }
    return nil
  }

  @Test func `a run ends when its metric no longer improves, and says so`() throws {
    let place = try Workplace()
    let run = try place.train(Self.words)
    let rows = try place.text("\(run)/metrics.csv")
    let end = try #require(try Self.end(rows))
    #expect(rows.split(separator: "\n").last?.hasPrefix("\(end),") == true)
    let record = try object(place.text("\(run)/run.json"))
    #expect(record["status"] as? String == "finished")
    #expect(record["step"] as? Int == end)
    #expect(
      record["message"] as? String
        == "ended at step \(end) of 600: `test.score` did not improve in the last 2 measurements")
    let number = String(format: "step-%08d", end)
    #expect(try place.names("\(run)/checkpoints").contains { $0.hasPrefix(number) })
    #expect(try place.names("\(run)/samples").contains { $0.hasPrefix(number) })
    let again = try place.shell("exec \"$assay\" run ring.yaml \(Self.words)")
    #expect(again.code == 0 && again.err.contains("finished before"))
    #expect(again.err.contains("did not improve"))
    let verified = try place.shell("exec \"$assay\" verify --quiet \(run)")
    #expect(verified.code == 0, "\(verified.out)\(verified.err)")
  }

  @Test func `an interruption does not show`() throws {
    // Improvement is measured over 200 steps here, so that there is time for the signal.
    let words = Self.words.replacingOccurrences(of: "evaluations: 2", with: "evaluations: 40")
    let (place, undisturbed) = (try Workplace(), try Workplace())
    _ = try place.shell(
      """
      "$assay" run ring.yaml --quiet \(words) & pid=$!
      for i in $(seq 1000); do
        [ "$(cat runs/ring/*/metrics.csv 2>/dev/null | wc -l)" -gt 60 ] && break; sleep 0.01
      done
      kill -KILL $pid; wait $pid
      """)
    let run = try place.train(words)
    #expect(try place.results(run) == undisturbed.results(undisturbed.train(words)))
  }

  @Test func `patience is a part of what a run is`() throws {
    let place = try Workplace()
    let patience = "'train.patience={metric: test.score, goal: maximize}'"
    #expect(try place.train(patience) != place.train())
  }
}
