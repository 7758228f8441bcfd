import Graph
import Tensor

extension Draft {
  /// Makes one pass of elementwise steps that run over one space and depend on each other, or read
  /// the same tensor: what they pass on stays in the nearest cache, and what they share is read
  /// once.
  func fuse() -> Draft {
    let stages = Stages(self)
    var result = self
    var made: [(step: Step, last: Int)] = []
    for group in groups(stages) {
      if stages.spaces[group[0]] == nil {
        made.append((steps[group[0]], group[0]))
      } else {
        made += passes(of: group, stages)
      }
    }
    result.steps = Self.inOrder(made.sorted { $0.last < $1.last }.map(\.step))
    return result
  }

  /// The most nodes that one pass takes.
  private static var longest: Int { 64 }

  /// The steps' numbers, those of one pass together, each group in ascending order.
  private func groups(_ stages: Stages) -> [[Int]] {
    var leaders = Array(steps.indices)
    func leader(_ step: Int) -> Int {
      var step = step
      while leaders[step] != step {
        leaders[step] = leaders[leaders[step]]
        step = leaders[step]
      }
      return step
    }
    var readers: [Reading: Int] = [:]
    for (index, step) in steps.enumerated() {
      guard let space = stages.spaces[index] else { continue }
      for use in step.inputs {
        var others: [Int] = []
        if let maker = stages.makers[use.value] { others.append(maker) }
        if use.shape.dims == space {
          let reading = Reading(value: use.value, stage: stages.stages[index], space: space)
          others.append(readers[reading, default: index])
          readers[reading] = index
        }
        for other in others where stages.areTogether(other, index) {
          leaders[leader(index)] = leader(other)
        }
      }
    }
    return Dictionary(grouping: steps.indices, by: leader).values.sorted { $0[0] < $1[0] }
  }

  /// A tensor of the size of a space, read there in one stage.
  private struct Reading: Hashable {
    let value: Value
    let stage: Int
    let space: [Int]
  }

  /// A group as fused steps, as few as the limits of a pass allow, each with the number of the last
  /// step that it holds.
  private func passes(of group: [Int], _ stages: Stages) -> [(step: Step, last: Int)] {
    var result: [(step: Step, last: Int)] = []
    var rest = group[...]
    while let first = rest.first {
      var best: (step: Step, count: Int)?
      for count in counts(from: rest.prefix(Self.longest), stages).reversed() {
        let members = rest.prefix(count)
        let fusion = Fusion(
          members: members.map { steps[$0] }, wanted: wanted(from: members, stages))
        if let step = fusion.step() {
          best = (step, count)
          break
        }
      }
      let (step, count) = best ?? (steps[first], 1)
      result.append((step, rest[rest.startIndex + count - 1]))
      rest = rest.dropFirst(count)
    }
    return result
  }

  /// How many of `members`, from the first on, read and write no more tensors than a pass can.
  private func counts(from members: ArraySlice<Int>, _ stages: Stages) -> [Int] {
    var (inside, made) = (Set<Int>(), Set<Value>())
    var inputs: Set<Use> = []
    // The users of each member's result that stand outside so far.
    var open: [Int: Int] = [:]
    var counts: [Int] = []
    for member in members {
      for use in steps[member].inputs where !made.contains(use.value) { inputs.insert(use) }
      for maker in Set(steps[member].inputs.compactMap { stages.makers[$0.value] })
      where inside.contains(maker) && !stages.isRoot[maker] {
        if let rest = open[maker] { open[maker] = rest > 1 ? rest - 1 : nil }
      }
      inside.insert(member)
      made.formUnion(steps[member].outputs.map(\.value))
      let users = stages.users[member].count
      if users > 0 || stages.isRoot[member] { open[member] = users }
      if inputs.count <= ElementwiseProgram.maximumInputs,
        (1...ElementwiseProgram.maximumOutputs).contains(open.count)
      {
        counts.append(inside.count)
      }
    }
    return counts
  }

  /// The values of `members` that other steps or roots read.
  private func wanted(from members: ArraySlice<Int>, _ stages: Stages) -> Set<Value> {
    let inside = Set(members)
    let read = members.filter { member in
      stages.isRoot[member] || !stages.users[member].allSatisfy(inside.contains)
    }
    return Set(read.flatMap { steps[$0].outputs.map(\.value) })
  }

  /// The steps in the order given, but for those that must come earlier for others to read them.
  private static func inOrder(_ steps: [Step]) -> [Step] {
    var makers: [Value: Int] = [:]
    for (index, step) in steps.enumerated() {
      for use in step.outputs { makers[use.value] = index }
    }
    var isDone = [Bool](repeating: false, count: steps.count)
    var result: [Step] = []
    for index in steps.indices {
      var open = [index]
      while let next = open.last {
        let missing = steps[next].inputs.lazy.compactMap { makers[$0.value] }.first { !isDone[$0] }
        if let missing {
          open.append(missing)
          continue
        }
        open.removeLast()
        if isDone[next] { continue }
        isDone[next] = true
        result.append(steps[next])
      }
    }
    return result
  }
}
