import Foundation
import Synchronization
import Testing

@testable import Run

@Suite struct BackgroundTests {
  private struct Fault: Error, Equatable {}

  @Test func `jobs are done in their order, one at a time`() throws {
    let done = Mutex<[Int]>([])
    let thread = Background(usesPool: false)
    for number in 0..<20 {
      try thread.start {
        if number % 3 == 0 { Thread.sleep(forTimeInterval: 0.002) }
        done.withLock { $0.append(number) }
      }
    }
    try thread.finish()
    let order = done.withLock { $0 }
    #expect(order == Array(0..<20))
  }

  @Test func `the caller goes on while a job is done, and waits where it must`() throws {
    let gate = DispatchSemaphore(value: 0)
    let done = Mutex(false)
    let thread = Background(usesPool: false)
    try thread.start {
      gate.wait()
      done.withLock { $0 = true }
    }
    try thread.check()
    let early = done.withLock { $0 }
    #expect(!early)
    gate.signal()
    try thread.finish()
    let late = done.withLock { $0 }
    #expect(late)
  }

  @Test func `an error of a job is thrown once, in the place of the next job`() throws {
    let done = Mutex(false)
    let thread = Background(usesPool: false)
    try thread.start { throw Fault() }
    #expect(throws: Fault()) {
      try thread.start { done.withLock { $0 = true } }
    }
    try thread.finish()
    let wasDone = done.withLock { $0 }
    #expect(!wasDone)
  }

  @Test func `an error can be asked for without waiting`() throws {
    let thread = Background(usesPool: false)
    try thread.start { throw Fault() }
    #expect(throws: Fault()) { while true { try thread.check() } }
    try thread.check()
  }
}
