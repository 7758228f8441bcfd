import CKernels
import Graph
import Tensor
import Testing

@testable import Plan

/// The tests force code paths and thread counts, so they run one after another.
@Suite(.serialized) struct FuseTests {
  private static let operations: [Pointwise] = [
    .add, .add, .multiply, .multiply, .negate, .tanh, .relu, .greater,
    Pointwise(ASSAY_SUBTRACT, arity: 2), Pointwise(ASSAY_DIVIDE, arity: 2),
    Pointwise(ASSAY_MAXIMUM, arity: 2), Pointwise(ASSAY_SELECT, arity: 3),
    Pointwise(ASSAY_FMA, arity: 3), Pointwise(ASSAY_EXP, arity: 1),
    Pointwise(ASSAY_COPY, arity: 1), Pointwise(ASSAY_POWER_INTEGER, 3, arity: 1),
    Pointwise(ASSAY_POWER_INTEGER, 1, arity: 1), Pointwise(ASSAY_SQUARE, arity: 1),
  ]

  /// A random graph of elementwise ops over tensors that broadcast, with views and ops that are not
  /// elementwise between them.
  private static func randomGraph(_ seed: UInt64, _ space: [Int], nodes: Int) throws
    -> (Graph, [Root])
  {
    var choices = Choices(seed)
    let graph = Graph()
    let row = space.dropLast().map { _ in 1 } + [space[space.count - 1]]
    let column = [space[0]] + space.dropFirst().map { _ in 1 }
    var values = try [
      graph.leaf(.input, "x", Shape(space)), graph.leaf(.parameter, "row", Shape(row)),
      graph.leaf(.input, "column", Shape(column)), graph.leaf(.scalar, "beta", .scalar),
      graph.constant(1), graph.constant(-0.0), graph.add(Constant(0.5, Shape(space))),
    ]
    for _ in 0..<nodes {
      let kind = choices.below(12)
      if kind == 0 {
        let shape = Shape(choices.pick([space, row, column]))
        let inputs = [choices.pick(values), choices.pick(values)]
        let blend = try graph.add(Blend(count: shape.count), inputs)
        values.append(try graph.add(View(dims: shape.dims), blend))
      } else {
        let op = choices.pick(operations)
        let recent = choices.below(3) == 0 ? values : Array(values.suffix(6))
        values.append(try graph.add(op, (0..<op.arity).map { _ in choices.pick(recent) }))
      }
    }
    let picked = (0..<choices.below(4) + 1).map { _ in choices.pick(values) }
    let roots = ([values[values.count - 1]] + picked).enumerated()
    return (graph, roots.map { Root("root\($0)", $1) })
  }

  @Test(arguments: 1...80) func fusedGraphsKeepTheirBits(seed: Int) throws {
    let spaces = [[6, 5], [2, 3, 4, 5], [64, 9], [3, 2, 2, 2, 3, 2]]
    let (graph, roots) = try Self.randomGraph(
      UInt64(seed), spaces[seed % spaces.count], nodes: 10 + seed)
    let expected = try reference(graph, roots)
    var draft = Draft(graph, roots: roots)
    for pass in Pipeline.passes {
      draft = pass.run(draft)
      #expect(draft.check() == [], "after \(pass.name)")
    }
    #expect(try results(Program(draft)) == expected)
  }

  @Test(arguments: 1...12) func fusedSumsKeepTheirBits(seed: Int) throws {
    var choices = Choices(UInt64(seed))
    let graph = Graph()
    let shape = Shape([4096 + 300 * seed, 16])
    var values = try [
      graph.leaf(.input, "x", shape), graph.leaf(.parameter, "row", Shape([1, 16])),
    ]
    var sums: [Value] = []
    for _ in 0..<16 {
      let op = choices.pick(Self.operations)
      let value = try graph.add(op, (0..<op.arity).map { _ in choices.pick(values) })
      values.append(value)
      guard graph.shape(value) == shape && choices.below(2) == 0 else { continue }
      sums.append(try graph.add(Total(), value))
      values.append(sums[sums.count - 1])
    }
    let roots = (sums + [values[values.count - 1]]).enumerated().map { Root("root\($0)", $1) }
    #expect(try results(Program(graph, roots: roots)) == reference(graph, roots))
  }

  @Test func whatIsOnlySummedIsNeverWritten() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8192, 32]))
    let y = try graph.add(Pointwise.multiply, x, x)
    let program = try Program(graph, roots: [Root("sum", graph.add(Total(), y))])
    #expect(program.calls.count == 1)
    #expect(program.arena == 32)
    #expect(program.calls[0].covers.count == 2)
  }

  @Test func aSumOfFewRowsIsAKernelOfItsOwn() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([64, 32]))
    let y = try graph.add(Pointwise.multiply, x, x)
    #expect(try Program(graph, roots: [Root("sum", graph.add(Total(), y))]).calls.count == 2)
  }

  @Test func whatACheapStepGivesIsComputedAgainWhereItsInputsLiveOn() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([64]))
    func build(_ op: Pointwise) throws -> Program {
      let kept = try graph.add(Blend(count: 64), x)
      let made = try graph.add(op, kept)
      let between = try graph.add(Blend(count: 64, factor: 2), made)
      let late = try graph.add(Pointwise.multiply, made, graph.add(Blend(count: 64), between))
      return try Program(graph, roots: [Root("y", graph.add(Pointwise.multiply, late, kept))])
    }
    let cheap = try build(.relu)
    #expect(cheap.arena == 3 * 64)
    #expect(cheap.calls.map { $0.work.attributes.split(separator: ",").count }.last == 3)
    #expect(try build(.tanh).arena == 4 * 64)
  }

  @Test func neitherThreadsNorPathsChangeTheBitsOfAFusedPass() throws {
    let (graph, roots) = try Self.randomGraph(99, [300, 130], nodes: 60)
    let program = Program(graph, roots: roots)
    let expected = try reference(graph, roots)
    defer {
      assay_path_force(Int32(ASSAY_PATH_COUNT.rawValue))
      assay_threads_set(1)
    }
    for path in (0..<Int32(ASSAY_PATH_COUNT.rawValue)).filter(assay_path_available) {
      assay_path_force(path)
      for threads: Int32 in [1, 2, 3, 8] {
        assay_threads_set(threads)
        #expect(try results(program, runs: 1) == expected, "path \(path), \(threads) threads")
      }
    }
  }

  @Test func aChainBecomesOnePassThatWritesItsLastResultAlone() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([8, 4]))
    let bias = try graph.leaf(.parameter, "bias", Shape([1, 4]))
    let sum = try graph.add(Pointwise.add, x, bias)
    let y = try graph.add(Pointwise.multiply, graph.add(Pointwise.tanh, sum), sum)
    let program = Program(graph, roots: [Root("y", y)])
    #expect(program.calls.count == 1)
    #expect(program.calls[0].inputs.count == 2)
    #expect(program.arena == 32)
  }

  @Test func aPassNeverWaitsForItself() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([16]))
    let first = try graph.add(Pointwise.tanh, x)
    let outside = try graph.add(Blend(count: 16), first)
    let last = try graph.add(Pointwise.add, first, outside)
    let program = Program(graph, roots: [Root("y", last)])
    #expect(program.calls.map(\.covers).map { $0.map(\.value) } == [[first], [outside], [last]])
  }

  @Test func aMaskIsMadeInTheGradientThatUsesIt() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([16]))
    let h = try graph.add(Blend(count: 16), x)
    let r = try graph.add(Pointwise.relu, h)
    let mask = try graph.add(Pointwise.greater, r, graph.constant(0))
    let dy = try graph.add(Blend(count: 16), r, h)
    let dx = try graph.add(Pointwise.multiply, dy, mask)
    let program = Program(graph, roots: [Root("dx", dx)])
    #expect(program.calls.map(\.covers.count) == [1, 1, 1, 2])
    #expect(program.calls[3].covers.map(\.value) == [mask, dx])
  }

  @Test func aResultTakesTheMemoryOfAnInputThatDies() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([64]))
    let h = try graph.add(Blend(count: 64), x)
    let y = try graph.add(Pointwise.tanh, h)
    let z = try graph.add(Blend(count: 64), y)
    #expect(Program(graph, roots: [Root("y", y)]).arena == 64)
    #expect(Program(graph, roots: [Root("z", z), Root("h", h)]).arena == 3 * 64)
  }

  @Test func groupsBeyondTheLimitsOfAPassAreSplit() throws {
    let graph = Graph()
    let leaves = try (0..<40).map { try graph.leaf(.input, "x\($0)", Shape([8])) }
    var sum = leaves[0]
    var roots: [Root] = []
    for (number, leaf) in leaves.dropFirst().enumerated() {
      sum = try graph.add(Pointwise.add, sum, leaf)
      if number % 3 == 0 { roots.append(Root("sum\(number)", sum)) }
    }
    roots.append(Root("sum", sum))
    let program = Program(graph, roots: roots)
    #expect(program.calls.count == 3)
    #expect(try results(program) == reference(graph, roots))
  }

  @Test func workOnNumbersIsDoneWhenTheProgramIsPlanned() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([4]))
    let two = try graph.add(Constant(2, Shape([4])))
    let three = try graph.add(Pointwise.add, two, graph.constant(1))
    let y = try graph.add(Pointwise.multiply, x, three)
    let program = Program(graph, roots: [Root("y", y)])
    #expect(program.setup.map(\.work.attributes) == ["3.0"])
    #expect(program.calls.count == 1)
  }

  @Test func onlyWhatChangesNoBitIsLeftOut() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([4]))
    func calls(_ op: Pointwise, _ inputs: [Value]) throws -> Int {
      let y = try graph.add(op, inputs)
      let z = try graph.add(Blend(count: 4), y)
      return Program(graph, roots: [Root("z", z)]).calls.count
    }
    let (zero, minusZero) = (try graph.constant(0), try graph.constant(-0.0))
    let one = try graph.add(Constant(1, Shape([4])))
    #expect(try calls(.multiply, [x, one]) == 1)
    #expect(try calls(.multiply, [one, x]) == 1)
    #expect(try calls(.add, [x, minusZero]) == 1)
    #expect(try calls(.add, [x, zero]) == 2)
    #expect(try calls(Pointwise(ASSAY_SUBTRACT, arity: 2), [x, zero]) == 1)
    #expect(try calls(Pointwise(ASSAY_SUBTRACT, arity: 2), [x, minusZero]) == 2)
    #expect(try calls(Pointwise(ASSAY_DIVIDE, arity: 2), [x, one]) == 1)
    #expect(try calls(Pointwise(ASSAY_DIVIDE, arity: 2), [one, x]) == 2)
    #expect(try calls(.negate, [graph.add(Pointwise.negate, x)]) == 1)
    #expect(try calls(.multiply, [x, zero]) == 2)
  }
  @Test func twoSignsCancelThroughAViewOnlyWhereShapesFit() throws {
    let graph = Graph()
    let x = try graph.leaf(.input, "x", Shape([4, 2]))
    let flat = try graph.add(View(dims: [8]), graph.add(Pointwise.negate, x))
    let y = try graph.add(Pointwise.tanh, graph.add(Pointwise.negate, flat))
    let roots = [Root("y", y)]
    #expect(try results(Program(graph, roots: roots)) == reference(graph, roots))
  }
}
