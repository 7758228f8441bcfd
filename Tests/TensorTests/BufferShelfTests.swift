import Testing

@testable import Tensor

@Suite struct BufferShelfTests {
  @Test func aPieceThatIsTakenAgainIsZero() throws {
    BufferShelf.open()
    let size = 4 * 12_345
    var first: Buffer? = try Buffer(12_345)
    first?.elements.update(repeating: .nan)
    let place = first.map { UnsafeMutableRawPointer($0.floats) }
    first = nil
    let again = BufferShelf.take(size)
    #expect(again == place)
    let bytes = UnsafeRawBufferPointer(start: again, count: again == nil ? 0 : size)
    #expect(bytes.count == size && bytes.allSatisfy { $0 == 0 })
    #expect(BufferShelf.take(size) == nil)
    if let again { #expect(BufferShelf.put(again, size)) }
    BufferShelf.clear()
    #expect(BufferShelf.take(size) == nil)
  }
}
