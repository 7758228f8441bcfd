import CKernels
import Experiment
import Graph
import Parts
import Tensor

/// What a checkpoint holds of a trainer: every variable, averages, the optimisers' slots; each in the
/// order of axes in which PyTorch's files have it.
struct Snapshot {
  /// One tensor of the trainer and its place in the file.
  private struct Item {
    let name: String
    let memory: UnsafeMutablePointer<Float>
    let shape: Shape
    let order: [Int]
    /// Its place in the staging memory.
    let offset: Int

    var fileDims: [Int] { order.map { shape[$0] } }
  }

  private let trainer: Trainer
  private let items: [Item]
  private let staging: Buffer

  /// Takes memory to reorder the trainer's tensors in.
  init(_ trainer: Trainer) throws(Buffer.OutOfMemory) {
    self.trainer = trainer
    var items: [Item] = []
    var end = 0
    func add(_ name: String, _ memory: UnsafeMutablePointer<Float>?, _ variable: Variable) {
      guard let memory else { return }
      let order = variable.layout.order(rank: variable.shape.rank)
      items.append(
        Item(name: name, memory: memory, shape: variable.shape, order: order, offset: end))
      end += variable.shape.count
    }
    let store = trainer.store
    for variable in store.variables {
      add(variable.path, store.elements(of: variable).baseAddress, variable)
    }
    for network in trainer.experiment.networks where network.average != nil {
      for variable in trainer.experiment.parameters(of: [network.name]) {
        add("average." + variable.path, store.average(of: variable)?.baseAddress, variable)
      }
    }
    for actor in trainer.actors {
      for (slot, buffer) in zip(actor.player.optimizer.slots, actor.slots) {
        let gradients = zip(actor.compiled.graph.gradients, actor.compiled.gradientOffsets)
        for ((parameter, _), offset) in gradients {
          let name = "optimizer.\(actor.player.name).\(slot).\(parameter.path)"
          add(name, buffer.floats + offset, parameter)
        }
      }
    }
    self.items = items
    staging = try Buffer(end)
  }

  /// The tensors as they are now; their bytes stay until the next call.
  func tensors() -> [Safetensors.Tensor] {
    items.map { item in
      let out = staging.floats + item.offset
      copy(item, from: item.memory, to: out, toFile: true)
      return Safetensors.Tensor(
        item.name, .float32, shape: item.fileDims,
        bytes: UnsafeRawBufferPointer(start: out, count: 4 * item.shape.count))
    }
  }

  /// Fills the trainer from a checkpoint; throws where a tensor is missing or has another shape.
  func restore(_ checkpoint: Checkpoint) throws {
    for item in items {
      let tensor = checkpoint.file[item.name]
      guard let tensor, tensor.type == .float32, tensor.shape == item.fileDims else {
        let found = tensor.map { "as \($0.type.rawValue) \($0.shape)" } ?? "not at all"
        throw StorageError(
          "read", checkpoint.entry.path,
          .invalid("has `\(item.name)` \(found), not as \(item.fileDims)"))
      }
      let out = staging.floats + item.offset
      try checkpoint.file.read(
        tensor, into: UnsafeMutableRawBufferPointer(start: out, count: 4 * item.shape.count))
      copy(item, from: out, to: item.memory, toFile: false)
    }
  }

  /// Copies between memory's order of axes and the file's.
  private func copy(
    _ item: Item, from: UnsafeMutablePointer<Float>, to: UnsafeMutablePointer<Float>, toFile: Bool
  ) {
    let rank = item.shape.rank
    guard rank > 1, item.order != Array(0..<rank) else {
      to.update(from: from, count: item.shape.count)
      return
    }
    let dims = item.fileDims.map { Int64($0) }
    let file = Shape(item.fileDims).strides.map { Int64($0) }
    let own = item.shape.strides
    let memory = item.order.map { Int64(own[$0]) }
    assay_copy_strided(
      to, from, Int32(rank), dims, toFile ? file : memory, toFile ? memory : file)
  }
}
