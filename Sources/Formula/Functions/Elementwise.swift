import CKernels
import Graph
import Ops
import Text

extension Function {
  /// The functions that work element by element.
  static let elementwise: [Function] = [
    unary("exp", "e to the power v", Exponential()) { assay_exp($0) },
    unary("log", "the natural logarithm", Logarithm()) { assay_log($0) },
    unary("sqrt", "the square root; its gradient at 0 is 0", SquareRoot()) { $0.squareRoot() },
    unary("abs", "the absolute value; its gradient at 0 is 0", Absolute(), assumes: [.difference]) {
      abs($0)
    },
    unary("square", "v times v", Square(), assumes: [.difference]) { $0 * $0 },
    unary("sign", "-1, 0 or 1; it has no gradient", Sign()) { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) },
    unary("floor", "the largest whole number up to v; no gradient", Floor()) { $0.rounded(.down) },
    unary("sin", "the sine of v radians", Sine()) { assay_sin($0) },
    unary("cos", "the cosine of v radians", Cosine()) { assay_cos($0) },
    unary("tanh", "the hyperbolic tangent", Tanh()) { assay_tanh($0) },
    unary("sigmoid", "1 / (1 + exp(-v))", Sigmoid()) { 1 / (1 + assay_exp(-$0)) },
    unary("softplus", "log(1 + exp(v))", Softplus()) { softplus($0) },
    unary("log_sigmoid", "log(sigmoid(v)) = -softplus(-v)", LogSigmoid(), assumes: [.logits]) {
      -softplus(-$0)
    },
    unary("relu", "max(v, 0)", ReLU()) { $0 < 0 ? 0 : $0 },
    unary("erf", "the error function", ErrorFunction()),
    binary("min", "the smaller of two values", Minimum()) { Swift.min($0, $1) },
    binary("max", "the larger of two values", Maximum()) { Swift.max($0, $1) },
    Function(
      "clamp", "clamp(v, low, high)", "v, but at least `low` and at most `high`", 3...3,
      scalar: { Swift.min(Swift.max($0[0], $0[1]), $0[2]) }
    ) { application throws(Diagnostic) in
      let (v, low) = (try application.quantity(0), try application.quantity(1))
      let raised = try application.fitted(v, low) { graph, v, low throws(ShapeError) in
        try graph.add(Maximum(), v, low)
      }
      return try application.elementwise(raised, application.quantity(2)) {
        graph, v, high throws(ShapeError) in try graph.add(Minimum(), v, high)
      }
    },
    Function(
      "lerp", "lerp(a, b, t)", "a + t (b - a): from a at t = 0 to b at t = 1", 3...3,
      scalar: { $0[0] + $0[2] * ($0[1] - $0[0]) }
    ) { application throws(Diagnostic) in
      let (a, b) = (try application.quantity(0), try application.quantity(1))
      let way = try application.fitted(b, a) { graph, b, a throws(ShapeError) in
        try graph.add(Subtract(), b, a)
      }
      let step = try application.fitted(application.quantity(2), way) {
        graph, t, way throws(ShapeError) in try graph.add(Multiply(), t, way)
      }
      return try application.elementwise(a, step) { graph, a, step throws(ShapeError) in
        try graph.add(Add(), a, step)
      }
    },
  ]

  private static func unary(
    _ name: String, _ summary: String, _ op: any Op, assumes: [Assumption] = [],
    _ scalar: (@Sendable (Double) -> Double)? = nil
  ) -> Function {
    var onNumbers: (@Sendable (UnsafeBufferPointer<Double>) -> Double)?
    if let scalar { onNumbers = { scalar($0[0]) } }
    return Function(name, "\(name)(v)", summary, 1...1, assumes: assumes, scalar: onNumbers) {
      application throws(Diagnostic) in try application.elementwise(op)
    }
  }

  private static func binary(
    _ name: String, _ summary: String, _ op: any Op,
    _ scalar: @escaping @Sendable (Double, Double) -> Double
  ) -> Function {
    Function(name, "\(name)(a, b)", summary, 2...2, scalar: { scalar($0[0], $0[1]) }) {
      application throws(Diagnostic) in try application.elementwise(op)
    }
  }

  /// log(1 + exp(v)) without overflow.
  private static func softplus(_ v: Double) -> Double {
    Swift.max(v, 0) + assay_log(1 + assay_exp(-abs(v)))
  }
}
