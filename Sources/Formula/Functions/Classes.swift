import Graph
import Ops
import Tensor
import Text

extension Function {
  /// The functions of labels.
  static let classes: [Function] = [
    Function(
      "cross_entropy", "cross_entropy(logits, label)",
      "per example, -log_softmax(logits) at the label", 2...2, assumes: [.logits]
    ) { application throws(Diagnostic) in try application.crossEntropy() },
    Function(
      "accuracy", "accuracy(logits, label)", "per example, 1 if the largest logit is the label's",
      2...2
    ) { application throws(Diagnostic) in
      let (logits, oneHot) = try application.logitsAndTarget()
      let hit = try application.build { graph throws(ShapeError) in
        let classes = graph.shape(logits)[1]
        let guess = try graph.add(OneHot(classes), graph.add(ArgMax(axis: 1), logits))
        return try graph.sum(graph.add(Multiply(), guess, oneHot), 1..<2)
      }
      return .examples(hit, .number)
    },
    Function("one_hot", "one_hot(label, n)", "n numbers: 1 at the label, 0 elsewhere", 2...2) {
      application throws(Diagnostic) in
      let count = try application.extent(1)
      return .examples(try application.oneHot(0, count), ExampleShape([count]))
    },
  ]
}

extension Application {
  fileprivate func crossEntropy() throws(Diagnostic) -> Typed {
    let (logits, oneHot) = try logitsAndTarget()
    let shape = try examples(0).1
    let logProbability = try logSoftmax(logits, shape)
    let loss = try build { graph throws(ShapeError) in
      let picked = try graph.sum(graph.add(Multiply(), oneHot, logProbability), 1..<2)
      return try graph.add(Negate(), picked)
    }
    return .examples(loss, .number)
  }

  /// Argument 0 as logits, a feature for each class, and argument 1 as the one-hot target.
  fileprivate func logitsAndTarget() throws(Diagnostic) -> (Value, Value) {
    let (logits, shape) = try examples(0)
    guard shape.rank == 1 else {
      throw problem(
        "formula-shape", "`\(name)` needs a logit for each class, but receives \(shape)",
        at: arguments[0])
    }
    return (logits, try oneHot(1, shape.channels))
  }

  /// Argument `index`, labels, as one-hot vectors of `count` numbers.
  fileprivate func oneHot(_ index: Int, _ count: Int) throws(Diagnostic) -> Value {
    let (label, classes) = try label(index)
    guard count >= classes else {
      throw problem(
        "formula-shape",
        "`\(name)` has room for \(count) \(count == 1 ? "class" : "classes"), "
          + "but there are \(classes)", at: arguments[1 - index])
    }
    return try build { graph throws(ShapeError) in try graph.add(OneHot(count), label) }
  }
}
