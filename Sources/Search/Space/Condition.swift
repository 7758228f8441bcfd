import Formula
import Text
import YAML

/// What must hold of a point: `parameters.latent <= 2 * data.batch and train.optimizer != 'sgd'`.
///
/// Paths of axes stand for their values; numbers are computed in double precision with the
/// project's own functions.
public struct Condition: Sendable {
  /// What is written.
  public let text: String
  /// Where.
  public let span: Span
  /// What it says.
  let term: Term
  /// The axes that it names, by number, each once.
  let axes: [Int]

  /// A condition as a tree.
  indirect enum Term: Sendable {
    case constant(Value)
    case axis(Int)
    case negation(Term)
    case arithmetic(Expression.Operator, Term, Term)
    case call(Function, [Term])
    case comparison(Comparison, Term, Term)
    case not(Term)
    case and(Term, Term)
    case or(Term, Term)
  }

  /// What a part of a condition comes out as.
  enum Value: Sendable, Equatable {
    case number(Double)
    case text(String)
    case truth(Bool)

    /// The meaning of a value in the file.
    init(_ node: Node) {
      let text = node.inlineText
      switch node.scalar?.style == .plain ? Literal(text) : nil {
      case .number(let number): self = number.value.map(Value.number) ?? .text(text)
      case .bool(let truth): self = .truth(truth)
      case nil: self = .text(text)
      }
    }

    /// What values of this kind are called.
    var kind: Kind {
      switch self {
      case .number: .number
      case .text: .text
      case .truth: .truth
      }
    }
  }

  /// The kinds of values.
  enum Kind: String, Sendable {
    case number = "a number"
    case text = "a text"
    case truth = "true or false"
    /// Those of an axis with values of several kinds.
    case several = "not always a number"
  }

  /// The signs between two values.
  enum Comparison: String, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case equal = "=="
    case unequal = "!="

    /// Whether it holds. Only equality is for values that are no numbers.
    func holds(_ a: Value, _ b: Value) -> Bool {
      switch self {
      case .equal: return a == b
      case .unequal: return a != b
      default: break
      }
      guard case .number(let a) = a, case .number(let b) = b else { return false }
      return switch self {
      case .less: a < b
      case .atMost: a <= b
      case .greater: a > b
      default: a >= b
      }
    }
  }
}

extension Condition {
  /// Whether it holds of a point; nil if it names an axis that has no value in it.
  func holds(_ axes: [Axis], _ coordinates: [Coordinate?]) -> Bool? {
    guard self.axes.allSatisfy({ coordinates[$0] != nil }) else { return nil }
    let value = Condition.value(of: term) { axis in
      coordinates[axis].map(axes[axis].meaning) ?? .truth(false)
    }
    return value == .truth(true)
  }

  private static func value(of term: Term, _ axis: (Int) -> Value) -> Value {
    func number(_ term: Term) -> Double {
      if case .number(let number) = value(of: term, axis) { number } else { .nan }
    }
    func truth(_ term: Term) -> Bool { value(of: term, axis) == .truth(true) }
    switch term {
    case .constant(let value): return value
    case .axis(let index): return axis(index)
    case .negation(let operand): return .number(-number(operand))
    case .arithmetic(let symbol, let left, let right):
      return .number(symbol(number(left), number(right)))
    case .call(let function, let arguments):
      return .number(function.value(of: arguments.map(number)) ?? .nan)
    case .comparison(let comparison, let left, let right):
      return .truth(comparison.holds(value(of: left, axis), value(of: right, axis)))
    case .not(let operand): return .truth(!truth(operand))
    case .and(let left, let right): return .truth(truth(left) && truth(right))
    case .or(let left, let right): return .truth(truth(left) || truth(right))
    }
  }
}
