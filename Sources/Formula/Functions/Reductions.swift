import Graph
import Ops
import Tensor
import Text

extension Function {
  /// The functions that bring many values down to one.
  static let reductions: [Function] = [
    Function("sum", "sum(v)", "per example, the sum over all other axes", 1...1) {
      application throws(Diagnostic) in
      let (v, shape) = try application.examples(0)
      return .examples(try application.sum(v, shape), .number)
    },
    Function(
      "norm", "norm(v)", "per example, sqrt(sum(v^2)); its gradient at 0 is 0", 1...1,
      assumes: [.difference]
    ) { application throws(Diagnostic) in
      let (v, shape) = try application.examples(0)
      let squares = try application.build { graph throws(ShapeError) in
        try graph.add(Square(), v)
      }
      let sum = try application.sum(squares, shape)
      let norm = try application.build { graph throws(ShapeError) in
        try graph.add(SquareRoot(), sum)
      }
      return .examples(norm, .number)
    },
    Function(
      "mean", "mean(v)", "a scalar: the mean over everything, the batch included", 1...1,
      scalar: { $0[0] }
    ) { application throws(Diagnostic) in
      let v = try application.quantity(0)
      guard v.shape != nil else { return .quantity(v) }
      return .scalar(
        try application.build { graph throws(ShapeError) in
          let mean = try graph.mean(v.value, 0..<graph.shape(v.value).rank)
          return try graph.add(Reshape([]), mean)
        })
    },
  ]
}

extension Application {
  /// The sum of each example's values, as a number per example.
  func sum(_ v: Value, _ shape: ExampleShape) throws(Diagnostic) -> Value {
    if shape == .number { return v }
    return try build { graph throws(ShapeError) in
      let sum = try graph.sum(v, 1..<graph.shape(v).rank)
      return graph.shape(sum).rank == 2 ? sum : try graph.add(Reshape([batch, 1]), sum)
    }
  }
}
