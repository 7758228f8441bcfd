import Graph
import Tensor

/// Where a tensor lies. Offsets count floats.
public enum Place: Hashable, Sendable {
  /// In the memory that programs share which never run at once.
  case arena(Int)
  /// In the memory of the program's leaf of this number.
  case leaf(Int)
  /// In the output buffer.
  case output(Int)
  /// In the program's own constants.
  case constant(Int)
}

/// A place for every value of a draft.
struct Memory {
  /// The place of each value.
  private(set) var places: [Value: Place] = [:]
  /// The floats that the arena needs.
  private(set) var arena = 0
  /// The floats that constants take.
  private(set) var constants = 0
  /// When each arena value is in use, for the check that no two share memory at one time.
  private(set) var lifetimes: [Lifetime] = []

  /// Every block of memory begins on a boundary of 64 bytes.
  static let alignment = 16

  /// A block of the arena and the steps during which it is taken, both ends included.
  struct Lifetime {
    /// The values that lie there, one after the other.
    var values: [Value]
    /// Floats, a multiple of the alignment.
    let size: Int
    /// The step that writes it first.
    let first: Int
    /// The last step that reads it.
    var last: Int
  }

  /// Plans the memory of a draft.
  init(_ draft: Draft) {
    for (index, leaf) in draft.leaves.enumerated() { places[leaf.use.value] = .leaf(index) }
    for use in draft.setup.flatMap(\.outputs) {
      places[use.value] = .constant(constants)
      constants += Self.aligned(use.shape.count)
    }
    for root in draft.roots {
      if case .output(let offset) = root.destination { places[root.use.value] = .output(offset) }
    }
    lifetimes = lifetimes(of: draft)
    layOut()
  }

  /// The floats of arena that a tensor of so many elements takes.
  static func aligned(_ floats: Int) -> Int {
    (floats + alignment - 1) / alignment * alignment
  }

  /// From the step that makes a value to the last one that reads it; to the end for roots. A result
  /// that can be written over an input which nothing reads any more takes that input's block.
  private func lifetimes(of draft: Draft) -> [Lifetime] {
    var result: [Lifetime] = []
    var numbers: [Value: Int] = [:]
    let lasts = Self.lastUses(draft)
    for (index, step) in draft.steps.enumerated() {
      for (number, use) in step.outputs.enumerated() where places[use.value] == nil {
        let last = lasts[use.value] ?? index
        let dying = step.work.replaceable(by: number, step.inputs.map(\.shape)).lazy
          .map { step.inputs[$0].value }
          .first { numbers[$0].map { result[$0].last } == index }
        if let dying, let block = numbers[dying] {
          result[block].values.append(use.value)
          result[block].last = max(last, index)
          numbers[use.value] = block
        } else {
          numbers[use.value] = result.count
          let size = Self.aligned(use.shape.count)
          result.append(Lifetime(values: [use.value], size: size, first: index, last: last))
        }
      }
    }
    return result
  }

  /// The last step that reads each value; one past all steps for roots.
  private static func lastUses(_ draft: Draft) -> [Value: Int] {
    var lasts: [Value: Int] = [:]
    for (index, step) in draft.steps.enumerated() {
      for use in step.inputs { lasts[use.value] = index }
    }
    for root in draft.roots { lasts[root.use.value] = draft.steps.count }
    return lasts
  }

  /// Largest first, each in the tightest gap that is free for as long as it lives.
  private mutating func layOut() {
    let order = lifetimes.indices.sorted {
      (-lifetimes[$0].size, $0) < (-lifetimes[$1].size, $1)
    }
    var blocks = Blocks()
    for number in order {
      let lifetime = lifetimes[number]
      let offset = blocks.place(lifetime)
      for value in lifetime.values { places[value] = .arena(offset) }
      arena = max(arena, offset + lifetime.size)
    }
  }

  /// The blocks that are placed so far, in the order of their offsets.
  private struct Blocks {
    /// Plain numbers: each block is compared with all before it, so nothing else may be touched.
    private struct Block {
      let offset, end, first, last: Int
    }

    private var blocks: [Block] = []

    /// The offset of the smallest gap that takes a lifetime, among the blocks of its time; the end
    /// of the last one where there is none.
    mutating func place(_ lifetime: Lifetime) -> Int {
      let (first, last, size) = (lifetime.first, lifetime.last, lifetime.size)
      var (end, best, bestGap) = (0, nil as Int?, Int.max)
      for block in blocks where first <= block.last && block.first <= last {
        let gap = block.offset - end
        if gap >= size && gap < bestGap { (best, bestGap) = (end, gap) }
        end = max(end, block.end)
      }
      let offset = best ?? end
      blocks.insert(
        Block(offset: offset, end: offset + size, first: first, last: last),
        at: place(after: offset))
      return offset
    }

    /// Where a block at `offset` stands: behind those that begin at it or before.
    private func place(after offset: Int) -> Int {
      var (lower, upper) = (0, blocks.count)
      while lower < upper {
        let middle = (lower + upper) / 2
        if blocks[middle].offset > offset { upper = middle } else { lower = middle + 1 }
      }
      return lower
    }
  }
}
