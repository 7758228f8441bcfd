import Foundation
import Synchronization

/// Small pieces of memory that no buffer has any more, for the next buffers of the same sizes.
///
/// A process that trains one small experiment after the other would else spend more time on asking
/// the system for the same pages again than on many of its steps. It is closed, and keeps nothing,
/// until someone opens it.
public final class BufferShelf: Sendable {
  /// That of all buffers of the process.
  public static let shared = BufferShelf()

  private struct Pieces: @unchecked Sendable {
    var isOpen = false
    var bySize: [Int: [UnsafeMutableRawPointer]] = [:]
  }

  private let pieces = Mutex(Pieces())

  /// A closed shelf.
  init() {}

  /// Keeps from now on what buffers leave.
  public func open() { pieces.withLock { $0.isOpen = true } }

  /// Gives the system what is kept: buffers of other sizes will be wanted.
  public func clear() {
    pieces.withLock { pieces in
      for (size, kept) in pieces.bySize { for piece in kept { munmap(piece, size) } }
      pieces.bySize = [:]
    }
  }

  /// A piece of so many bytes, all of them zero; nil where none is kept.
  func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let piece = pieces.withLock { $0.bySize[size]?.popLast() }
    if let piece { memset(piece, 0, size) }
    return piece
  }

  /// Keeps a piece; false where nothing is kept.
  func put(_ piece: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    let kept = Kept(piece: piece)
    return pieces.withLock { pieces in
      if pieces.isOpen { pieces.bySize[size, default: []].append(kept.piece) }
      return pieces.isOpen
    }
  }

  private struct Kept: @unchecked Sendable {
    let piece: UnsafeMutableRawPointer
  }
}
