import Text
import YAML

/// One parameter of a sweep: a place of the experiment and the values that it can take.
public struct Axis: Sendable {
  /// The place: `train.optimizer.adam.rate`.
  public let path: String
  /// Where the path is written.
  public let span: Span
  /// The names of the path.
  public let names: [Override.Name]
  /// The values.
  public let domain: Domain
  /// What must hold of a point for the axis to have a value; nil for nothing.
  public let condition: Condition?
  /// Where the values are written.
  public let valueSpan: Span
  /// Of a list, what each value is to conditions.
  private let meanings: [Condition.Value]
  /// Of a list, the number of the first value that reads the same as each.
  private let firsts: [Int]

  /// An axis whose path is `entry`'s key.
  init(
    path: String, span: Span, domain: Domain, condition: Condition? = nil, valueSpan: Span
  ) {
    self.path = path
    self.span = span
    self.domain = domain
    self.condition = condition
    self.valueSpan = valueSpan
    names = Axis.names(path, span)
    guard case .list(let values) = domain else {
      (meanings, firsts) = ([], [])
      return
    }
    meanings = values.map(Condition.Value.init)
    var known: [Node.Scalar: Int] = [:]
    var mappings: [Int] = []
    firsts = values.enumerated().map { number, value in
      if let scalar = value.scalar {
        let first = known[scalar] ?? number
        known[scalar] = first
        return first
      }
      let first = mappings.first { values[$0] == value }
      if first == nil { mappings.append(number) }
      return first ?? number
    }
  }

  /// The same axis under a condition.
  func under(_ condition: Condition?) -> Axis {
    Axis(path: path, span: span, domain: domain, condition: condition, valueSpan: valueSpan)
  }

  /// What a coordinate is to conditions.
  func meaning(of coordinate: Coordinate) -> Condition.Value {
    switch coordinate {
    case .choice(let index): meanings.indices.contains(index) ? meanings[index] : .truth(false)
    case .number(let value): .number(value)
    }
  }

  /// What kind of values the axis has, as conditions see them.
  var kind: Condition.Kind {
    guard let first = meanings.first?.kind else { return .number }
    return meanings.allSatisfy { $0.kind == first } ? first : .several
  }

  /// The names between the dots, each with its own place if the path stands as it is.
  private static func names(_ path: String, _ span: Span) -> [Override.Name] {
    let text = SpannedText(path, in: span, from: span.text.hasPrefix(path) ? nil : span.lower + 1)
    var start = 0
    return path.split(separator: ".", omittingEmptySubsequences: false).map { name in
      let range = start..<start + name.utf8.count
      start = range.upperBound + 1
      return Override.Name(String(name), at: text.span(of: range))
    }
  }

  /// The value at a coordinate, as the experiment's file would have it.
  public func node(at coordinate: Coordinate) -> Node {
    switch (domain, coordinate) {
    case (.list(let values), .choice(let index)): values[min(index, values.count - 1)]
    case (_, .number(let value)): .number(value, at: valueSpan)
    case (.interval(let interval), .choice(let index)):
      .number(interval.value(step: index), at: valueSpan)
    }
  }

  /// The coordinate of a value by its number, for axes whose values can be counted. Values that
  /// read the same have one coordinate.
  func coordinate(number: Int) -> Coordinate {
    switch domain {
    case .list: .choice(firsts[number])
    case .interval(let interval): .number(interval.value(step: number))
    }
  }
}
