import Parts
import Text
import YAML

/// Hyperband (Li et al. 2018; brackets and decisions as Optuna's): each point belongs to one of
/// several ladders of successive halving, which begin at different rungs.
public struct Hyperband: Pruner {
  /// The name in files.
  public static let kind = "hyperband"
  /// One line for `assay describe`.
  public static let summary = "successive halving from several first rungs on (Li et al. 2018)"
  let first: Duration
  let longest: Duration?
  let factor: Int
  let bootstrap: Int
  /// What stands before a point's number where its bracket is drawn.
  var name = "sweep"

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    first = fields.duration("min", "the first rung", default: Duration(1, .epochs))
    longest = fields.optionalDuration("max", "the length of a run; that of the experiment")
    factor = fields.int(
      "factor", "one of so many goes on, for so many times as long", in: 2...1000, default: 3)
    bootstrap = fields.int(
      "bootstrap", "runs that are ended at each rung before any goes on", in: 0..., default: 0)
  }

  init(first: Duration, longest: Duration?, factor: Int, bootstrap: Int, name: String) {
    self.first = first
    self.longest = longest
    self.factor = factor
    self.bootstrap = bootstrap
    self.name = name
  }

  /// The pruner for runs of a length.
  public func fitted(to steps: Duration, at place: Place) throws(Diagnostic) -> any Pruner {
    guard (longest ?? steps).unit == first.unit else {
      throw Diagnostic(
        "mixed-units",
        "`min` is \(first), but `\(longest == nil ? "train.steps" : "max")` is \(longest ?? steps)",
        at: place.span(of: longest == nil ? "min" : "max"),
        help: "write `max` in \(first.unit.rawValue), as a run has them")
    }
    guard (longest ?? steps).count >= first.count else {
      throw Diagnostic(
        "out-of-range", "a run of \(longest ?? steps) is over before the first rung of \(first)",
        at: place.span(of: "min"))
    }
    return Hyperband(
      first: first, longest: longest ?? steps, factor: factor, bootstrap: bootstrap, name: name)
  }

  /// The rows that reach a rung of the point's ladder are reported.
  public func judges(_ row: Row, of point: Int, after reported: [Row]) -> Bool {
    ladder(of: point).judges(row, after: reported)
  }

  /// Whether the trial is left behind at a rung of its ladder.
  public func prunes(
    _ number: Int, at row: Row, _ value: Double, _ goal: Goal, _ history: History
  ) -> Bool {
    guard let own = history[number] else { return false }
    let bracket = bracket(of: own.point)
    let trials = history.peers(of: number).filter { self.bracket(of: $0.point) == bracket }
    return ladder(of: own.point).prunes(number, at: row, value, goal, history, among: trials)
  }

  private func ladder(of point: Int) -> Ladder {
    Ladder(first: first, factor: factor, skipped: bracket(of: point), bootstrap: bootstrap)
  }

  /// How many brackets there are: the rungs of the longest ladder.
  private var brackets: Int {
    var count = 1
    var rung = first.count
    while let longest, rung <= longest.count / factor {
      rung *= factor
      count += 1
    }
    return count
  }

  /// The bracket of a point: brackets have room in proportion to ⌈B f^s / (s + 1)⌉ with s = B - 1 -
  /// bracket, and a checksum of the point's number says where in it a point lies.
  private func bracket(of point: Int) -> Int {
    let count = brackets
    let rooms = (0..<count).map { bracket -> UInt64 in
      let s = count - 1 - bracket
      let power = (0..<s).reduce(UInt64(1)) { product, _ in product &* UInt64(factor) }
      return (UInt64(count) &* power + UInt64(s)) / UInt64(s + 1)
    }
    var place = UInt64(CRC32.checksum("\(name)_\(point)".utf8)) % rooms.reduce(0, +)
    for (bracket, room) in rooms.enumerated() {
      if place < room { return bracket }
      place -= room
    }
    return count - 1
  }
}

/// The checksum of zlib and PNG: CRC-32 with the polynomial 0x04C11DB7, bits reflected.
enum CRC32 {
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
