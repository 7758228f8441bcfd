/// An axis of a study as the values that were tried, in order: what counts is which value is the
/// greater one, not by how much, so an axis needs no scale.
struct Levels: Sendable {
  /// The number of each trial's value among the distinct values, numbers rising before texts.
  let ranks: [Int]
  /// The share of the trials that have each value.
  let weights: [Double]

  /// The axis of the values that some trials have; "" for one that has none.
  init(_ texts: [String]) {
    func number(_ text: String) -> Double { Double(text) ?? .infinity }
    let distinct = Set(texts).sorted {
      let (a, b) = (number($0), number($1))
      return a == b || a.isNaN || b.isNaN ? $0 < $1 : a < b
    }
    let places = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    ranks = texts.map { places[$0] ?? 0 }
    var counts = [Int](repeating: 0, count: distinct.count)
    for rank in ranks { counts[rank] += 1 }
    weights = counts.map { Double($0) / Double(texts.count) }
  }
}

/// Places in an order.
enum Ranks {
  /// The place of each value among all, from 0 at the least to 1 at the greatest; equal values have
  /// their mean place.
  static func of(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0.5, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      let place = Double(start + end - 1) / 2 / Double(max(1, values.count - 1))
      for index in order[start..<end] { ranks[index] = place }
      start = end
    }
    return ranks
  }

  /// The correlation of two lists of ranks (Spearman's, -1...1); 0 where one does not vary.
  static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (a, b) = (of(a), of(b))
    let (meanA, meanB) = (Estimate(a).mean ?? 0, Estimate(b).mean ?? 0)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
