import Foundation

/// A piece of memory for `count` four-byte elements, aligned to 64 bytes and zero at first.
///
/// It is mapped rather than taken from the heap: the system answers a request that is too large
/// with an error instead of ending the process, and gives the zeroed pages of large pieces only as
/// they are touched.
public final class Buffer: @unchecked Sendable {
  /// The number of elements.
  public let count: Int
  /// The first element.
  public let floats: UnsafeMutablePointer<Float>
  private let bytes: Int
  /// The bytes from which a piece is mapped in large pages.
  private static let large = 4 << 20

  /// The system would not give the memory.
  public struct OutOfMemory: Error, Hashable {
    /// What was asked for, in bytes.
    public let bytes: Int
  }

  /// Maps memory for `count` elements.
  public init(_ count: Int) throws(OutOfMemory) {
    let (size, overflow) = max(count, 1).multipliedReportingOverflow(by: 4)
    guard !overflow else { throw OutOfMemory(bytes: .max) }
    let isSmall = size < Buffer.large
    self.count = count
    bytes = size
    if isSmall, let kept = BufferShelf.shared.take(size) {
      floats = kept.bindMemory(to: Float.self, capacity: max(count, 1))
      return
    }
    // A small piece is given at once, which takes a third of the time of a page at each touch.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isSmall ? MAP_POPULATE : 0)
    guard let address = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
      address != MAP_FAILED
    else { throw OutOfMemory(bytes: size) }
    // Large pages for large memory: hundreds of times fewer of them to ask for and to look up.
    if !isSmall { madvise(address, size, MADV_HUGEPAGE) }
    floats = address.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit {
    if bytes >= Buffer.large || !BufferShelf.shared.put(floats, bytes) { munmap(floats, bytes) }
  }

  /// The elements as integers.
  public var integers: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Int32.self)
  }

  /// The elements, for loops over all of them.
  public var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: floats, count: count)
  }
}
