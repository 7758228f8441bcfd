import Formula
import Graph
import Testing
import Text

@Suite("Formulas that make no sense")
struct TypingTests {
  /// What is wrong with a loss.
  static func loss(_ text: String, _ lets: KeyValuePairs<String, String> = [:]) throws -> String {
    let update = try Update()
    let scope = try TestScope(lets, parameters: ["beta": 2])
    let formula = try formula(text)
    return problem { () throws(Diagnostic) in
      _ = try update.elaborator.scalar(formula, in: scope, what: "the loss")
    }
  }

  @Test("shapes that do not fit are shown at both sides")
  func mismatch() throws {
    #expect(
      try TypingTests.loss("mean(x + normal(4))") == """
        error[formula-shape]: `+` cannot combine [3] per example with [4] per example
         --> a.yaml:1:6
          |
        1 | mean(x + normal(4))
          |      ^^^^^^^^^^^^^ does not fit
          |      - [3] per example
          |          --------- [4] per example
          |
          = note: two shapes fit when they are equal, or when one is a scalar or a number per example

        """)
  }

  @Test("a loss that is not a scalar shows the part that keeps it from being one, and its pieces")
  func notScalar() throws {
    #expect(
      try TypingTests.loss("mean(critic(x)) - critic(2 * x) * 3") == """
        error[loss-not-scalar]: the loss must be a scalar, but `critic(2 * x)` is a number per example
         --> a.yaml:1:19
          |
        1 | mean(critic(x)) - critic(2 * x) * 3
          |                   ^^^^^^^^^^^^^ a number per example
          |
          = note: shapes in `critic(2 * x)`, batch axis left out:
                    2 * x  [3] per example
                    x      [3] per example
        help: take the mean: `mean(critic(2 * x))`

        """)
    #expect(
      try TypingTests.loss("sum(x) + norm(x)").contains("but `sum(x) + norm(x)` is a number per"))
    #expect(try TypingTests.loss("label").contains("but `label` is a label per example"))
    #expect(
      try TypingTests.loss("encoder(x)").contains("is the outputs `mean`, `log_var`"))
  }

  @Test("numbers, schedules and means are scalars")
  func scalars() throws {
    for text in ["3", "step", "beta * step", "mean(x)", "mean(x) / 2", "mean(beta)"] {
      #expect(try TypingTests.loss(text) == "")
    }
  }

  @Test(
    "what a function cannot take is told with what it is",
    arguments: [
      ("mean(label + 1)", "`label` holds labels, which are no numbers", "label"),
      ("mean(encoder(x))", "`encoder(x)` has several outputs", "encoder(x)"),
      ("mean(encoder(x).sigma)", "`encoder(x)` has no output `sigma`", "encoder(x).sigma"),
      ("mean(x.mean)", "`x` has no parts, so there is no `.mean`", "x.mean"),
      ("sum(2)", "`sum` needs a value for each example, but this is a scalar", "2"),
      ("mean(critic)", "`critic` is a network, which is called on a value", "critic"),
      ("mean(sum)", "`sum` is a function, which needs its arguments", "sum"),
      (
        "mean(critic(x, x))", "the network `critic` takes one value, but receives 2", "critic(x, x)"
      ),
      ("mean(critik(x))", "there is no function or network `critik`", "critik"),
      ("mean(beta(x))", "`beta` is a value, not a function or network", "beta"),
      ("mean(average(critic))", "`critic` is a network, which is called on a value", "critic"),
      ("mean(average(x)(x))", "`x` is a value, not a function or network", "x"),
      ("mean(critic(x)(x))", "`critic(x)` cannot be called", "critic(x)"),
      ("mean(y)", "there is nothing called `y`", "y"),
      ("mean(exp(x, x))", "`exp` takes 1 argument, but receives 2", "exp(x, x)"),
      ("mean(clamp(x, 1))", "`clamp` takes 3 arguments, but receives 2", "clamp(x, 1)"),
      ("mean(concat(x))", "`concat` takes 2 to 8 arguments, but receives 1", "concat(x)"),
      ("mean(x / 0)", "division by zero", "0"),
      ("mean(x * 1e300)", "the number 1e300 is beyond single precision", "1e300"),
      ("mean(x^1e9)", "the exponent is too large", "1e9"),
      ("mean((-2)^x)", "only a positive number has powers with any exponent", "-2"),
      ("mean(log(beta - 2))", "`log(beta - 2)` is infinite", "log(beta - 2)"),
      (
        "mean(normal(2.5))",
        "`normal` needs a whole number from 1 here, but `2.5` is the number 2.5",
        "2.5"
      ),
      (
        "mean(normal(0))", "`normal` needs a whole number from 1 here, but `0` is the number 0", "0"
      ),
      (
        "mean(normal(3, x))",
        "`normal` needs a whole number from 1 here, but `x` is [3] per example",
        "x"
      ),
      (
        "mean(normal(step))", "`normal` needs a value for each example, but this is a scalar",
        "step"
      ),
      (
        "mean(normal(1e6, 1e6))",
        "`normal` would draw too many numbers: [1000000, 1000000] per example",
        "normal(1e6, 1e6)"
      ),
      (
        "mean(cross_entropy(x, x))",
        "`cross_entropy` needs labels here, but `x` is [3] per example",
        "x"
      ),
      (
        "mean(cross_entropy(normal(2), label))",
        "`cross_entropy` has room for 2 classes, but there are 3", "normal(2)"
      ),
      (
        "mean(cross_entropy(normal(3, 2, 2), label))",
        "`cross_entropy` needs a logit for each class, but receives [3, 2, 2]", "normal(3, 2, 2)"
      ),
      ("mean(one_hot(label, 2))", "`one_hot` has room for 2 classes, but there are 3", "2"),
      (
        "mean(concat(x, normal(1, 2, 2)))", "`concat` cannot put [1, 2, 2] beside [3]",
        "concat(x, normal(1, 2, 2))"
      ),
    ])
  func refusals(text: String, fact: String, place: String) throws {
    let update = try Update()
    let scope = try TestScope(parameters: ["beta": 2])
    let formula = try formula(text)
    do {
      _ = try update.elaborator.elaborate(formula, in: scope)
      Issue.record("`\(text)` was taken")
    } catch {
      #expect(error.fact == fact)
      #expect(error.span?.text == place)
    }
  }

  @Test("let names in a circle are refused with the whole circle")
  func circles() throws {
    #expect(
      try TypingTests.loss("mean(a)", ["a": "b + 1", "b": "2 * a"]) == """
        error[formula-circle]: `let.a` is defined in terms of itself
         --> a.yaml:1:5
          |
        1 | 2 * a
          |     ^
          |
          = note: `let.a` uses `let.b` uses `let.a`

        """)
  }

  @Test("a chain of many long let names is refused, not followed until the stack is full")
  func chains() throws {
    let update = try Update()
    var scope = try TestScope()
    scope.lets["v0"] = try formula("x", path: "v0")
    for index in 1...1000 {
      scope.lets["v\(index)"] = try formula("1 + (v\(index - 1))", path: "v\(index)")
    }
    let (start, names) = (try formula("mean(v1000)"), scope)
    let text = problem { () throws(Diagnostic) in
      _ = try update.elaborator.elaborate(start, in: names)
    }
    #expect(text.contains("formula-too-deep"))
    #expect(Uses(of: start, in: names).definitions.count == 1001)
  }

  @Test("a name that is wrong in a let is reported once, however often the let is used")
  func once() throws {
    let update = try Update()
    let scope = try TestScope(["a": "y"])
    let problems = Problems()
    for text in ["mean(a)", "sum(a)", "a"] {
      do throws(Diagnostic) {
        _ = try update.elaborator.elaborate(formula(text, path: text), in: scope)
      } catch { problems.add(error) }
    }
    #expect(problems.errorCount == 1)
  }

  @Test("the names of the batch need a batch")
  func noBatch() throws {
    let elaborator = Elaborator(Graph(), batch: 1, inputs: [:], networks: NoNetworks())
    let error = #expect(throws: Diagnostic.self) {
      try elaborator.elaborate(formula("mean(x)", path: "p"), in: TestScope())
    }
    #expect(error?.code == "formula-no-batch")
  }
}
