import Text
import YAML

/// The place of a point on one axis.
public enum Coordinate: Hashable, Sendable {
  /// The number of a value in the axis's list, from 0.
  case choice(Int)
  /// A number of an interval.
  case number(Double)
}

/// Values for the axes of a space. Points of one space are equal where they set the same values.
public struct Point: Hashable, Sendable {
  /// One for each axis, in their order; nil where the axis's condition does not hold, so that the
  /// experiment keeps its own value.
  public let coordinates: [Coordinate?]
}

/// A value that a point gives to a place of the experiment.
public struct Setting: Sendable {
  /// The axis's path, as in `train.optimizer.adam.rate`.
  public let path: String
  /// The value, with the place where the sweep has it from.
  public let value: Node
}

extension Space {
  /// What a point sets, in the order of the axes.
  public func settings(of point: Point) -> [Setting] {
    zip(axes, point.coordinates).compactMap { axis, coordinate in
      coordinate.map { Setting(path: axis.path, value: axis.node(at: $0)) }
    }
  }

  /// A point in one line, as overrides would have it: `data.batch=64 train.steps=500`.
  public func text(of point: Point) -> String {
    settings(of: point).map { "\($0.path)=\($0.value.inlineText)" }.joined(separator: " ")
  }

  /// The experiment at a point: its tree with the point's values and another seed, and without the
  /// sweep. Throws where the tree has no such place.
  public func experiment(
    _ root: Node, at point: Point, seed: UInt64
  ) throws(Diagnostic) -> Node {
    var tree = Node(
      .mapping((root.entries ?? []).filter { $0.key != "sweep" }), at: root.span)
    for (axis, coordinate) in zip(axes, point.coordinates) {
      guard let coordinate else { continue }
      tree = try Override(axis.names, setTo: axis.node(at: coordinate)).applied(to: tree)
    }
    let name = Override.Name("seed", at: tree["seed"]?.span ?? root.span)
    return try Override([name], setTo: .int(seed, at: name.span)).applied(to: tree)
  }

  /// A point for a record: its values by path. Of a list, the number of the value says which.
  public func json(of point: Point) -> JSON {
    var members: [String: JSON] = [:]
    for (axis, coordinate) in zip(axes, point.coordinates) {
      switch coordinate {
      case .choice(let index): members[axis.path] = ["choice": .integer(Int64(index))]
      case .number(let value): members[axis.path] = .number(value)
      case nil: break
      }
    }
    return .object(members)
  }

  /// The point that a record holds; nil if it is none of this space.
  public func point(_ json: JSON) -> Point? {
    guard case .object(let members) = json,
      members.keys.allSatisfy({ path in axes.contains { $0.path == path } })
    else { return nil }
    var coordinates: [Coordinate?] = []
    for axis in axes {
      guard let member = members[axis.path] else {
        coordinates.append(nil)
        continue
      }
      guard let coordinate = axis.coordinate(member) else { return nil }
      coordinates.append(coordinate)
    }
    return Point(coordinates: coordinates)
  }
}

extension Axis {
  fileprivate func coordinate(_ json: JSON) -> Coordinate? {
    switch (domain, json) {
    case (.list(let values), .object(let members)):
      guard case .integer(let index) = members["choice"], values.indices.contains(Int(index))
      else { return nil }
      return .choice(Int(index))
    case (.interval, .integer(let value)): return .number(Double(value))
    case (.interval, .number(let value)): return .number(value)
    default: return nil
    }
  }
}

extension Node {
  /// The node on one line, as an override or a message has it.
  public var inlineText: String {
    scalar?.text ?? json.text.replacing("\"", with: "")
  }
}
