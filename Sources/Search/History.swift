/// What a sampler and a pruner may know: the trials that have been started, in the order in which
/// things happened to them. It is a value; two histories with the same events are the same.
public struct History: Sendable {
  /// One judged row of a run.
  public struct Report: Hashable, Sendable {
    /// How far the run was.
    public let row: Row
    /// The metric; NaN where it is no number.
    public let value: Double
    /// When it was known, counted in events.
    public let time: Int
  }

  /// One run of a sweep: a point with a seed.
  public struct Trial: Sendable {
    /// How it stands.
    public enum State: String, Sendable {
      /// It has been started.
      case running
      /// It has come to its end.
      case finished
      /// It was given up for an error.
      case failed
      /// A number was not finite.
      case diverged
      /// A pruner ended it.
      case pruned
    }

    /// Its number k, from 0.
    public let number: Int
    /// The number of its point.
    public let point: Int
    /// Its seed.
    public let seed: UInt64
    /// How it stands.
    public fileprivate(set) var state = State.running
    /// The rows that were judged, in their order.
    public fileprivate(set) var reports: [Report] = []
    /// The last value of the metric, if it has ended and was measured.
    public fileprivate(set) var value: Double?
    /// When it ended, counted in events; `Int.max` before.
    public fileprivate(set) var end = Int.max
  }

  /// The trials in the order in which they were started.
  public private(set) var trials: [Trial] = []
  /// The points that were started, by number.
  public private(set) var points: [Int: Point] = [:]
  /// How many trials each point has.
  public let seedCount: Int
  private var places: [Int: Int] = [:]
  private var time = 0

  /// Nothing has happened in a sweep with so many seeds.
  public init(seedCount: Int = 1) { self.seedCount = seedCount }

  /// The trial of a number.
  public subscript(number: Int) -> Trial? { places[number].map { trials[$0] } }

  /// A trial starts: number k, the `point` of a number, with a seed. One that has ended starts anew.
  public mutating func start(_ number: Int, point place: Int, _ point: Point, seed: UInt64) {
    time += 1
    points[place] = point
    let trial = Trial(number: number, point: place, seed: seed)
    if let known = places[number] {
      trials[known] = trial
    } else {
      places[number] = trials.count
      trials.append(trial)
    }
  }

  /// A row of a trial is measured.
  public mutating func report(_ number: Int, at row: Row, _ value: Double) {
    guard let place = places[number] else { return }
    time += 1
    trials[place].reports.append(Report(row: row, value: value, time: time))
  }

  /// A trial ends, with the last value of the metric if there is one.
  public mutating func end(_ number: Int, _ state: Trial.State, value: Double?) {
    guard let place = places[number] else { return }
    time += 1
    trials[place].state = state
    trials[place].value = value
    trials[place].end = time
  }
}
