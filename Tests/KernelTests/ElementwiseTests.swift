import CKernels
import Foundation
import Testing

/// An instruction of `elementwise.h`.
private func instruction(
  _ code: assay_elementwise_code, to destination: Int, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0,
  immediate: Float = 0
) -> assay_instruction {
  assay_instruction(
    code: UInt16(code.rawValue), destination: UInt16(destination), a: UInt16(a), b: UInt16(b),
    c: UInt16(c), immediate: immediate)
}

/// An input: its numbers and its step along each of the four dimensions.
private struct Input {
  var values: [Float]
  var strides: [Int64]
}

/// A program over a space, run through the C interface: its outputs, then the sums of the rows, of
/// length `columns`, of the operands `summed`; nil if it is not valid.
private func run(
  _ code: [assay_instruction], over dims: [Int], _ inputs: [Input], outputs: Int = 1,
  temporaries: Int = 0, summed: [UInt16] = [], columns: Int = 1
) -> [[Float]]? {
  let space = (dims + [1, 1, 1, 1]).prefix(4).map(Int64.init)
  let total = dims.reduce(1, *)
  let results = (0..<outputs).map { _ in
    UnsafeMutablePointer<Float>.allocate(capacity: max(total, 1))
  }
  let sources = inputs.map { input in
    let copy = UnsafeMutablePointer<Float>.allocate(capacity: max(input.values.count, 1))
    copy.initialize(from: input.values, count: input.values.count)
    return copy
  }
  let sums = summed.map { _ in UnsafeMutablePointer<Float>.allocate(capacity: columns) }
  defer { (results + sources + sums).forEach { $0.deallocate() } }
  let strides = inputs.flatMap { $0.strides }
  let valid = code.withUnsafeBufferPointer { code in
    strides.withUnsafeBufferPointer { strides in
      summed.withUnsafeBufferPointer { summed in
        var program = assay_elementwise(
          instructions: code.baseAddress, count: Int32(code.count), inputs: Int32(inputs.count),
          outputs: Int32(outputs), temporaries: Int32(temporaries),
          dims: (space[0], space[1], space[2], space[3]), strides: strides.baseAddress,
          summed: summed.baseAddress, sums: Int32(summed.count), columns: Int64(columns))
        guard assay_elementwise_valid(&program) else { return false }
        assay_elementwise(
          &program, results.map { $0 }, sources.map { UnsafePointer($0) }, sums.map { $0 })
        return true
      }
    }
  }
  guard valid else { return nil }
  return results.map { Array(UnsafeBufferPointer(start: $0, count: total)) }
    + sums.map { Array(UnsafeBufferPointer(start: $0, count: columns)) }
}

/// One code over contiguous operands.
private func apply(
  _ code: assay_elementwise_code, _ operands: [Float]..., immediate: Float = 0
) -> [Float] {
  let inputs = operands.map { Input(values: $0, strides: [1, 1, 1, 1]) }
  let indices = [0, 1, 2].map { $0 < operands.count ? $0 : 0 }
  let program = [
    instruction(
      code, to: operands.count, indices[0], indices[1], indices[2], immediate: immediate)
  ]
  // Only the first dimension is longer than 1, so only the first stride matters.
  return run(program, over: [operands[0].count], inputs)?[0] ?? []
}

/// Numbers at which functions have something to get wrong.
private let specials: [Float] = [
  0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 1.5, 88.7, 89, -87, -88, -103, -104, -110, 1e-30, -1e-30,
  .infinity, -.infinity, .nan, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
  .leastNormalMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3.14159265, 8.0, 9.4, 10,
  16_777_216, 0.99999994,
]

/// Every `step`-th bit pattern of float32.
private func patterns(step: Int) -> [Float] {
  stride(from: 0, to: 1 << 32, by: step).map { Float(bitPattern: UInt32($0)) }
}

/// The distance from the exact result in units of its last place.
private func error(_ result: Float, _ exact: Double) -> Double {
  let rounded = Float(exact)
  if exact.isNaN || result.isNaN { return exact.isNaN && result.isNaN ? 0 : .infinity }
  if rounded.isInfinite || result.isInfinite { return rounded == result ? 0 : .infinity }
  if exact == 0 { return result == 0 && result.sign == exact.sign ? 0 : .infinity }
  let exponent = max(exact.exponent, -126)
  return abs(Double(result) - exact) / Double(sign: .plus, exponent: exponent - 23, significand: 1)
}

private typealias Function = (
  code: assay_elementwise_code, ulp: Double, exact: @Sendable (Double) -> Double
)

private let softplus: @Sendable (Double) -> Double = { max($0, 0) + log1p(exp(-abs($0))) }

/// Elementary functions with the error that `elementwise.h` promises.
private let functions: [Function] = [
  (ASSAY_EXP, 1.1, { exp($0) }),
  (ASSAY_EXPM1, 1.5, { expm1($0) }),
  (ASSAY_LOG, 1.0, { log($0) }),
  (ASSAY_TANH, 2.5, { tanh($0) }),
  (ASSAY_SIGMOID, 2.4, { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }),
  (ASSAY_SOFTPLUS, 1.9, softplus),
  (ASSAY_LOG_SIGMOID, 1.9, { -softplus(-$0) }),
  (ASSAY_ERF, 1.1, { erf($0) }),
  (ASSAY_SIN, 1.7, { abs($0) <= 0x1p50 ? sin($0) : .nan }),
  (ASSAY_COS, 1.9, { abs($0) <= 0x1p50 ? cos($0) : .nan }),
]

private typealias Binary = @Sendable (Float, Float) -> Float

/// The two-operand codes as `elementwise.h` words them.
private let binaries: [(code: assay_elementwise_code, twin: Binary)] = [
  (ASSAY_ADD, { $0 + $1 }), (ASSAY_SUBTRACT, { $0 - $1 }), (ASSAY_MULTIPLY, { $0 * $1 }),
  (ASSAY_DIVIDE, { $0 / $1 }),
  (ASSAY_MAXIMUM, { $0.isNaN || $1.isNaN ? .nan : $0 > $1 ? $0 : $1 }),
  (ASSAY_MINIMUM, { $0.isNaN || $1.isNaN ? .nan : $0 < $1 ? $0 : $1 }),
  (ASSAY_GREATER, { $0 > $1 ? 1 : 0 }), (ASSAY_GREATER_EQUAL, { $0 >= $1 ? 1 : 0 }),
  (ASSAY_LESS, { $0 < $1 ? 1 : 0 }), (ASSAY_EQUAL, { $0 == $1 ? 1 : 0 }),
]

private typealias Unary = @Sendable (Float) -> Float

/// The exact one-operand codes as `elementwise.h` words them.
private let unaries: [(code: assay_elementwise_code, twin: Unary)] = [
  (ASSAY_COPY, { $0 }), (ASSAY_NEGATE, { -$0 }), (ASSAY_ABSOLUTE, { abs($0) }),
  (ASSAY_SIGN, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }), (ASSAY_FLOOR, { $0.rounded(.down) }),
  (ASSAY_SQUARE, { $0 * $0 }), (ASSAY_RECIPROCAL, { 1 / $0 }),
  (ASSAY_SQUARE_ROOT, { $0.squareRoot() }), (ASSAY_RELU, { $0 < 0 ? 0 : $0 }),
]

extension Kernels {
  @Suite struct Elementwise {
    @Test(arguments: functions.indices)
    func elementaryFunctionsKeepTheErrorTheyPromise(index: Int) {
      let function = functions[index]
      let arguments = patterns(step: 39_979) + specials
      let results = apply(function.code, arguments)
      for (argument, result) in zip(arguments, results) {
        let distance = error(result, function.exact(Double(argument)))
        guard distance <= function.ulp else {
          Issue.record("\(function.code) of \(argument): \(result) is \(distance) ulp off")
          return
        }
      }
    }

    @Test(arguments: functions.indices)
    func elementaryFunctionsGiveTheSameBitsOnEveryPath(index: Int) {
      let arguments = patterns(step: 799_999) + specials
      let code = functions[index].code
      let expected = withKernels(path: availablePaths[0]) { apply(code, arguments) }
      expectSameBits(expected, "\(code)") { apply(code, arguments) }
    }

    @Test func exactOperationsAreThoseOfIEEEArithmeticWithNaNAndZerosAsWorded() {
      let a = specials.flatMap { x in specials.map { _ in x } }
      let b = specials.flatMap { _ in specials }
      for path in availablePaths {
        withKernels(path: path) {
          for (code, twin) in binaries {
            expectBits(apply(code, a, b), zip(a, b).map(twin), "\(code) on \(path)")
          }
          for (code, twin) in unaries {
            expectBits(apply(code, a), a.map(twin), "\(code) on \(path)")
          }
          let c = b.reversed() as [Float]
          expectBits(
            apply(ASSAY_FMA, a, b, c), zip(zip(a, b), c).map { $1.addingProduct($0.0, $0.1) },
            "fused multiply-add")
          expectBits(
            apply(ASSAY_SELECT, a, b, c), zip(zip(a, b), c).map { $0.0 != 0 ? $0.1 : $1 },
            "select")
        }
      }
    }

    @Test func immediatesTakePartAsFloat32Operands() {
      let a = specials
      expectBits(apply(ASSAY_ADD_IMMEDIATE, a, immediate: 0.1), a.map { $0 + 0.1 }, "add")
      expectBits(apply(ASSAY_MULTIPLY_IMMEDIATE, a, immediate: 3), a.map { $0 * 3 }, "multiply")
      expectBits(apply(ASSAY_CONSTANT, a, immediate: -7), a.map { _ in -7 }, "constant")
      expectBits(
        apply(ASSAY_LEAKY_RELU, a, immediate: 0.2), a.map { $0 > 0 ? $0 : $0 * 0.2 }, "leaky ReLU")
    }

    @Test func integerPowersMultiplyInTheWrittenOrder() {
      let a = numbers(100, seed: 5) + specials
      func power(_ exponent: Float) -> [Float] {
        apply(ASSAY_POWER_INTEGER, a, immediate: exponent)
      }
      expectBits(power(0), a.map { _ in 1 }, "x^0")
      expectBits(power(1), a, "x^1")
      expectBits(power(2), a.map { $0 * $0 }, "x^2")
      expectBits(power(3), a.map { $0 * ($0 * $0) }, "x^3")
      expectBits(power(5), a.map { $0 * (($0 * $0) * ($0 * $0)) }, "x^5")
      expectBits(power(-2), a.map { 1 / ($0 * $0) }, "x^-2")
    }

    @Test(arguments: [
      [1, 1, 1, 1], [7, 1, 1, 1], [3, 5, 7, 1], [5, 3, 4, 9], [2, 300, 3, 1], [4, 700, 1, 1],
      [33, 600, 1, 1], [2, 1, 3, 3001],
    ])
    func anInputMayBeRepeatedAlongAnyDimensions(dims: [Int]) {
      let total = dims.reduce(1, *)
      // Every subset of the dimensions along which an input is stored, in storage order.
      for stored in 0..<16 {
        var strides: [Int64] = [0, 0, 0, 0]
        var size = 1
        for d in (0..<4).reversed() where stored >> d & 1 == 1 {
          strides[d] = Int64(size)
          size *= dims[d]
        }
        let values = numbers(size, seed: UInt64(stored))
        let full = numbers(total, seed: 99)
        var expected: [Float] = []
        expected.reserveCapacity(total)
        for flat in 0..<total {
          var rest = flat
          var offset = 0
          for d in (0..<4).reversed() {
            offset += rest % dims[d] * Int(strides[d])
            rest /= dims[d]
          }
          expected.append(full[flat] - values[offset])
        }
        let contiguous = [
          Int64(dims[1] * dims[2] * dims[3]), Int64(dims[2] * dims[3]), Int64(dims[3]), 1,
        ]
        expectSameBits(expected, threads: [1, 3], "stored along \(stored) of \(dims)") {
          run(
            [instruction(ASSAY_SUBTRACT, to: 2, 0, 1)], over: dims,
            [
              Input(values: full, strides: contiguous), Input(values: values, strides: strides),
            ])?[0] ?? []
        }
      }
    }

    @Test func anInputMayBeTransposed() {
      let (rows, columns) = (70, 45)
      let values = numbers(rows * columns, seed: 3)
      let result = run(
        [instruction(ASSAY_COPY, to: 1, 0)], over: [rows, columns],
        [Input(values: values, strides: [1, Int64(rows), 0, 0])])?[0]
      let expected = (0..<rows * columns).map { values[$0 / columns + $0 % columns * rows] }
      expectBits(result ?? [], expected, "transposed")
    }

    @Test(arguments: [1, 15, 16, 511, 513, 5000, 16_384, 100_003])
    func aChainWithSeveralOutputsGivesTheSameBitsForAnySplit(count: Int) {
      let x = numbers(count, seed: 1)
      let y = numbers(count, seed: 2)
      // first = tanh(x) y, second = (first + 1)^2 - x, through two temporaries
      let code = [
        instruction(ASSAY_TANH, to: 4, 0), instruction(ASSAY_MULTIPLY, to: 2, 4, 1),
        instruction(ASSAY_ADD_IMMEDIATE, to: 5, 2, immediate: 1),
        instruction(ASSAY_SQUARE, to: 5, 5), instruction(ASSAY_SUBTRACT, to: 3, 5, 0),
      ]
      func both() -> [Float] {
        let inputs = [x, y].map { Input(values: $0, strides: [1, 0, 0, 0]) }
        return (run(code, over: [count], inputs, outputs: 2, temporaries: 2) ?? []).flatMap { $0 }
      }
      let first = zip(apply(ASSAY_TANH, x), y).map { $0 * $1 }
      let second = zip(first, x).map { ($0 + 1) * ($0 + 1) - $1 }
      expectSameBits(first + second, "chain of \(count)") { both() }
    }

    @Test(arguments: [(1, 16), (700, 32), (5000, 16), (4100, 512), (9000, 64)])
    func rowsAreAddedUpAsTheReductionAddsThem(rows: Int, columns: Int) {
      let count = rows * columns
      let (x, y) = (numbers(count, seed: 1), numbers(count, seed: 2))
      func sum(_ tensor: [Float]) -> [Float] {
        var out = [Float](repeating: 7, count: columns)
        assay_reduce_sum(&out, tensor, 1, Int64(rows), Int64(columns))
        return out
      }
      // The product is written, the square of x is there for its sum alone.
      let code = [
        instruction(ASSAY_MULTIPLY, to: 2, 0, 1), instruction(ASSAY_SQUARE, to: 3, 0),
      ]
      let product = zip(x, y).map { $0 * $1 }
      let expected = product + sum(product) + sum(x.map { $0 * $0 })
      expectSameBits(expected, "\(rows) rows of \(columns)") {
        let inputs = [x, y].map { Input(values: $0, strides: [1, 0, 0, 0]) }
        return
          (run(code, over: [count], inputs, temporaries: 1, summed: [2, 3], columns: columns)
          ?? []).flatMap { $0 }
      }
    }

    @Test func onlyRowsThatFitBlocksAndOperandsThatAreWrittenCanBeAddedUp() {
      let input = Input(values: numbers(96, seed: 1), strides: [1, 0, 0, 0])
      let copy = instruction(ASSAY_COPY, to: 1, 0)
      func sums(_ operand: UInt16, _ columns: Int) -> [[Float]]? {
        run([copy], over: [96], [input], temporaries: 1, summed: [operand], columns: columns)
      }
      #expect(sums(1, 32) != nil)
      for columns in [0, 8, 24, 64, 1024] { #expect(sums(1, columns) == nil) }
      #expect(sums(0, 32) == nil && sums(2, 32) == nil && sums(9, 32) == nil)
    }

    @Test func aProgramThatReadsWhatWasNotWrittenOrExceedsTheLimitsIsNotValid() {
      let input = Input(values: [1], strides: [1, 1, 1, 1])
      let copy = instruction(ASSAY_COPY, to: 1, 0)
      #expect(run([copy], over: [1], [input]) != nil)
      #expect(run([instruction(ASSAY_COPY, to: 1, 2)], over: [1], [input], temporaries: 1) == nil)
      #expect(run([instruction(ASSAY_COPY, to: 0, 0)], over: [1], [input]) == nil)
      #expect(run([instruction(ASSAY_COPY, to: 1, 9)], over: [1], [input]) == nil)
      #expect(run([copy], over: [1], [input], outputs: 2) == nil)
      #expect(run([copy], over: [1], [input], temporaries: 25) == nil)
      #expect(run([], over: [1], [input]) == nil)
    }
  }
}
