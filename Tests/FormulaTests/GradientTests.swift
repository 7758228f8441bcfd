import Formula
import Graph
import Ops
import Tensor
import Testing
import Text

@Suite("Gradients in formulas")
struct GradientTests {
  @Test(
    "the gradient of a value's sum, of any order",
    arguments: [
      ("gradient(sum(x^3), x)", [3, 12, 27, 0.75, 0, 3]),
      ("gradient(x^3, x)", [3, 12, 27, 0.75, 0, 3]),
      ("gradient(mean(x), x)", [Float](repeating: 1 / 6, count: 6)),
      ("gradient(gradient(x^3, x), x)", [6, -12, 18, 3, 0, -6]),
      ("gradient(critic(x), x)", [0.5, -1, 2, 0.5, -1, 2]),
      ("gradient(sum(x * stop(x)), x)", [1, -2, 3, 0.5, 0, -1]),
      ("gradient(abs(x), x)", [1, -1, 1, 1, 0, -1]),
      ("gradient(norm(x - stop(x)), x)", [0, 0, 0, 0, 0, 0]),
      ("gradient(sqrt(x - stop(x)), x)", [0, 0, 0, 0, 0, 0]),
      ("gradient((gradient(norm(x - stop(x)), x) - 1)^2, x)", [0, 0, 0, 0, 0, 0]),
    ] as [(String, [Float])])
  func values(text: String, expected: [Float]) throws {
    let numbers = try Update().numbers(text)
    #expect(numbers.count == expected.count)
    for (number, wanted) in zip(numbers, expected) {
      #expect(abs(number - wanted) <= 1e-6 * max(1, abs(wanted)), "\(numbers)")
    }
  }

  // For D(v) = w . v the gradient is w, and the penalty (|w| - 1)^2 with the derivative
  // 2 (|w| - 1) w / |w|.
  @Test("the gradient penalty of a linear critic, and its own gradient, are the closed form")
  func penalty() throws {
    let update = try Update()
    let scope = try TestScope(["mix": "lerp(x, 0.5 * x, 0.25)"], parameters: ["penalty": 10])
    let loss = try update.elaborator.scalar(
      formula("penalty * mean((norm(gradient(critic(mix), mix)) - 1)^2)"), in: scope,
      what: "the loss")
    let norm = Float(5.25).squareRoot()
    let value = try update.numbers(loss)
    #expect(abs(value[0] - 10 * (norm - 1) * (norm - 1)) < 1e-5)
    let w = try update.graph.leaf(.parameter, "w", Shape([1, 3]))
    let gradient = try #require(try update.graph.gradients(of: loss, to: [w])[0])
    let numbers = try update.numbers(gradient)
    for (number, weight) in zip(numbers, [0.5, -1, 2] as [Float]) {
      #expect(abs(number - 20 * (norm - 1) * weight / norm) < 1e-4)
    }
  }

  @Test("a value that does not depend on the other is refused, and so is a blocked path")
  func independent() throws {
    func text(_ text: String) throws -> String {
      let update = try Update()
      let scope = try TestScope()
      return problem { () throws(Diagnostic) in
        _ = try update.elaborator.elaborate(formula(text), in: scope)
      }
    }
    #expect(
      try text("gradient(critic(2 * x), 3 * x)") == """
        error[formula-gradient]: `critic(2 * x)` does not depend on `3 * x`
         --> a.yaml:1:1
          |
        1 | gradient(critic(2 * x), 3 * x)
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |          ------------- a number per example
          |                         ----- [3] per example
          |
          = note: `gradient(v, a)` needs the very `a` that v was computed from; give it a `let` name

        """)
    #expect(
      try text("gradient(sign(x), x)")
        .contains("`sign(x)` does not depend on `x` in a differentiable way"))
    #expect(try text("gradient(sum(x), normal(3))").contains("does not depend on `normal(3)`"))
    #expect(try text("gradient(sum(x), 3)").contains("does not depend on `3`"))
  }
}
