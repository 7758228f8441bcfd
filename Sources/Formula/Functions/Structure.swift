import Graph
import Ops
import Tensor
import Text

extension Function {
  /// The functions that join values or say where gradients flow.
  static let structure: [Function] = [
    Function(
      "concat", "concat(a, b)", "a and b side by side: along features, or an image's channels",
      2...8
    ) { application throws(Diagnostic) in try application.concatenation() },
    Function(
      "stop", "stop(v)", "v as a constant: no gradient flows through it", 1...1,
      scalar: { $0[0] }
    ) { application throws(Diagnostic) in try application.elementwise(StopGradient()) },
    Function(
      "gradient", "gradient(v, a)",
      "the derivative of v's sum over the batch with respect to a, of a's shape", 2...2
    ) { application throws(Diagnostic) in try application.gradient() },
    Function(
      "average", "average(network)(v)", "the network with its averaged weights, called on v", 1...1
    ) { application throws(Diagnostic) in
      throw application.problem(
        "formula-type", "`average` takes a network", at: application.arguments[0],
        help: "write `average(network)(v)`")
    },
  ]
}

extension Application {
  fileprivate func concatenation() throws(Diagnostic) -> Typed {
    let (first, shape) = try examples(0)
    var values = [first]
    var channels = shape.channels
    for index in arguments.indices.dropFirst() {
      let (value, other) = try examples(index)
      guard other.rank == shape.rank, other.dims.dropFirst() == shape.dims.dropFirst() else {
        throw doNotFit(
          "`concat` cannot put \(other) beside \(shape)",
          note: "all axes but the first must be equal")
      }
      values.append(value)
      channels += other.channels
    }
    let joined = try build { graph throws(ShapeError) in
      try graph.add(Concatenate(axis: shape.channelAxis), values)
    }
    return .examples(joined, ExampleShape([channels] + shape.dims.dropFirst()))
  }

  fileprivate func gradient() throws(Diagnostic) -> Typed {
    let (v, a) = (try quantity(0), try quantity(1))
    let gradient = try build { graph throws(ShapeError) in
      try graph.gradients(of: v.value, to: [a.value])[0]
    }
    if let gradient { return .quantity(Quantity(gradient, a.shape)) }
    let depends = try build { graph throws(ShapeError) in graph.depends(v.value, on: a.value) }
    let (value, place) = (arguments[0].expression, arguments[1].expression)
    throw problem(
      "formula-gradient",
      "`\(value)` does not depend on `\(place)`" + (depends ? " in a differentiable way" : ""),
      related: labels,
      note: depends
        ? "no gradient flows through `stop`, `sign`, `floor` and `accuracy`"
        : "`gradient(v, a)` needs the very `a` that v was computed from; give it a `let` name")
  }
}

extension ExampleShape {
  /// The axis of features or channels in memory.
  var channelAxis: Int { isImage ? 3 : 1 }
}
