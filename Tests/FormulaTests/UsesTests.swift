import Formula
import Testing

@Suite("What a formula needs")
struct UsesTests {
  @Test("networks and names are found through the let names that are used, and only through those")
  func throughLets() throws {
    let scope = try TestScope(
      ["fake": "generator(normal(3))", "mix": "lerp(x, fake, uniform())", "unused": "encoder(x)"],
      parameters: ["penalty": 10])
    let uses = Uses(
      of: try formula("penalty * mean(critic(mix)) + average(critic)(fake)"), in: scope)
    #expect(
      uses.networks == [
        .init(name: "critic", isAveraged: false), .init(name: "critic", isAveraged: true),
        .init(name: "generator", isAveraged: false),
      ])
    #expect(uses.names == ["penalty", "x"])
    #expect(Set(uses.definitions) == ["let.mix", "let.fake"])
    #expect(uses.draws && uses.usesBatch && !uses.changesWithTime)
  }

  @Test("a let with x counts as using the batch only where it is used")
  func batch() throws {
    let scope = try TestScope(["real": "sum(x)", "z": "normal(3)"])
    #expect(!Uses(of: try formula("mean(critic(generator(z)))"), in: scope).usesBatch)
    #expect(Uses(of: try formula("mean(real)"), in: scope).usesBatch)
    #expect(Uses(of: try formula("mean(cross_entropy(z, label))"), in: scope).usesBatch)
  }

  @Test("constants and schedules are told apart")
  func constants() throws {
    let scope = try TestScope(["late": "step / 100"], parameters: ["beta": 2])
    let constant = Uses(of: try formula("2 * beta"), in: scope)
    #expect(!constant.usesBatch && !constant.draws && !constant.changesWithTime)
    #expect(Uses(of: try formula("min(1, late)"), in: scope).changesWithTime)
    #expect(Uses(of: try formula("min(1, late)"), in: scope).names == ["step"])
  }

  @Test("a circle of let names ends")
  func circle() throws {
    let scope = try TestScope(["a": "b", "b": "a + x"])
    #expect(Uses(of: try formula("a"), in: scope).usesBatch)
  }
}
