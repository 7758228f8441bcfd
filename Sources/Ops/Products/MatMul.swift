import CKernels
import Graph
import Tensor

/// The matrix product c = op(a) op(b), where op is the matrix itself or its transpose:
/// [m, k] times [k, n] is [m, n].
///
/// One fused multiply-add chain a result, ascending in k in chunks of 512 (`matmul.h`).
public struct MatMul: ListedOp {
  /// As PyTorch spells it.
  public static let name = "matmul"
  /// Whether `a` is [k, m] in memory.
  public let transposeA: Bool
  /// Whether `b` is [n, k] in memory.
  public let transposeB: Bool

  /// The product of two matrices, each transposed first where asked for.
  public init(transposeA: Bool = false, transposeB: Bool = false) {
    self.transposeA = transposeA
    self.transposeB = transposeB
  }

  /// Which inputs are transposed.
  public var attributes: String {
    switch (transposeA, transposeB) {
    case (false, false): ""
    case (true, false): "transpose a"
    case (false, true): "transpose b"
    case (true, true): "transpose a and b"
    }
  }

  /// Rows of op(a), columns of op(b).
  public func shape(_ inputs: [Shape]) throws(ShapeError) -> Shape {
    try expectNumbers(2, inputs)
    try expectRank(2, "matrices", 0, inputs)
    try expectRank(2, "matrices", 1, inputs)
    let (m, k) = oriented(inputs[0], transposeA)
    let (other, n) = oriented(inputs[1], transposeB)
    guard k == other else {
      throw failure(
        "cannot multiply [\(m), \(k)] by [\(other), \(n)]: \(k) is not \(other)", inputs)
    }
    return try checked([m, n], inputs)
  }

  /// With c = op(a) op(b): d op(a) = dc op(b)^T and d op(b) = op(a)^T dc.
  public func gradient(_ dy: Value, inputs: [Value], output: Value, in graph: Graph)
    throws(ShapeError) -> [Value?]
  {
    let (a, b) = (inputs[0], inputs[1])
    let da =
      transposeA
      ? try graph.add(MatMul(transposeA: transposeB, transposeB: true), b, dy)
      : try graph.add(MatMul(transposeB: !transposeB), dy, b)
    let db =
      transposeB
      ? try graph.add(MatMul(transposeA: true, transposeB: transposeA), dy, a)
      : try graph.add(MatMul(transposeA: !transposeA), a, dy)
    return [da, db]
  }

  /// One call of the kernel.
  public func kernel(_ inputs: [Operand], _ output: Operand) -> Kernel {
    let (a, b, c) = (inputs[0].floats, inputs[1].floats, output.floats)
    let (m, n) = (Int64(output.shape[0]), Int64(output.shape[1]))
    let k = Int64(oriented(inputs[0].shape, transposeA).columns)
    let (transposeA, transposeB) = (transposeA, transposeB)
    return { _ in assay_matmul(c, a, b, m, n, k, transposeA, transposeB) }
  }

  /// 2 m n k.
  public func operations(_ inputs: [Shape], _ output: Shape) -> Int {
    2 * output.count * oriented(inputs[0], transposeA).columns
  }

  private func oriented(_ shape: Shape, _ transpose: Bool) -> (rows: Int, columns: Int) {
    transpose ? (shape[1], shape[0]) : (shape[0], shape[1])
  }

  /// All four orientations, and a single column.
  public static var examples: [Example] {
    [
      Example(MatMul(), .numbers([3, 4]), .numbers([4, 5])),
      Example(MatMul(transposeA: true), .numbers([4, 3]), .numbers([4, 5])),
      Example(MatMul(transposeB: true), .numbers([3, 4]), .numbers([5, 4])),
      Example(MatMul(transposeA: true, transposeB: true), .numbers([4, 3]), .numbers([5, 4])),
      Example(MatMul(), .numbers([3, 4]), .numbers([4, 1])),
    ]
  }
}
