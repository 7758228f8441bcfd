import Run
import Text
import YAML

extension SweepPlan {
  /// Provisional.
  public var metric: (name: String, goal: CheckpointStore.Goal)? { nil }
  /// Provisional.
  public func trial(_ k: Int, _ state: SweepState) throws -> Trial { section.trial(k) }
  /// Provisional.
  public func trial(_ k: Int, recorded: SweepState.Running) throws -> Trial { section.trial(k) }
}
extension SweepState {
  /// Provisional.
  public init(_ plan: SweepPlan) { self.init(count: plan.count) }
}

/// Provisional.
public struct SweepSection {
  static let version = 1
  let axes: [(String, [String])]
  let seeds: [UInt64]
  let resolved: Node
  var canonical: Node { resolved }
  var count: Int { axes.reduce(1) { $0 * $1.1.count } * max(1, seeds.count) }
  static func take(from root: Node, overrides: [String], _ problems: Problems) -> (
    SweepSection?, Node, [String]
  ) {
    let bare = Node(.mapping((root.entries ?? []).filter { $0.key != "sweep" }), at: root.span)
    guard let sweep = root["sweep"] else { return (nil, bare, overrides) }
    let axes = (sweep["parameters"]?.entries ?? []).map { entry in
      (entry.key, (entry.value.items ?? []).compactMap { $0.scalar?.text })
    }
    let seeds = (sweep["seeds"]?.items ?? []).compactMap { UInt64($0.scalar?.text ?? "") }
    return (SweepSection(axes: axes, seeds: seeds, resolved: sweep), bare, overrides)
  }
  /// Provisional.
  public func trial(_ k: Int) -> SweepPlan.Trial {
    var rest = k / max(1, seeds.count)
    var values: [String: String] = [:]
    for (path, list) in axes.reversed() {
      values[path] = list[rest % list.count]
      rest /= list.count
    }
    return .init(number: k, seed: seeds.isEmpty ? nil : seeds[k % seeds.count], values: values)
  }
}
