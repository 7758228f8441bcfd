/// The numeric contract: what decides every bit of every result.
///
/// A port to another chip or backend gives the same bits if it keeps these rules.
///
/// 1. **Results are functions of inputs and shapes.** Never of the number of threads, the width of
///    vectors, the size of caches, addresses or time.
/// 2. **Arithmetic** is IEEE 754 binary32 and binary64, round to nearest, subnormals kept: add,
///    subtract, multiply, divide, square root, conversions, and the fused multiply-add where a
///    header writes `fma`. Nothing is contracted or reassociated.
/// 3. **Products and convolutions** (`matmul.h`, `conv.h`): each output is a chain
///    `s = fma(a, b, s)` ascending in k within chunks of 512, each from 0; the chunks' sums are added
///    to 0 in ascending order. A convolution's k runs over (kh, kw, channel); that of a data gradient
///    over the taps of the pixel's parity phase; that of a weight gradient over (n, oh, ow). What
///    lies outside an image is left out of the chain, but counts where chunks begin.
/// 4. **Reductions** (`reduce.h`): double precision, one order that depends on the length alone,
///    rounded once.
/// 5. **Elementary functions** (`math.inc` in single, `scalar.h` in double precision) are the
///    project's own; no library's.
/// 6. **Elementwise chains** (`elementwise.h`): each element by itself, one rounding an instruction.
/// 7. **Random numbers** (`random.h`): Philox4x32-10 of (seed; block, update, stream), the stream
///    the hash of a path in the experiment (`Stream`).
/// 8. **Optimisers** (`optimizer.h`): each parameter by itself, one rounding an operation.
/// 9. **Gradients** are added at each node in descending order of its users, then of their inputs
///    (`Graph.gradients`).
public enum Numerics {
  /// Raised whenever any bit of any result changes; part of every run's identity.
  ///
  /// 2: what lies outside an image is left out of convolutions, where a zero stood for it, and no
  /// product ends as -0. That is faster, and an infinite weight at the padding gives no NaN. Only
  /// results with infinite numbers, or with zeros that underflowed, differ from those of version 1.
  ///
  /// 3: a metric takes each mean over all examples of its set, added up in double precision in
  /// their order, with noise that belongs to the example, so that its value depends on no batch's
  /// size; what stands around the means is computed once, in double precision. What a player only
  /// records moves no statistics and takes no batch. Weights of runs that recorded nothing of the
  /// kind are those of version 2.
  public static let version = 3
}
