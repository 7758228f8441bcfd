import CKernels
import Testing

@testable import Tensor

@Suite struct ElementwiseLoopTests {
  /// a - b over the space, where both broadcast, by the definition of `Shape.broadcast`.
  private func difference(
    _ a: Buffer, _ aShape: Shape, _ b: Buffer, _ bShape: Shape, _ space: Shape
  )
    -> [Float]
  {
    func read(_ buffer: Buffer, _ shape: Shape, _ index: Int) -> Float {
      let strides = shape.strides(broadcastTo: space)
      var (rest, offset) = (index, 0)
      for axis in space.dims.indices.reversed() {
        offset += rest % space[axis] * strides[axis]
        rest /= space[axis]
      }
      return buffer.floats[offset]
    }
    return (0..<space.count).map { read(a, aShape, $0) - read(b, bShape, $0) }
  }

  @Test(arguments: [
    ([], []), ([7], [7]), ([], [3, 4]), ([3, 4], []), ([3, 1], [1, 4]),
    ([2, 3, 4, 5], [1, 1, 1, 5]),
    ([2, 3, 4, 5], [2, 1, 1, 1]), ([2, 1, 4, 1], [1, 3, 1, 5]), ([1, 1, 1, 1], [2, 3, 2, 3]),
    ([2, 1, 2, 1, 2, 1], [1, 3, 1, 3, 1, 3]), ([1, 40, 1, 50], [1, 1, 30, 1]),
  ])
  func inputsAreRepeatedAlongTheAxesWhereTheirExtentIsOne(_ aDims: [Int], _ bDims: [Int]) throws {
    let (aShape, bShape) = (Shape(aDims), Shape(bDims))
    let space = try #require(aShape.broadcast(with: bShape))
    let (a, b) = (try Buffer(aShape.count), try Buffer(bShape.count))
    for index in 0..<aShape.count { a.floats[index] = Float(index) }
    for index in 0..<bShape.count { b.floats[index] = Float(index) * 1000 }
    let result = try Buffer(space.count)
    let program = ElementwiseProgram(
      UInt16(ASSAY_SUBTRACT.rawValue), immediate: 0, inputs: 2)
    let loop = ElementwiseLoop(
      program, over: space, inputs: [(a.floats, aShape), (b.floats, bShape)],
      outputs: [result.floats])
    loop.run()
    #expect(Array(result.elements) == difference(a, aShape, b, bShape, space))
  }

  @Test func severalInstructionsWriteSeveralOutputs() throws {
    let x = try Buffer(5)
    let row = try Buffer(1)
    for index in 0..<5 { x.floats[index] = Float(index) }
    row.floats[0] = 10
    let (sums, squares) = (try Buffer(5), try Buffer(5))
    // Operands: 0 and 1 are inputs, 2 and 3 outputs, 4 a temporary.
    let program = ElementwiseProgram(
      inputs: 2, outputs: 2, temporaries: 1,
      steps: [
        .init(UInt16(ASSAY_ADD.rawValue), [0, 1], to: 4),
        .init(UInt16(ASSAY_MULTIPLY_IMMEDIATE.rawValue), immediate: 2, [4], to: 2),
        .init(UInt16(ASSAY_SQUARE.rawValue), [4], to: 3),
      ])
    let loop = ElementwiseLoop(
      program, over: Shape([5]), inputs: [(x.floats, Shape([5])), (row.floats, Shape([1]))],
      outputs: [sums.floats, squares.floats])
    loop.run()
    #expect(Array(sums.elements) == [20, 22, 24, 26, 28])
    #expect(Array(squares.elements) == [100, 121, 144, 169, 196])
  }

  @Test func anOutputMayTakeTheMemoryOfAnInput() throws {
    let x = try Buffer(3)
    for index in 0..<3 { x.floats[index] = Float(index) }
    let program = ElementwiseProgram(
      UInt16(ASSAY_ADD_IMMEDIATE.rawValue), immediate: 1, inputs: 1)
    let loop = ElementwiseLoop(
      program, over: Shape([3]), inputs: [(x.floats, Shape([3]))], outputs: [x.floats])
    loop.run()
    loop.run()
    #expect(Array(x.elements) == [2, 3, 4])
  }
}
