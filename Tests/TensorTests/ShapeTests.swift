import Tensor
import Testing

@Suite struct ShapeTests {
  @Test func theLastAxisIsContiguous() {
    let shape = Shape([2, 3, 4])
    #expect(shape.strides == [12, 4, 1] && shape.count == 24 && shape.rank == 3)
    #expect(Shape.scalar.count == 1 && Shape.scalar.strides == [])
    #expect("\(shape)" == "[2, 3, 4]")
  }

  @Test(arguments: [
    ([], [2, 3], [2, 3]), ([2, 3], [], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([1], [1], [1]),
    ([2, 3], [2, 3], [2, 3]),
  ])
  func extentsOfOneRepeat(_ a: [Int], _ b: [Int], _ both: [Int]) {
    #expect(Shape(a).broadcast(with: Shape(b)) == Shape(both))
  }

  @Test(arguments: [([2], [3]), ([2, 3], [3]), ([2, 1], [3, 3])])
  func otherExtentsAndRanksDoNotFit(_ a: [Int], _ b: [Int]) {
    #expect(Shape(a).broadcast(with: Shape(b)) == nil)
  }

  @Test func aRepeatedAxisHasStrideZero() {
    let target = Shape([4, 2, 3])
    #expect(Shape([1, 2, 3]).strides(broadcastTo: target) == [0, 3, 1])
    #expect(Shape([4, 1, 1]).strides(broadcastTo: target) == [1, 0, 0])
    #expect(Shape.scalar.strides(broadcastTo: target) == [0, 0, 0])
  }

  @Test func extentsOfUsersAreChecked() {
    #expect(Shape(checking: [64, 28, 28, 1])?.count == 50176)
    #expect(Shape(checking: [0]) == nil && Shape(checking: [-1]) == nil)
    #expect(Shape(checking: [Int.max, 4]) == nil)
    #expect(Shape(checking: [Shape.limit]) != nil && Shape(checking: [Shape.limit, 2]) == nil)
  }
}

@Suite struct BufferTests {
  @Test func memoryIsZeroAlignedAndRefusedByAnErrorWhereThereIsTooMuch() throws {
    let buffer = try Buffer(1000)
    #expect(buffer.elements.allSatisfy { $0 == 0 })
    #expect(UInt(bitPattern: buffer.floats) % 64 == 0)
    #expect(throws: Buffer.OutOfMemory.self) { try Buffer(.max) }
    #expect(throws: Buffer.OutOfMemory.self) { try Buffer(1 << 58) }
    #expect(try Buffer(0).count == 0)
  }

  @Test func theSameMemoryHoldsNumbersOrIntegers() throws {
    let buffer = try Buffer(1)
    buffer.integers[0] = Int32(bitPattern: Float(1).bitPattern)
    #expect(buffer.floats[0] == 1)
  }
}
