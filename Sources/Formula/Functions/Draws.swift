import Graph
import Ops
import Tensor
import Text

extension Function {
  /// The functions that draw random numbers, anew at each update; each written one is a draw of its
  /// own.
  static let draws: [Function] = [
    Function(
      "normal", "normal(20), normal(1, 28, 28), normal(v), normal()",
      "standard normal numbers: of a shape, of v's shape, or one per example", 0...4, isDraw: true
    ) { application throws(Diagnostic) in
      try application.draw { stream, dims in Normal(stream: stream, dims) }
    },
    Function(
      "uniform", "uniform(20), uniform(1, 28, 28), uniform(v), uniform()",
      "numbers evenly from 0 up to 1: of a shape, of v's shape, or one per example", 0...4,
      isDraw: true
    ) { application throws(Diagnostic) in
      try application.draw { stream, dims in Uniform(stream: stream, dims) }
    },
  ]
}

extension Application {
  fileprivate func draw(_ op: (UInt64, [Int]) -> any Op) throws(Diagnostic) -> Typed {
    let shape = try drawnShape()
    guard let physical = Shape(checking: shape.physical(batch: batch).dims) else {
      throw problem("formula-size", "`\(name)` would draw too many numbers: \(shape) per example")
    }
    let drawn = op(stream(), physical.dims)
    return .examples(
      try build { graph throws(ShapeError) in try graph.add(drawn, []) }, shape)
  }

  private func drawnShape() throws(Diagnostic) -> ExampleShape {
    if arguments.isEmpty { return .number }
    if arguments.count == 1, case .quantity = arguments[0].typed { return try examples(0).1 }
    var dims: [Int] = []
    for index in arguments.indices { dims.append(try extent(index)) }
    return ExampleShape(dims)
  }
}
