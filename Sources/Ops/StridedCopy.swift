import CKernels
import Graph
import Tensor

/// A copy between two arrangements in memory, bound and ready to run.
struct StridedCopy {
  private let source: UnsafePointer<Float>
  private let target: UnsafeMutablePointer<Float>
  private let dims: [Int64]
  private let sourceStrides: [Int64]
  private let targetStrides: [Int64]

  /// The most axes that a copy may run over.
  static let limit = 6

  /// Copies `dims` elements: along each axis, the neighbours in the source and in the target are
  /// that many elements apart.
  init(
    _ dims: [Int], from source: UnsafeMutablePointer<Float>, _ sourceStrides: [Int],
    to target: UnsafeMutablePointer<Float>, _ targetStrides: [Int]
  ) {
    self.source = UnsafePointer(source)
    self.target = target
    self.dims = dims.map(Int64.init)
    self.sourceStrides = sourceStrides.map(Int64.init)
    self.targetStrides = targetStrides.map(Int64.init)
  }

  /// Copies `outer` rows of `row` elements each, which begin `sourceStep` and `targetStep` apart.
  init(
    rows: Int, of row: Int, from source: UnsafeMutablePointer<Float>, step sourceStep: Int,
    to target: UnsafeMutablePointer<Float>, step targetStep: Int
  ) {
    self.init([rows, row], from: source, [sourceStep, 1], to: target, [targetStep, 1])
  }

  /// Does it.
  func run() {
    assay_copy_strided(target, source, Int32(dims.count), dims, targetStrides, sourceStrides)
  }
}
