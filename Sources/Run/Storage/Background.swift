import CKernels
import Foundation

/// Works behind its owner, on a thread of its own: one job at a time, in their order.
///
/// A job that fails is told to the owner's next call. To be used by one thread.
final class Background {
  /// What is to be done.
  typealias Job = @Sendable () throws -> Void

  private let desk: Desk

  /// A thread without a job; it ends with the last reference to this.
  ///
  /// - Parameter usesPool: whether its kernels may run on the pool: never beside a training, which
  ///   would be left with one thread.
  init(usesPool: Bool) {
    desk = Desk(usesPool: usesPool)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(desk)
    let code = pthread_create(&thread, nil, { Background.work($0) }, context.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      context.release()
      desk.hasThread = false
    }
  }

  deinit { desk.close() }

  /// Gives a job to the thread. Waits for the one in hand, and throws its error instead.
  func start(_ job: @escaping Job) throws {
    try finish()
    // Where the system gives no thread, the caller waits.
    if desk.hasThread { desk.put(job) } else { desk.close(Result { try job() }) }
  }

  /// Throws the error of the job that was done last, once.
  func check() throws { try desk.takeError(waiting: false) }

  /// Waits for the job in hand; throws its error, once.
  func finish() throws { try desk.takeError(waiting: true) }

  private static func work(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let desk = Unmanaged<Desk>.fromOpaque(context).takeRetainedValue()
    if !desk.usesPool { assay_threads_leave() }
    while let job = desk.next() { desk.close(Result { try job() }) }
    return nil
  }
}

/// Where a job lies from the moment it is given until it is done.
private final class Desk: @unchecked Sendable {
  private let condition = NSCondition()
  private var job: Background.Job?
  private var error: (any Error)?
  private var isClosed = false
  /// Whether there is a thread that takes jobs; fixed before the first one.
  var hasThread = true
  let usesPool: Bool

  init(usesPool: Bool) { self.usesPool = usesPool }

  func put(_ job: @escaping Background.Job) {
    condition.withLock {
      self.job = job
      condition.broadcast()
    }
  }

  /// The next job, when there is one; nil when there will be none.
  func next() -> Background.Job? {
    condition.withLock {
      while job == nil && !isClosed { condition.wait() }
      return job
    }
  }

  /// The job in hand is done.
  func close(_ result: Result<Void, any Error>) {
    condition.withLock {
      job = nil
      if case .failure(let error) = result { self.error = error }
      condition.broadcast()
    }
  }

  /// There will be no further job.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  func takeError(waiting: Bool) throws {
    let error = condition.withLock {
      while waiting && job != nil { condition.wait() }
      defer { self.error = nil }
      return self.error
    }
    if let error { throw error }
  }
}
