import CKernels
import Glibc
import Testing

extension Kernels {
  @Suite struct Parallel {
    /// Runs `items` items and returns how often each ran.
    func countRuns(of items: Int) -> [Int32] {
      var runs = [Int32](repeating: 0, count: items)
      runs.withUnsafeMutableBufferPointer { buffer in
        assay_parallel(
          Int64(items),
          { context, item in
            context?.assumingMemoryBound(to: Int32.self)[Int(item)] += 1
          }, buffer.baseAddress)
      }
      return runs
    }

    @Test func everyItemRunsOnceWhateverTheThreads() {
      for threads in threadCounts {
        withKernels(threads: threads) {
          for items in [0, 1, 2, 7, 1000] {
            #expect(countRuns(of: items) == [Int32](repeating: 1, count: items))
          }
        }
      }
    }

    @Test func manySmallJobsInARowLoseNothing() {
      withKernels(threads: 3) {
        for job in 0..<5000 {
          let items = job % 5
          #expect(countRuns(of: items) == [Int32](repeating: 1, count: items))
        }
      }
    }

    @Test func theNumberOfThreadsCanBeChangedAgainAndAgain() {
      for count: Int32 in [4, 1, 2, 2, 8, 3] {
        #expect(assay_threads_set(count) == count)
        #expect(assay_threads() == count)
        #expect(countRuns(of: 100) == [Int32](repeating: 1, count: 100))
      }
      #expect(assay_threads_set(0) == 1)
    }

    @Test func aCallFromInsideABodyRunsOnTheSameThread() {
      withKernels(threads: 3) {
        var runs = [Int32](repeating: 0, count: 64)
        runs.withUnsafeMutableBufferPointer { buffer in
          assay_parallel(
            8,
            { context, outer in
              guard let all = context?.assumingMemoryBound(to: Int32.self) else { return }
              let row = all + Int(outer) * 8
              assay_parallel(
                8,
                { context, inner in
                  context?.assumingMemoryBound(to: Int32.self)[Int(inner)] += 1
                }, row)
              // Not from inside a body: the pool that runs it cannot be replaced.
              row[0] += assay_threads_set(2) == 3 ? 0 : 1
            }, buffer.baseAddress)
        }
        #expect(runs == [Int32](repeating: 1, count: 64))
      }
    }

    @Test func callersOnOtherThreadsDoNotDisturbEachOther() async {
      assay_threads_set(2)
      await withTaskGroup(of: [Int32].self) { group in
        for _ in 0..<8 {
          group.addTask { (0..<200).flatMap { _ in countRuns(of: 5) } }
        }
        for await runs in group { #expect(runs == [Int32](repeating: 1, count: 1000)) }
      }
      assay_threads_set(1)
    }

    @Test func scratchIsAlignedAndKeptBetweenCalls() {
      let large = assay_scratch(100_000)
      #expect(assay_scratch(10) == large)
      let shared = assay_shared_scratch(ASSAY_SHARED_SUMS, 1000)
      #expect(shared != large)
      #expect(UInt(bitPattern: large) % 64 == 0)
      #expect(UInt(bitPattern: shared) % 64 == 0)
    }

    @Test func everyThreadKeepsSubnormalsAndRoundsToNearest() {
      for threads in threadCounts {
        withKernels(threads: threads) { #expect(assay_float_environment_ok()) }
      }
    }

    @Test func anotherRoundingIsNoticed() {
      // In this thread alone: other tests may be using the pool's threads.
      let nearest = fegetround()
      fesetround(FE_UPWARD)
      let ok = assay_float_environment_ok()
      fesetround(nearest)
      #expect(!ok)
      #expect(assay_float_environment_ok())
    }
  }
}
