import Formula
import Testing
import Text

@Suite("Reading formulas")
struct ParserTests {
  @Test(
    "operators bind as in mathematics",
    arguments: [
      ("a + b * c", "(a + (b * c))"),
      ("a * b + c", "((a * b) + c)"),
      ("a - b - c", "((a - b) - c)"),
      ("a / b / c", "((a / b) / c)"),
      ("a / b * c", "((a / b) * c)"),
      ("a ^ b ^ c", "(a ^ (b ^ c))"),
      ("-a^2", "(-(a ^ 2))"),
      ("(-a)^2", "((-a) ^ 2)"),
      ("a^-b", "(a ^ (-b))"),
      ("a^-b^c", "(a ^ (-(b ^ c)))"),
      ("-a * b", "((-a) * b)"),
      ("a * -b", "(a * (-b))"),
      ("a - -b", "(a - (-b))"),
      ("--a", "(-(-a))"),
      ("2 * a^2", "(2 * (a ^ 2))"),
      ("f(a).b^2", "(f(a).b ^ 2)"),
      ("average(g)(z)", "average(g)(z)"),
      ("f(a + b, -c)", "f((a + b), (-c))"),
      ("uniform()", "uniform()"),
      ("q.mean + exp(q.log_var / 2)", "(q.mean + exp((q.log_var / 2)))"),
    ])
  func precedence(text: String, grouped: String) throws {
    #expect(try formula(text).expression.grouped == grouped)
  }

  @Test(
    "the canonical text has no parentheses that are not needed, and reads back as the same tree",
    arguments: [
      ("((a))", "a"),
      ("(a+b)+c", "a + b + c"),
      ("a+(b+c)", "a + (b + c)"),
      ("a-(b-c)", "a - (b - c)"),
      ("(a*b)+c", "a * b + c"),
      ("a/(b*c)", "a / (b * c)"),
      ("(a^b)^c", "(a^b)^c"),
      ("a^(b^c)", "a^b^c"),
      ("-(a^2)", "-a^2"),
      ("(-a)^2", "(-a)^2"),
      ("-(a+b)", "-(a + b)"),
      ("-(a*b)", "-(a * b)"),
      ("a^(-b)", "a^-b"),
      ("a^(b+c)", "a^(b + c)"),
      ("(a+b).c", "(a + b).c"),
      ("( f ( a ,b ) )", "f(a, b)"),
      ("1e-4*x", "0.0001 * x"),
      ("1E-05*x", "1e-5 * x"),
      ("0010", "10"),
      (".5", "0.5"),
      ("5.", "5"),
      ("1e20", "1e20"),
      ("123456789012", "123456789012"),
      ("0.1", "0.1"),
    ])
  func printing(text: String, canonical: String) throws {
    let read = try formula(text)
    #expect(read.description == canonical)
    #expect(try formula(canonical).expression.grouped == read.expression.grouped)
  }

  @Test("a formula over several folded lines puts its carets on the lines of the file")
  func folded() throws {
    let text = """
      minimize: >
        mean(critic(fake))
        + penalty * * 2
      """
    let source = SourceText(name: "gan.yaml", text: text + "\n")
    let spanned = SpannedText(
      "mean(critic(fake)) + penalty * * 2\n", in: Span(source, 10..<text.utf8.count + 1), from: 11)
    #expect(
      problem { () throws(Diagnostic) in _ = try Formula(spanned, path: "minimize") } == """
        error[formula-syntax]: `**` has no meaning in a formula
         --> gan.yaml:3:13
          |
        3 |   + penalty * * 2
          |             ^^^
          |
        help: write `^` for powers

        """)
  }

  @Test("a formula of Assay's own shows its text when something is wrong with it")
  func builtIn() {
    let text = problem { () throws(Diagnostic) in
      _ = try Formula("mean(x", builtIn: "the loss `gan`", path: "players.critic.minimize")
    }
    #expect(
      text == """
        error[formula-syntax]: a formula needs `)` where the formula ends
         --> the loss `gan`:1:7
          |
        1 | mean(x
          |       ^ expected `)`
          |     - opened here
          |

        """)
  }

  @Test(
    "what cannot be read is told with its place and a way out",
    arguments: [
      ("", "the formula is empty", 1, ""),
      ("a +", "a formula needs a number, a name, or `(` where the formula ends", 4, ""),
      ("a b", "a formula needs an operator or the end where there is `b`", 3, ""),
      ("(a", "a formula needs `)` where the formula ends", 3, ""),
      ("a)", "a formula needs an operator or the end where there is `)`", 2, ""),
      ("f(a,)", "a formula needs a number, a name, or `(` where there is `)`", 5, ""),
      ("q.", "a formula needs a name after `.` where the formula ends", 3, ""),
      ("+1", "a formula needs a number, a name, or `(` where there is `+`", 1, ""),
      ("2x", "`2x` is not a number", 1, "a product needs its `*`, as in `2 * x`"),
      ("1e", "`1e` is not a number", 1, "a product needs its `*`, as in `2 * x`"),
      ("1e400", "the number `1e400` is beyond what a double can hold", 1, ""),
      ("1e-400", "the number `1e-400` is beyond what a double can hold", 1, ""),
      ("a \u{2212} b", "`\u{2212}` has no meaning in a formula", 3, "write `-`"),
      ("a² + b", "`²` has no meaning in a formula", 2, "write `^2`"),
      (
        "a % b", "`%` has no meaning in a formula", 3,
        "for a share, write the number itself: `0.02`; there is no remainder"
      ),
      (
        "a > 0", "`>` has no meaning in a formula", 3,
        "there are no comparisons; `min`, `max`, `sign` and `relu` often say the same"
      ),
    ])
  func refusals(text: String, fact: String, column: Int, help: String) {
    do {
      _ = try formula(text)
      Issue.record("`\(text)` was read")
    } catch {
      #expect(error.fact == fact)
      #expect(error.span?.column == column)
      #expect(error.helps.first ?? "" == help)
    }
  }

  @Test("length, nesting and the number of terms are limited, so that the stack suffices")
  func limits() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "x" + String(repeating: ")", count: depth)
    }
    func signs(_ count: Int) -> String { String(repeating: "-", count: count) + "x" }
    func terms(_ count: Int) -> String {
      Array(repeating: "x", count: count).joined(separator: "+")
    }
    _ = try formula(nested(63))
    _ = try formula(signs(63))
    _ = try formula(terms(256))
    let tooDeep = [nested(64), signs(64), terms(257), nested(1900), signs(3999), terms(2000)]
    for text in tooDeep {
      #expect(problem { () throws(Diagnostic) in _ = try formula(text) }.contains("too-deep"))
    }
    let long = terms(2001)
    #expect(problem { () throws(Diagnostic) in _ = try formula(long) }.contains("too-long"))
  }

  @Test("names are letters, digits and underscores")
  func names() {
    #expect(["x", "log_var", "_2", "L1"].allSatisfy(Formula.isName))
    #expect(!["", "2x", "a-b", "a.b", "a b", "é"].contains(where: Formula.isName))
  }
}

extension Expression {
  /// The tree with all its parentheses.
  var grouped: String {
    switch kind {
    case .number(let value): "\(value.shortest)"
    case .name(let name): name
    case .member(let base, let member): "\(base.grouped).\(member)"
    case .negation(let operand): "(-\(operand.grouped))"
    case .binary(let symbol, let left, let right):
      "(\(left.grouped) \(symbol.rawValue) \(right.grouped))"
    case .call(let callee, let arguments):
      "\(callee.grouped)(\(arguments.map(\.grouped).joined(separator: ", ")))"
    }
  }
}
