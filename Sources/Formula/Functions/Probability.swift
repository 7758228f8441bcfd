import Graph
import Ops
import Tensor
import Text

extension Function {
  /// The functions of probabilities.
  static let probability: [Function] = [
    Function(
      "softmax", "softmax(logits)", "exp(v) / sum(exp(v)) over features, or an image's channels",
      1...1
    ) { application throws(Diagnostic) in
      let (v, shape) = try application.examples(0)
      return .examples(
        try application.build { graph throws(ShapeError) in
          let (_, exps, sum) = try graph.stableExponentials(v, shape.channelAxis)
          let shares = try graph.add(Divide(), exps, sum)
          graph.declare(shares, .unit)
          return shares
        }, shape)
    },
    Function(
      "log_softmax", "log_softmax(logits)", "log(softmax(logits))", 1...1, assumes: [.logits]
    ) { application throws(Diagnostic) in
      let (v, shape) = try application.examples(0)
      return .examples(try application.logSoftmax(v, shape), shape)
    },
    Function(
      "bce", "bce(logits, target)",
      "element by element, binary cross-entropy with logits: softplus(l) - l t", 2...2,
      assumes: [.logits, .unit]
    ) { application throws(Diagnostic) in
      try application.elementwise(application.quantity(0), application.quantity(1)) {
        graph, logit, target throws(ShapeError) in
        let softplus = try graph.add(Softplus(), logit)
        return try graph.add(Subtract(), softplus, graph.add(Multiply(), logit, target))
      }
    },
    Function(
      "kl", "kl(mean, log_var)",
      "per example, KL from N(0, 1): 0.5 sum(mean^2 + exp(log_var) - 1 - log_var)",
      2...2
    ) { application throws(Diagnostic) in try application.divergence() },
  ]
}

extension Application {
  /// log_softmax over the channel axis.
  func logSoftmax(_ v: Value, _ shape: ExampleShape) throws(Diagnostic) -> Value {
    try build { graph throws(ShapeError) in
      let (shifted, _, sum) = try graph.stableExponentials(v, shape.channelAxis)
      return try graph.add(Subtract(), shifted, graph.add(Logarithm(), sum))
    }
  }

  fileprivate func divergence() throws(Diagnostic) -> Typed {
    let terms = try fitted(quantity(0), quantity(1)) { graph, mean, logVar throws(ShapeError) in
      let square = try graph.add(Square(), mean)
      let sum = try graph.add(Add(), square, graph.add(Exponential(), logVar))
      return try graph.add(
        Subtract(), graph.add(Subtract(), sum, graph.constant(1)), logVar)
    }
    guard let shape = terms.shape else {
      throw problem("formula-type", "`kl` needs values for each example, but these are scalars")
    }
    let sum = try sum(terms.value, shape)
    let half = try build { graph throws(ShapeError) in try graph.scale(sum, by: 0.5) }
    return .examples(half, .number)
  }
}

extension Graph {
  /// v minus its maximum along an axis, its exponential, and the sum of that: the largest
  /// exponential is 1, so nothing overflows.
  fileprivate func stableExponentials(_ v: Value, _ axis: Int) throws(ShapeError)
    -> (shifted: Value, exponentials: Value, sum: Value)
  {
    let axes = axis..<axis + 1
    let maximum = try add(StopGradient(), add(MaxReduce(axes), v))
    let shifted = try add(Subtract(), v, maximum)
    let exponentials = try add(Exponential(), shifted)
    return (shifted, exponentials, try sum(exponentials, axes))
  }
}
