import Foundation
import Graph
import Tensor
import Testing

@testable import Ops

@Suite struct AllOpsTests {
  @Test func everyFileOfAnOpIsInTheList() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Ops").standardized
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    let written = files.compactMap { $0 as? String }
      .filter { $0.contains("/") && $0.hasSuffix(".swift") }
      .map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
    #expect(written.sorted() == allOps.map { "\($0)" }.sorted())
  }

  @Test func namesAreUniqueAndReadWell() {
    let names = allOps.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(ConvInputGradient.name == "conv_input_gradient")
    #expect(MatMul.name == "matmul" && ReLU.name == "relu")
  }

  @Test func everyOpHasExamplesOfItself() {
    for op in allOps {
      #expect(!op.examples.isEmpty, "\(op)")
      #expect(op.examples.allSatisfy { type(of: $0.op) == op }, "\(op)")
    }
  }

  @Test(arguments: Case.all)
  func wrongNumbersOfInputsAreRefused(example: Case) throws {
    let shapes = example.example.inputs.map(\.shape)
    if example.example.op.name == "concatenate" { return }
    #expect(throws: ShapeError.self) { try example.example.op.shape(shapes + [.scalar]) }
    if !shapes.isEmpty {
      #expect(throws: ShapeError.self) { try example.example.op.shape(shapes.dropLast()) }
    }
  }
}
