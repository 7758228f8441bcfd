import Graph
import Tensor

/// Compositions that gradient rules, formulas and layers share.
extension Graph {
  /// The gradients of y's sum with respect to each of `targets`, nil for a target that `y` does not
  /// depend on.
  public func gradients(of y: Value, to targets: [Value]) throws(ShapeError) -> [Value?] {
    let ones = try add(Constant(1, shape(y)))
    return try gradients(of: y, seed: ones, to: targets)
  }

  /// The gradients of `sum(seed * y)` with respect to each of `targets`; `seed` has y's shape.
  public func gradients(of y: Value, seed: Value, to targets: [Value])
    throws(ShapeError) -> [Value?]
  {
    try gradients(of: y, seed: seed, to: targets) { (a: Value, b: Value) throws(ShapeError) in
      try self.add(Add(), a, b)
    }
  }

  /// `v` times a number.
  public func scale(_ v: Value, by factor: Float) throws(ShapeError) -> Value {
    try add(Multiply(), v, constant(factor))
  }

  /// The sum over `axes`, which keep the extent 1; `v` itself where there is nothing to add up.
  public func sum(_ v: Value, _ axes: Range<Int>) throws(ShapeError) -> Value {
    axes.isEmpty ? v : try add(Sum(axes), v)
  }

  /// The mean over `axes`, which keep the extent 1: the sum times 1/count, rounded once to float.
  public func mean(_ v: Value, _ axes: Range<Int>) throws(ShapeError) -> Value {
    let sum = try sum(v, axes)
    let count = shape(v).count / shape(sum).count
    return count == 1 ? sum : try scale(sum, by: Float(1 / Double(count)))
  }

  /// The adjoint of broadcasting from `target`: sums along the axes that repeat.
  public func reduce(_ v: Value, to target: Shape) throws(ShapeError) -> Value {
    let source = shape(v)
    if source.dims == target.dims { return v }
    if target.rank == 0 {
      return try add(Reshape([]), sum(v, 0..<source.rank))
    }
    var result = v
    var axis = 0
    while axis < source.rank {
      let first = axis
      while axis < source.rank && target[axis] == 1 { axis += 1 }
      let repeats = (first..<axis).contains { source[$0] != 1 }
      if repeats { result = try sum(result, first..<axis) }
      axis += 1
    }
    return result
  }

  /// `v` where `condition` is not 0, the number `other` elsewhere.
  func select(_ condition: Value, _ v: Value, else other: Float) throws(ShapeError) -> Value {
    try add(Select(), condition, v, constant(other))
  }

  /// The number `other` where `condition` is not 0, `v` elsewhere.
  func select(_ condition: Value, _ other: Float, else v: Value) throws(ShapeError) -> Value {
    try add(Select(), condition, constant(other), v)
  }
}
