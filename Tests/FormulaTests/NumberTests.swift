import Formula
import Testing
import Text

@Suite("Formulas that are numbers")
struct NumberTests {
  @Test(
    "settings and schedules are computed in double precision",
    arguments: [
      ("2 * width", 128), ("2^10", 1024), ("3^-2", 1 / 9), ("0^0", 1), ("-2^2", -4),
      ("2e-4 * min(1, step / 1000)", 2e-4 * 0.25), ("step", 250), ("floor(step / 100)", 2),
      ("clamp(step, 0, 100)", 100), ("lerp(1, 3, 0.25)", 1.5), ("sqrt(2)", 1.4142135623730951),
      ("abs(-3)", 3), ("max(1, 2) - min(1, 2)", 1), ("sign(-2)", -1), ("mean(5)", 5),
      ("relu(-1) + relu(2)", 2), ("square(3)", 9),
    ] as [(String, Double)])
  func numbers(text: String, expected: Double) throws {
    let scope = NumberScope(["width": 64, "step": 250])
    #expect(try formula(text).number(scope) == expected)
    let program = try #require(NumberProgram(formula(text), names: ["step", "width"]))
    #expect(program.number([250, 64]) == expected)
  }

  @Test(
    "the functions that are not exact come within a few units in the last place",
    arguments: [
      ("exp(1)", 2.718281828459045), ("log(10)", 2.302585092994046), ("2^0.5", 1.4142135623730951),
      ("0.5 * (1 + cos(pi / 4))", 0.8535533905932737), ("sin(1)", 0.8414709848078965),
      ("tanh(0.5)", 0.46211715726000973), ("sigmoid(2)", 0.8807970779778823),
      ("softplus(2)", 2.1269280110429727), ("log_sigmoid(2)", -0.1269280110429726),
      ("0.999^2000", 0.13519992539749945),
    ] as [(String, Double)])
  func functions(text: String, expected: Double) throws {
    let number = try formula(text).number(NumberScope())
    #expect(NumberProgram(try formula(text), names: [])?.number([]) == number)
    #expect(abs(number - expected) <= 8 * expected.ulp.magnitude, "\(number)")
  }

  @Test(
    "what is not a finite number is refused",
    arguments: [
      ("1 / 0", "division by zero"),
      ("1 / (step - 250)", "division by zero"),
      ("log(0)", "`log(0)` is infinite"),
      ("sqrt(-1)", "`sqrt(-1)` is not a number"),
      ("(-8)^0.5", "`(-8)^0.5` is not a number"),
      ("0^-1", "`0^-1` is infinite"),
      ("10^308 * 10", "`10^308 * 10` is infinite"),
      ("normal(3)", "this must be a number, but `normal(3)` is [3] per example"),
      ("widht", "there is nothing called `widht`"),
      ("generator(2)", "there is no function or network `generator`"),
      ("ln(2)", "there is no function or network `ln`"),
    ])
  func refusals(text: String, fact: String) {
    do {
      let number = try formula(text).number(NumberScope(["width": 64, "step": 250]))
      Issue.record("`\(text)` is \(number)")
    } catch {
      #expect(error.fact == fact)
    }
    let program = (try? formula(text)).flatMap { NumberProgram($0, names: ["step", "width"]) }
    #expect(program?.number([250, 64]) == nil)
  }

  @Test("a mistyped name brings the near ones, another tool's function brings ours")
  func suggestions() {
    let scope = NumberScope(["width": 64])
    #expect(
      problem { () throws(Diagnostic) in _ = try formula("2 * widht").number(scope) } == """
        error[unknown-name]: there is nothing called `widht`
         --> a.yaml:1:5
          |
        1 | 2 * widht
          |     ^^^^^
          |
        help: did you mean `width`?

        """)
    #expect(
      problem { () throws(Diagnostic) in _ = try formula("1 + ln(2)").number(scope) } == """
        error[unknown-function]: there is no function or network `ln`
         --> a.yaml:1:5
          |
        1 | 1 + ln(2)
          |     ^^
          |
        help: the natural logarithm is `log`

        """)
  }
}
