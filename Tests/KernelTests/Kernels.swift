import CKernels
import Testing

/// All kernel tests. They force code paths and thread counts of the whole process, so they run one
/// after another: each family is an extension.
@Suite(.serialized) enum Kernels {}

/// The paths this machine can run, the reference (`generic`) first.
let availablePaths = (0..<Int32(ASSAY_PATH_COUNT.rawValue)).filter(assay_path_available)

/// The paths that are meant for work: all but `generic`, whose fused multiply-add is a library call.
let fastPaths = availablePaths.filter { $0 != Int32(ASSAY_PATH_GENERIC.rawValue) }

/// The thread counts that every kernel is tried with.
let threadCounts: [Int32] = [1, 2, 3, 8]

/// Runs `body` on a code path and a number of threads, then restores the defaults.
func withKernels<Result>(
  path: Int32? = nil, threads: Int32 = 1, _ body: () throws -> Result
) rethrows -> Result {
  assay_path_force(path ?? Int32(ASSAY_PATH_COUNT.rawValue))
  assay_threads_set(threads)
  defer {
    assay_path_force(Int32(ASSAY_PATH_COUNT.rawValue))
    assay_threads_set(1)
  }
  return try body()
}

/// The result of `body` for each configuration (path and threads) must have the expected bits.
func expectSameBits(
  _ expected: [Float], paths: [Int32] = fastPaths, threads: [Int32] = threadCounts,
  _ subject: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () -> [Float]
) {
  for path in paths {
    for count in threads {
      let result = withKernels(path: path, threads: count, body)
      let configuration =
        "\(subject) on \(String(cString: assay_path_name(path))), \(count) threads"
      expectBits(result, expected, configuration, sourceLocation: sourceLocation)
    }
  }
}

/// Two arrays must be equal bit by bit; any NaN equals any other (its payload is not promised).
func expectBits(
  _ result: [Float], _ expected: [Float], _ subject: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.count == expected.count, "\(subject)", sourceLocation: sourceLocation)
  for (index, pair) in zip(result, expected).enumerated()
  where pair.0.bitPattern != pair.1.bitPattern && !(pair.0.isNaN && pair.1.isNaN) {
    Issue.record(
      "\(subject): element \(index) is \(pair.0), expected \(pair.1)",
      sourceLocation: sourceLocation)
    return
  }
}

/// `count` numbers in -1 ..< 1 from a seed, the same everywhere (SplitMix64, upper 24 bits).
func numbers(_ count: Int, seed: UInt64) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    word ^= word >> 31
    return Float(word >> 40) * 0x1p-23 - 1
  }
}
