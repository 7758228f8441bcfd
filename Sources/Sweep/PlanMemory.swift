import Run
import Search
import Text

/// How many workers of a sweep fit into memory beside each other, by what its first run takes.
public struct PlanMemory {
  /// What a worker takes, in bytes.
  public let worker: Int
  /// What the machine, or this process's control group, has left, in bytes; the greatest number
  /// where it does not say.
  public let available: Int

  /// What a process takes before it holds a run.
  private static let process = 32 << 20

  /// The estimate for a plan.
  public init(_ plan: SweepPlan) throws(Rejection) {
    let first = try plan.experiment(of: plan.trial(0, History()))
    do throws(Diagnostic) {
      worker = try MemoryEstimate(of: first).total + PlanMemory.process
    } catch {
      throw Rejection([error])
    }
    available = Resources.availableMemory() ?? .max
  }

  /// An estimate of these values.
  init(worker: Int, available: Int) {
    self.worker = worker
    self.available = available
  }

  /// As many as fit; at least one.
  public var workers: Int { max(1, available / worker) }

  /// The facts, for people.
  public var text: String {
    "each worker needs about \(byteText(worker)) of memory, and "
      + "\(byteText(available)) are available"
  }
}
