import CKernels
import Graph
import Ops
import Tensor
import Testing

/// Gives results large enough for several threads, and examples as they are.
private let largerCases: [Case] = [
  Case(Example(Add(), .numbers([64, 300]), .numbers([1, 300]))),
  Case(Example(Softplus(), .numbers([70_001]))),
  Case(Example(Sum(0..<1), .numbers([3000, 20]))),
  Case(Example(Sum(1..<2), .numbers([30, 3000]))),
  Case(Example(MatMul(transposeB: true), .numbers([65, 600]), .numbers([33, 600]))),
  Case(Example(Permute([0, 3, 1, 2]), .numbers([3, 40, 40, 17]))),
  Case(Example(Normal(stream: 3, [40_001]))),
]

extension OpsSuite {
  @Suite struct Bits {
    @Test(arguments: Case.all + largerCases)
    func resultsAreTheSameOnEveryPathAndForEveryNumberOfThreads(example: Case) throws {
      let (graph, _, output, feeds) = try example.build()
      let reference = try evaluate(graph, [output], feeds)[0].map(\.bitPattern)
      defer {
        assay_path_force(Int32(ASSAY_PATH_COUNT.rawValue))
        assay_threads_set(1)
      }
      for path in 0..<Int32(ASSAY_PATH_COUNT.rawValue) where assay_path_force(path) {
        for threads: Int32 in [1, 2, 3, 8] {
          assay_threads_set(threads)
          let result = try evaluate(graph, [output], feeds)[0].map(\.bitPattern)
          let name = String(cString: assay_path_name(path))
          #expect(result == reference, "\(name), \(threads) threads")
        }
      }
    }
  }
}
