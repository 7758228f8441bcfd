import Foundation
import Testing

@testable import Tensor

@Suite struct BufferShelfTests {
  private let shelf = BufferShelf()
  private let size = 4 * 12_345

  /// Memory that is not zero.
  private func piece() throws -> UnsafeMutableRawPointer {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let piece = try #require(mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0))
    try #require(piece != MAP_FAILED)
    memset(piece, 0xff, size)
    return piece
  }

  @Test func aPieceThatIsTakenAgainIsZero() throws {
    shelf.open()
    let piece = try piece()
    #expect(shelf.put(piece, size))
    #expect(shelf.take(size - 4) == nil)
    #expect(shelf.take(size) == piece)
    #expect(UnsafeRawBufferPointer(start: piece, count: size).allSatisfy { $0 == 0 })
    #expect(shelf.take(size) == nil)
    #expect(shelf.put(piece, size))
    shelf.clear()
    #expect(shelf.take(size) == nil)
  }

  @Test func aClosedShelfKeepsNothing() throws {
    let piece = try piece()
    #expect(!shelf.put(piece, size))
    #expect(shelf.take(size) == nil)
    munmap(piece, size)
  }
}
