import CKernels
import Experiment
import Glibc
import Graph
import Parts
import Synchronization
import Tensor

/// What a checkpoint holds of a trainer: every variable, averages, the optimisers' slots; each in the
/// order of axes in which PyTorch's files have it.
///
/// The trainer is copied as it stands in one pass, all that a training waits for; the copy is brought
/// into the files' order later, perhaps on another thread. One thread at a time may use it.
final class Snapshot: @unchecked Sendable {
  /// One tensor of the trainer and its place in the copy.
  private struct Item {
    let name: String
    let memory: UnsafeMutablePointer<Float>
    let shape: Shape
    let order: [Int]
    let copy: UnsafeMutablePointer<Float>

    var fileDims: [Int] { order.map { shape[$0] } }
    /// Whether memory and file have the axes in the same order.
    var isInOrder: Bool { shape.rank < 2 || order == Array(0..<shape.rank) }
  }

  /// A stretch of the trainer's memory that one thread copies.
  private struct Piece {
    let from: UnsafeMutablePointer<Float>
    let to: UnsafeMutablePointer<Float>
    let count: Int
    /// The most floats: what was copied is still in the cache when it is looked at.
    static let limit = 1 << 14
  }

  private let items: [Item]
  private let pieces: [Piece]
  private let memory: [Buffer]
  private let staging: Buffer
  /// Room for one tensor while its axes change places.
  private let room: Buffer
  private let isFinite = Atomic(true)
  private var isArranged = true

  /// Takes memory for a copy of the trainer's state.
  init(_ trainer: Trainer) throws(Buffer.OutOfMemory) {
    let store = trainer.store
    memory = [store.values] + (store.averages.map { [$0] } ?? []) + trainer.actors.flatMap(\.slots)
    var starts: [Int] = []
    var end = 0
    for buffer in memory {
      starts.append(end)
      end = Store.aligned(end + buffer.count)
    }
    let staging = try Buffer(end)
    self.staging = staging
    pieces = zip(memory, starts).flatMap { Snapshot.pieces($0, staging.floats + $1) }
    let places = zip(memory, starts).map { ($0.floats, $0.count, staging.floats + $1) }
    items = Snapshot.tensors(of: trainer).map { name, memory, variable in
      let place = places.first { $0.0 <= memory && memory < $0.0 + $0.1 }
      return Item(
        name: name, memory: memory, shape: variable.shape,
        order: variable.layout.order(rank: variable.shape.rank),
        copy: place.map { $0.2 + (memory - $0.0) } ?? staging.floats)
    }
    room = try Buffer(items.filter { !$0.isInOrder }.map(\.shape.count).max() ?? 0)
  }

  private static func pieces(_ from: Buffer, _ to: UnsafeMutablePointer<Float>) -> [Piece] {
    stride(from: 0, to: from.count, by: Piece.limit).map { start in
      Piece(
        from: from.floats + start, to: to + start, count: min(Piece.limit, from.count - start))
    }
  }

  private static func tensors(of trainer: Trainer) -> [(
    name: String, memory: UnsafeMutablePointer<Float>, variable: Variable
  )] {
    let store = trainer.store
    var tensors: [(String, UnsafeMutablePointer<Float>?, Variable)] = store.variables.map {
      ($0.path, store.elements(of: $0).baseAddress, $0)
    }
    for network in trainer.experiment.networks where network.average != nil {
      tensors += trainer.experiment.parameters(of: [network.name]).map {
        ("average." + $0.path, store.average(of: $0)?.baseAddress, $0)
      }
    }
    for actor in trainer.actors {
      for (slot, buffer) in zip(actor.player.optimizer.slots, actor.slots) {
        let gradients = zip(actor.compiled.graph.gradients, actor.compiled.gradientOffsets)
        tensors += gradients.map { gradient, offset in
          let parameter = gradient.parameter
          let name = "optimizer.\(actor.player.name).\(slot).\(parameter.path)"
          return (name, buffer.floats + offset, parameter)
        }
      }
    }
    return tensors.compactMap { name, memory, variable in memory.map { (name, $0, variable) } }
  }
}

// MARK: - Taking

extension Snapshot {
  /// Touches the copy's memory, so that the system need not find it while a training waits.
  func prepare() { memset(staging.floats, 0, 4 * staging.count) }

  /// Copies the trainer as it is now; whether all numbers are finite. Nobody may look at the tensors
  /// of the last copy any more.
  func take() -> Bool {
    isArranged = false
    isFinite.store(true, ordering: .relaxed)
    parallel(pieces.count) { number in
      let piece = pieces[number]
      memcpy(piece.to, piece.from, 4 * piece.count)
      if !Snapshot.areFinite(piece.to, piece.count) {
        self.isFinite.store(false, ordering: .relaxed)
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  /// Whether no exponent has all bits set: such a one, plus one, carries into the sign's place.
  private static func areFinite(_ floats: UnsafePointer<Float>, _ count: Int) -> Bool {
    let words = UnsafeRawPointer(floats).assumingMemoryBound(to: UInt32.self)
    var carries: UInt32 = 0
    for index in 0..<count { carries |= (words[index] & 0x7f80_0000) &+ 0x0080_0000 }
    return carries & 0x8000_0000 == 0
  }

  /// The tensors as they were when they were taken; their bytes stay until they are taken again.
  func tensors() -> [Safetensors.Tensor] {
    if !isArranged {
      for item in items where !item.isInOrder {
        Snapshot.reorder(item, from: item.copy, to: room.floats, toFile: true)
        memcpy(item.copy, room.floats, 4 * item.shape.count)
      }
      isArranged = true
    }
    return items.map { item in
      Safetensors.Tensor(
        item.name, .float32, shape: item.fileDims,
        bytes: UnsafeRawBufferPointer(start: item.copy, count: 4 * item.shape.count))
    }
  }
}

// MARK: - Restoring

extension Snapshot {
  /// Fills the trainer from a checkpoint; throws where a tensor is missing or has another shape.
  func restore(_ checkpoint: Checkpoint) throws {
    isArranged = true
    for item in items {
      let tensor = checkpoint.file[item.name]
      guard let tensor, tensor.type == .float32, tensor.shape == item.fileDims else {
        let found = tensor.map { "as \($0.type.rawValue) \($0.shape)" } ?? "not at all"
        throw StorageError(
          "read", checkpoint.entry.path,
          .invalid("has `\(item.name)` \(found), not as \(item.fileDims)"))
      }
      try checkpoint.file.read(
        tensor,
        into: UnsafeMutableRawBufferPointer(start: item.copy, count: 4 * item.shape.count))
      if item.isInOrder {
        item.memory.update(from: item.copy, count: item.shape.count)
      } else {
        Snapshot.reorder(item, from: item.copy, to: item.memory, toFile: false)
      }
    }
  }

  /// Copies between memory's order of axes and the file's.
  private static func reorder(
    _ item: Item, from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>, toFile: Bool
  ) {
    let dims = item.fileDims.map { Int64($0) }
    let file = Shape(item.fileDims).strides.map { Int64($0) }
    let own = item.shape.strides
    let memory = item.order.map { Int64(own[$0]) }
    assay_copy_strided(
      to, from, Int32(item.shape.rank), dims, toFile ? file : memory, toFile ? memory : file)
  }
}
