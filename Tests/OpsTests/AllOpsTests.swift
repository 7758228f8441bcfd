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

  @Test func operationsCountMultiplicationsAndAdditions() throws {
    func operations(_ op: any Op, _ inputs: Shape...) throws -> Int {
      op.operations(inputs, try op.shape(inputs))
    }
    #expect(try operations(MatMul(), Shape([64, 784]), Shape([784, 256])) == 2 * 64 * 784 * 256)
    #expect(
      try operations(MatMul(transposeA: true), Shape([64, 784]), Shape([64, 256]))
        == 2 * 64 * 784 * 256)
    let window = Window(5, stride: 2, padding: 2)
    let geometry = ConvGeometry(
      image: 28, inputChannels: 4, outputChannels: 8, window: window, groups: 2)
    let products = 10 * 14 * 14 * 8 * 5 * 5 * 2
    let (x, w, y) = (geometry.input(10), geometry.weights, geometry.output(10))
    #expect(try operations(Convolution(geometry), x, w) == 2 * products)
    #expect(try operations(ConvInputGradient(geometry), y, w) == 2 * products)
    #expect(try operations(ConvWeightGradient(geometry), x, y) == 2 * products)
    #expect(try operations(Sum(0..<1), Shape([64, 3])) == 192)
    #expect(try operations(Reshape([192]), Shape([64, 3])) == 0)
  }
}
