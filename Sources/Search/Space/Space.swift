import Text
import YAML

/// The points that a sweep chooses from: its axes, which of them go together, and what must hold
/// between them.
public struct Space: Sendable {
  /// The axes, in the order of the file.
  public let axes: [Axis]
  /// Axes by number that are chosen together: one each, or a group of lists of one length.
  public let dimensions: [Dimension]
  /// What must hold of each point.
  public let constraints: [Condition]
  /// The axes in an order in which each comes after those that its condition names.
  let order: [Int]

  /// Axes that take their values together.
  public struct Dimension: Sendable {
    /// The axes by number; the first one stands for all.
    public let axes: [Int]
  }

  /// How many combinations there are, conditions and constraints left out of account; nil where
  /// there is no end to them, `Int.max` for more than an `Int` holds.
  public var combinations: Int? {
    var product = 1
    for dimension in dimensions {
      guard let count = domain(of: dimension).count else { return nil }
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: count)
      product = isTooLarge ? .max : next
    }
    return product
  }

  /// The values that the axes of a dimension are chosen from.
  func domain(of dimension: Dimension) -> Domain { axes[dimension.axes[0]].domain }

  /// The point with one coordinate for each dimension: axes whose condition does not hold have
  /// none. Nil if the point violates a constraint.
  func point(_ chosen: [Coordinate]) -> Point? {
    var coordinates = [Coordinate?](repeating: nil, count: axes.count)
    for (dimension, coordinate) in zip(dimensions, chosen) {
      for axis in dimension.axes {
        guard case .choice(let index) = coordinate else {
          coordinates[axis] = coordinate
          continue
        }
        coordinates[axis] = axes[axis].coordinate(number: index)
      }
    }
    for axis in order {
      guard let condition = axes[axis].condition else { continue }
      if condition.holds(axes, coordinates) != true { coordinates[axis] = nil }
    }
    let isAllowed = constraints.allSatisfy { $0.holds(axes, coordinates) != false }
    return isAllowed ? Point(coordinates: coordinates) : nil
  }

  /// The point at a place of the unit cube, which has one number for each dimension; nil if it
  /// violates a constraint.
  func point(atUnit place: [Double]) -> Point? {
    point(zip(dimensions, place).map { domain(of: $0).coordinate(at: $1) })
  }
}
