/// A formula as a tree. Every node knows the bytes of the text that it was read from, so that a
/// message can put its caret under them.
public struct Expression: Sendable {
  /// What the node is.
  public let kind: Kind
  /// The bytes (UTF-8) of the formula's text that the node covers, its own parentheses left out.
  public let range: Range<Int>
  /// The number of levels below and with this one.
  public let height: Int

  /// The kinds of nodes.
  public indirect enum Kind: Sendable {
    /// A number as it was written; never negative, `-2` is a negation.
    case number(Double)
    /// `x`, `step`, a let name, a parameter; called, a function or a network.
    case name(String)
    /// `encoder(x).mean`
    case member(Expression, String)
    /// `-v`
    case negation(Expression)
    /// `a + b`
    case binary(Operator, Expression, Expression)
    /// `exp(v)`, `generator(z)`, `average(generator)(z)`
    case call(Expression, [Expression])
  }

  /// The operators between two values.
  public enum Operator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
  }

  /// A node over `range`.
  public init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
    let below =
      switch kind {
      case .number, .name: 0
      case .member(let base, _): base.height
      case .negation(let operand): operand.height
      case .binary(_, let left, let right): max(left.height, right.height)
      case .call(let callee, let arguments):
        arguments.reduce(callee.height) { max($0, $1.height) }
      }
    height = below + 1
  }

  /// The nodes right below, in reading order.
  public var children: [Expression] {
    switch kind {
    case .number, .name: []
    case .member(let base, _): [base]
    case .negation(let operand): [operand]
    case .binary(_, let left, let right): [left, right]
    case .call(let callee, let arguments): [callee] + arguments
    }
  }

  /// The name, where the node is nothing but a name.
  public var name: String? {
    if case .name(let name) = kind { name } else { nil }
  }

  /// `player.fake`: the dotted name, where the node is a member of a plain name.
  public var dottedName: String? {
    guard case .member(let base, let member) = kind, let name = base.name else { return nil }
    return "\(name).\(member)"
  }
}
