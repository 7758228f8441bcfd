import Experiment
import Foundation
import Graph
import Ops
import Parts
import Tensor
import Testing

@testable import Run

/// Twins in PyTorch, `Goldens/twins.py`, that start from the same weights, batches and noise have
/// the same losses over ten steps.
@Suite struct TwinTests {
  private static let steps = 10

  private static func trainer(_ family: String) throws -> (Compiled, Trainer) {
    let compiled = try Compile.file(file(of: family), overrides: []).compiled
    let data = compiled.experiment.data
    return (compiled, try Trainer(compiled, data.load(matching: data.digests())))
  }

  @Test(arguments: families)
  func `ten losses of each player match those of its twin in PyTorch`(_ family: String) throws {
    if let folder = ProcessInfo.processInfo.environment["ASSAY_TWINS"] {
      try export(family, to: folder)
    }
    let bytes = try Data(contentsOf: URL(filePath: "\(testFolder)/Goldens/twins.json"))
    let twins = try JSONDecoder().decode([String: [String: [Double]]].self, from: bytes)
    let twin = try #require(twins[family])
    let (_, trainer) = try Self.trainer(family)
    #expect(Set(twin.keys) == Set(trainer.actors.map(\.player.name)))
    for step in 0..<Self.steps {
      try trainer.step()
      for actor in trainer.actors {
        let expected = try #require(twin[actor.player.name])[step]
        let error = abs(Double(actor.loss) - expected)
        #expect(
          error <= 1e-4 * max(1, abs(expected)),
          "\(family), \(actor.player.name) at step \(step): \(actor.loss), twin \(expected)")
      }
    }
  }

  /// Writes what a twin needs, `FAMILY.safetensors`: the first weights by their names in
  /// checkpoints, and for each update `STEP.PLAYER.UPDATE.x`, `.label` and `.draw.N` as they lie in
  /// memory, images channels last.
  private func export(_ family: String, to folder: String) throws {
    let (compiled, trainer) = try Self.trainer(family)
    let snapshot = try Snapshot(trainer)
    _ = snapshot.take()
    var values = snapshot.tensors().map { ($0.name, $0.shape, [UInt8]($0.bytes)) }
    for step in 0..<Self.steps {
      var taken = 0
      for (player, actor) in zip(compiled.players, trainer.actors) {
        for update in 0..<player.player.updates {
          let name = "\(step).\(player.player.name).\(update)"
          if compiled.experiment.takesBatch(player.player) {
            values += batch(trainer.clock.batches + taken, of: trainer, name)
            taken += 1
          }
          let moment = Moment(
            seed: compiled.experiment.seed, update: UInt32(actor.updates + update))
          values += try draws(player.graph.graph, moment, name)
        }
      }
      try trainer.step()
    }
    try values.withTensors { try Safetensors.write($0, to: "\(folder)/\(family).safetensors") }
  }

  private typealias Exported = (name: String, shape: [Int], bytes: [UInt8])

  private func batch(_ number: Int, of trainer: Trainer, _ name: String) -> [Exported] {
    let batch = trainer.batches.batch
    trainer.inputs.load(number, of: trainer.batches)
    let shape = trainer.experiment.data.form.shape.physical(batch: batch)
    let x = UnsafeRawBufferPointer(trainer.inputs.examples(batch))
    let label = Shape([batch], .int32)
    let labels = UnsafeBufferPointer(
      start: Operand(trainer.memory(of: Leaf(.input, "label", label)), label).integers,
      count: batch)
    let classes = labels.map { Float($0) }.withUnsafeBytes { Array($0) }
    return [("\(name).x", shape.dims, [UInt8](x)), ("\(name).label", [labels.count], classes)]
  }

  private func draws(_ graph: Graph, _ moment: Moment, _ name: String) throws -> [Exported] {
    try graph.nodes.filter { $0.op is Normal || $0.op is Uniform }.enumerated().map { index, node in
      let memory = try Buffer(node.shape.count)
      node.op.kernel([], Operand(memory.floats, node.shape))(moment)
      let bytes = UnsafeRawBufferPointer(start: memory.floats, count: 4 * node.shape.count)
      return ("\(name).draw.\(index)", node.shape.dims, [UInt8](bytes))
    }
  }
}

extension [(String, [Int], [UInt8])] {
  /// Calls `body` with the values as tensors that lie still.
  fileprivate func withTensors(_ body: ([Safetensors.Tensor]) throws -> Void) throws {
    let memory = map { value in
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: value.2.count, alignment: 16)
      copy.copyBytes(from: value.2)
      return copy
    }
    defer { memory.forEach { $0.deallocate() } }
    try body(
      zip(self, memory).map { value, bytes in
        Safetensors.Tensor(
          value.0, .float32, shape: value.1, bytes: UnsafeRawBufferPointer(bytes))
      })
  }
}
