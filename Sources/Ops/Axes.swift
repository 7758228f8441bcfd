import Tensor

/// How ops that work along axes see a shape.
extension Shape {
  /// The shape with extent 1 along `axes`.
  func collapsing(_ axes: Range<Int>) -> Shape {
    Shape(dims.indices.map { axes.contains($0) ? 1 : dims[$0] }, element)
  }

  /// The shape with another extent along one axis.
  func replacing(_ axis: Int, by extent: Int) -> Shape {
    Shape(dims.indices.map { $0 == axis ? extent : dims[$0] }, element)
  }

  /// The number of elements before, along and after `axes`, as kernels take them.
  func split(around axes: Range<Int>) -> (outer: Int64, length: Int64, inner: Int64) {
    func count(_ range: Range<Int>) -> Int64 { Int64(dims[range].reduce(1, *)) }
    return (count(0..<axes.lowerBound), count(axes), count(axes.upperBound..<rank))
  }

  /// The tensor as rows of what lies within one place before `axis`: neighbours in memory.
  func rows(at axis: Int) -> (count: Int, length: Int) {
    let length = dims[axis...].reduce(1, *)
    return (count / length, length)
  }
}
