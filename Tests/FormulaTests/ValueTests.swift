import Formula
import Graph
import Ops
import Tensor
import Testing
import Text

@Suite("Values of formulas")
struct ValueTests {
  // x is [1, -2, 3] and [0.5, 0, -1].
  @Test(
    "each function gives what its description says",
    arguments: [
      ("x", [1, -2, 3, 0.5, 0, -1]),
      ("-x", [-1, 2, -3, -0.5, 0, 1]),
      ("x + 1", [2, -1, 4, 1.5, 1, 0]),
      ("1 - x", [0, 3, -2, 0.5, 1, 2]),
      ("x / 2", [0.5, -1, 1.5, 0.25, 0, -0.5]),
      ("x^2", [1, 4, 9, 0.25, 0, 1]),
      ("x^3", [1, -8, 27, 0.125, 0, -1]),
      ("(x + 3)^-1", [0.25, 1, 1 / 6, 1 / 3.5, 1 / 3, 0.5]),
      ("(x + 3)^0.5", [2, 1, 2.4494898, 1.8708287, 1.7320508, 1.4142135]),
      ("2^x", [2, 0.25, 8, 1.4142135, 1, 0.5]),
      ("square(x)", [1, 4, 9, 0.25, 0, 1]),
      ("abs(x)", [1, 2, 3, 0.5, 0, 1]),
      ("sign(x)", [1, -1, 1, 1, 0, -1]),
      ("floor(x)", [1, -2, 3, 0, 0, -1]),
      ("relu(x)", [1, 0, 3, 0.5, 0, 0]),
      ("sqrt(abs(x))", [1, 1.4142135, 1.7320508, 0.70710677, 0, 1]),
      ("exp(x)", [2.7182817, 0.13533528, 20.085537, 1.6487212, 1, 0.36787945]),
      ("log(x + 3)", [1.3862944, 0, 1.7917595, 1.252763, 1.0986123, 0.6931472]),
      ("sigmoid(x)", [0.7310586, 0.11920292, 0.95257413, 0.62245935, 0.5, 0.26894143]),
      ("softplus(x)", [1.3132616, 0.126928, 3.0485873, 0.974077, 0.6931472, 0.3132617]),
      ("log_sigmoid(x)", [-0.3132617, -2.126928, -0.04858735, -0.474077, -0.6931472, -1.3132616]),
      ("tanh(x)", [0.7615942, -0.9640276, 0.9950548, 0.46211717, 0, -0.7615942]),
      ("sin(x)", [0.84147096, -0.9092974, 0.14112, 0.47942555, 0, -0.84147096]),
      ("cos(x)", [0.5403023, -0.41614684, -0.9899925, 0.87758255, 1, 0.5403023]),
      ("erf(x)", [0.8427008, -0.9953223, 0.9999779, 0.5204999, 0, -0.8427008]),
      ("min(x, 0)", [0, -2, 0, 0, 0, -1]),
      ("max(x, 0.25)", [1, 0.25, 3, 0.5, 0.25, 0.25]),
      ("clamp(x, -1, 2)", [1, -1, 2, 0.5, 0, -1]),
      ("lerp(x, 1, 0.5)", [1, -0.5, 2, 0.75, 0.5, 0]),
      ("sum(x)", [2, -0.5]),
      ("norm(x)", [3.7416575, 1.118034]),
      ("mean(x)", [0.25]),
      ("mean(sum(x))", [0.75]),
      ("x - sum(x)", [-1, -4, 1, 1, 0.5, -0.5]),
      ("sum(x) * sum(x)", [4, 0.25]),
      ("concat(x, 2 * x)", [1, -2, 3, 2, -4, 6, 0.5, 0, -1, 1, 0, -2]),
      ("stop(x)", [1, -2, 3, 0.5, 0, -1]),
      ("bce(x, 1)", [0.3132616, 2.126928, 0.0485873, 0.474077, 0.6931472, 1.3132617]),
      ("kl(x, 0 * x)", [7, 0.625]),
      ("one_hot(label, 3)", [0, 0, 1, 1, 0, 0]),
      ("accuracy(x, label)", [1, 1]),
      ("accuracy(-x, label)", [0, 0]),
      ("softmax(x)", [0.11849965, 0.005899754, 0.8756006, 0.54654938, 0.331499, 0.1219516]),
      ("log_softmax(x)", [-2.1328453, -5.1328454, -0.1328453, -0.604131, -1.104131, -2.104131]),
      ("cross_entropy(x, label)", [0.1328453, 0.604131]),
      ("step / 2", [3.5]),
      ("critic(x)", [8.5, -1.75]),
      ("encoder(x).mean", [1, -2, 3, 0.5, 0, -1]),
    ] as [(String, [Float])])
  func functions(text: String, expected: [Float]) throws {
    let numbers = try Update().numbers(text)
    #expect(numbers.count == expected.count)
    for (number, wanted) in zip(numbers, expected) {
      #expect(abs(number - wanted) <= 1e-6 * max(1, abs(wanted)), "\(text): \(numbers)")
    }
  }

  @Test("every function of the list is tried by one of these tests")
  func allFunctions() {
    let elsewhere: Set = ["normal", "uniform", "gradient", "average"]
    let tried =
      "exp log sqrt abs square sign floor sin cos tanh sigmoid softplus log_sigmoid relu"
      + " erf min max clamp lerp sum norm mean concat stop softmax log_softmax cross_entropy bce kl"
      + " accuracy one_hot"
    let names = Set(tried.split(separator: " ").map(String.init)).union(elsewhere)
    #expect(Set(Function.all.map(\.name)) == names)
    #expect(Function.all.count == names.count)
  }

  @Test("images are channels last in memory, and a number per example is repeated over them")
  func images() throws {
    let update = try Update(isImage: true)
    let image = try #require(update.leaves["image"])
    #expect(try update.numbers("sum(x)") == [-12, 52])
    #expect(
      try update.numbers("x * sum(x)")
        == image.enumerated().map { $0.element * ($0.offset < 8 ? -12 : 52) })
    #expect(try update.graph.shape(update.value("concat(x, x)")).dims == [2, 2, 2, 4])
    #expect(try update.graph.shape(update.value("normal(5, 2, 3)")).dims == [2, 2, 3, 5])
    #expect(try update.graph.shape(update.value("normal(x)")).dims == [2, 2, 2, 2])
    #expect(try update.graph.shape(update.value("norm(x)")).dims == [2, 1])
    #expect(try update.graph.shape(update.value("mean(x)")).dims == [])
    let pairs = try update.numbers("softmax(x)")
    #expect(stride(from: 0, to: 16, by: 2).allSatisfy { abs(pairs[$0] + pairs[$0 + 1] - 1) < 1e-6 })
  }

  @Test("what is known now is one constant of the graph")
  func folding() throws {
    let update = try Update()
    let scope = try TestScope(parameters: ["penalty": 10])
    _ = try update.value("penalty * 2^3 * cos(pi) / 4 * x", scope)
    let constants = update.graph.nodes.compactMap { ($0.op as? Constant)?.value }
    #expect(constants == [-20])
  }

  @Test("a let name is one value, however often it is used, and unused ones add nothing")
  func lets() throws {
    let update = try Update()
    let scope = try TestScope(["z": "normal(3)", "unused": "normal(4)"])
    #expect(try update.numbers("mean(square(z - z))", scope) == [0])
    let draws = update.graph.nodes.compactMap { $0.op as? Normal }
    #expect(draws == [Normal(stream: Stream.hash("let.z/normal#0"), [2, 3])])
    #expect(update.elaborator.result("let.z") != nil)
    #expect(update.elaborator.result("let.unused") == nil)
  }

  @Test("the parts of a variational autoencoder's loss, where a let has a function's name")
  func autoencoder() throws {
    let update = try Update()
    let scope = try TestScope(
      [
        "q": "encoder(x)", "z": "q.mean + exp(q.log_var / 2) * normal(3)",
        "kl": "0.5 * sum(q.mean^2 + exp(q.log_var) - 1 - q.log_var)",
        "reconstruction": "sum(bce(generator(z), x))",
      ], parameters: ["beta": 4])
    #expect(try update.numbers("kl", scope) == [7, 0.625])
    #expect(try update.numbers("kl(q.mean, q.log_var) - kl", scope) == [0, 0])
    let loss = try update.elaborator.scalar(
      formula("mean(reconstruction + beta * kl)"), in: scope, what: "the loss")
    #expect(update.graph.shape(loss) == .scalar)
    #expect(update.networks.calls.map(\.network) == ["encoder", "generator"])
  }

  @Test("a name with its player's is one name, and has precedence over a part of a value")
  func dotted() throws {
    let scope = try TestScope(["critic.fake": "2 * x", "x.mean": "3 * x"])
    let update = try Update()
    #expect(try update.numbers("critic.fake / x.mean * 3 * x - 2 * x", scope)[0] == 0)
    #expect(try update.numbers("sum(critic.fake)", scope) == [4, -1])
  }

  @Test("each written draw has a stream of its own, named by its formula and place in it")
  func draws() throws {
    let update = try Update(streams: "metrics/")
    _ = try update.elaborator.elaborate(
      formula("normal(3) + normal(3) * uniform()", path: "players.a.minimize"), in: TestScope())
    let normals = update.graph.nodes.compactMap { $0.op as? Normal }
    let uniforms = update.graph.nodes.compactMap { $0.op as? Uniform }
    let path = "metrics/players.a.minimize/"
    #expect(
      normals == [
        Normal(stream: Stream.hash(path + "normal#0"), [2, 3]),
        Normal(stream: Stream.hash(path + "normal#1"), [2, 3]),
      ])
    #expect(uniforms == [Uniform(stream: Stream.hash(path + "uniform#2"), [2, 1])])
  }

  @Test("an edit of one formula moves no draw of another")
  func stability() throws {
    func streams(_ other: String) throws -> [Normal] {
      let update = try Update()
      let scope = try TestScope(["noise": "normal(3)", "other": "\(other)"])
      _ = try update.value("mean(other) + mean(noise) + mean(normal(2))", scope)
      return update.graph.nodes.compactMap { $0.op as? Normal }
    }
    let before = try streams("x")
    let after = try streams("normal(7) * sum(normal(5))")
    #expect(before.count == 2)
    #expect(after.filter(before.contains) == before)
  }

  @Test("calls carry their place, their argument and whether averaged weights are meant")
  func calls() throws {
    let update = try Update()
    _ = try update.elaborator.elaborate(
      formula("mean(critic(x)) - mean(critic(average(generator)(x)))", path: "players.a.minimize"),
      in: TestScope())
    let calls = update.networks.calls
    #expect(calls.map(\.network) == ["critic", "generator", "critic"])
    #expect(calls.map(\.isAveraged) == [false, true, false])
    #expect(
      calls.map(\.place) == [
        "players.a.minimize/critic#0", "players.a.minimize/generator#1",
        "players.a.minimize/critic#2",
      ])
    #expect(calls.map(\.span.text) == ["critic(x)", "average(generator)(x)", calls[2].span.text])
    #expect(update.graph.nodes.contains { ($0.op as? Leaf)?.role == .average })
  }

  @Test("nodes name the formula and the part of it that they come from")
  func origins() throws {
    let update = try Update()
    let value = try update.value("mean(x * 2)")
    let product = try #require(update.graph.nodes.first { $0.op is Multiply })
    #expect(product.origin.path == "value mean(x * 2)")
    #expect(product.origin.span?.text == "x * 2")
    #expect(update.graph[value].origin.span?.text == "mean(x * 2)")
  }
}
