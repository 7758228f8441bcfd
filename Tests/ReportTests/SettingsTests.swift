import Report
import Run
import Search
import Testing
import Text

@Suite struct SettingsTests {
  static let text = """
    experiment: ring
    seed: 18446744073709551615
    networks:
      critic:
        input: [2, 4]
        layers:
          - dense: {units: 16, bias: true}
          - relu: {}
        init: {default: {}}
    train: {steps: 200 steps}
    players:
      critic: {optimizer: {adam: {rate: 0.001, betas: [0.9, 0.999]}}}
      generator: {optimizer: {adam: {rate: 0.001, betas: [0.9, 0.999]}}}

    """

  @Test
  func `a long form is flattened to paths, lists of numbers and parts without settings whole`()
    throws
  {
    let place = try RunFixtures()
    let settings = try place.run("aa", settings: SettingsTests.text).settings()
    #expect(
      settings.paths == [
        "seed", "networks.critic.input", "networks.critic.layers.0.dense.units",
        "networks.critic.layers.0.dense.bias", "networks.critic.layers.1",
        "networks.critic.init", "train.steps", "players.critic.optimizer.adam.rate",
        "players.critic.optimizer.adam.betas", "players.generator.optimizer.adam.rate",
        "players.generator.optimizer.adam.betas",
      ])
    #expect(settings["networks.critic.input"]?.text == "[2, 4]")
    #expect(settings["networks.critic.layers.1"]?.text == "relu")
    #expect(settings["players.critic.optimizer.adam.rate"]?.number == 0.001)
    #expect(settings["train.steps"]?.number == nil && settings["experiment"] == nil)
  }

  @Test func `a short name means the paths that end in it`() throws {
    let place = try RunFixtures()
    let settings = try place.run("aa", settings: SettingsTests.text).settings()
    #expect(settings.paths(named: "units") == ["networks.critic.layers.0.dense.units"])
    #expect(settings.paths(named: "train.steps") == ["train.steps"])
    let rates = settings.paths(named: "train.optimizer.adam.rate")
    #expect(rates == settings.paths(named: "rate") && rates.count == 2)
    #expect(settings.paths(named: "ate").isEmpty)
  }

  @Test func `runs that differ in the seed alone are a group, and repetitions count once`() throws {
    let place = try RunFixtures()
    func text(_ seed: Int, _ rate: String) -> String {
      "seed: \(seed)\ndata: {dataset: {idx: {images: /here/\(seed)}}}\nrate: \(rate)\n"
    }
    let runs = [
      try place.run("a", settings: text(10, "1")), try place.run("b", settings: text(2, "1")),
      try place.run("c", settings: text(1, "2")),
      try place.run("b-2", status: .failed, settings: text(2, "1")),
      try place.run("d", settings: text(3, "2"), numerics: 2),
    ]
    let groups = try RunGroup.groups(of: runs)
    #expect(groups.map(\.seeds) == [["2", "10"], ["1"], ["3"]])
    #expect(groups[0].runs.map(\.id) == ["b", "a"] && groups[0].repetitions == 1)
    #expect(groups[0].settings.paths == ["rate"])
  }

  @Test func `paths whose values go together are one difference`() throws {
    func settings(_ rate: String, _ layer: String, _ only: [(path: String, text: String)])
      -> Settings
    {
      Settings(
        [
          ("same", "1"), ("players.critic.adam.rate", rate), ("players.generator.adam.rate", rate),
          ("networks.a.layers.1.units", layer), ("networks.b.layers.1.units", layer),
        ] + only)
    }
    let all = [
      settings("1", "8", []), settings("2", "8", [("extra", "x")]), settings("1", "9", []),
    ]
    let differing = DifferingSetting.all(in: all)
    #expect(differing.map(\.name) == ["adam.rate", "layers.1.units", "extra"])
    #expect(differing.map { $0.value(in: all[1])?.text } == ["2", "8", "x"])
    #expect(differing[2].value(in: all[0]) == nil)
    #expect(DifferingSetting.all(in: [all[0], all[0]]).isEmpty)
  }
}

@Suite struct NamedParameterTests {
  /// A run of a file with `dense: EXPRESSION`, whose long form has the number alone.
  private func run(
    _ place: RunFixtures, _ id: String, width: Int, rate: String = "1", units: Int? = nil,
    _ expression: String? = "width"
  ) throws -> RunData {
    try place.run(
      id, settings: "seed: 1\ndense: {units: \(units ?? width)}\nadam: {rate: \(rate)}\n",
      metrics: "step,epoch,a.loss\n1,1,\(width)\n",
      parameters: expression == nil ? [:] : ["width": "\(width)", "depth": "2"],
      expressions: expression.map { ["dense.units": $0] } ?? [:])
  }

  private func differing(_ runs: [RunData]) throws -> [DifferingSetting] {
    try RunComparison(runs).differing
  }

  @Test func `a parameter is a setting, and its bare name means it first`() throws {
    let place = try RunFixtures()
    let settings = try run(place, "a", width: 8).settings()
    #expect(
      settings.paths == [
        "parameters.depth", "parameters.width", "seed", "dense.units", "adam.rate",
      ])
    #expect(settings.paths(named: "width") == ["parameters.width"])
    #expect(try settings.value(named: "width")?.number == 8)
    let rates = try place.run(
      "b", settings: "a: {rate: 1}\nb: {rate: 2}\n", parameters: ["rate": "3"]
    ).settings()
    #expect(try rates.value(named: "rate")?.text == "3" && rates.value(named: "none") == nil)
    #expect(throws: Rejection.self) {
      try place.run("c", settings: "a: {rate: 1}\nb: {rate: 2}\n").settings().value(named: "rate")
    }
  }

  @Test func `a parameter stands for the numbers that follow from it`() throws {
    let place = try RunFixtures()
    let runs = [try run(place, "a", width: 8), try run(place, "b", width: 16, rate: "2")]
    let differing = try differing(runs)
    #expect(differing.map(\.name) == ["parameters.width", "adam.rate"])
    #expect(differing[0].paths == ["parameters.width", "dense.units"])
  }

  @Test func `a number that some run computes otherwise is a difference of its own`() throws {
    let place = try RunFixtures()
    let plain = try run(place, "a", width: 8)
    for other in [
      try run(place, "b", width: 16, units: 32, "2 * width"),
      try run(place, "c", width: 16, nil),
    ] {
      #expect(try differing([plain, other]).map(\.name).contains("dense.units"))
    }
    let same = try run(place, "d", width: 4, units: 8, "2 * width")
    #expect(try differing([plain, same]).isEmpty, "one long form is one experiment")
  }

  @Test func `diff counts what follows from a parameter`() throws {
    let place = try RunFixtures()
    let difference = try RunDifference(
      run(place, "a", width: 8), run(place, "b", width: 16, rate: "2"))
    #expect(difference.parameters.map(\.path) == ["parameters.width"])
    #expect(difference.experiment.map(\.path) == ["dense.units", "adam.rate"])
    #expect(difference.following == ["dense.units"])
  }
}

@Suite struct RunFinderTests {
  @Test func `a word is a run, an experiment or a directory`() throws {
    let place = try RunFixtures()
    for (id, experiment) in [
      ("aa11", "ring"), ("aa22", "ring"), ("bb11", "grid"), ("aa11-2", "ring"),
    ] {
      try place.run(id, of: experiment)
    }
    let finder = RunFinder(place.runs)
    func ids(_ word: String) throws -> [String] { try finder.find(word).runs.map(\.id) }
    #expect(try ids("aa2") == ["aa22"])
    #expect(try ids("aa11") == ["aa11"], "an id written out whole is that run")
    #expect(try ids("ring") == ["aa11", "aa11-2", "aa22"])
    #expect(try ids("grid/b") == ["bb11"])
    #expect(try ids("\(place.runs)/ring/aa22/") == ["aa22"])
    #expect(try ids("\(place.runs)/grid") == ["bb11"])
    #expect(
      try finder.runs(["bb11", "ring", "aa2"]).map(\.id) == ["bb11", "aa11", "aa11-2", "aa22"])
    for (word, code) in [
      ("aa", "ambiguous-run"), ("rnig", "no-such-run"), ("ring/zz", "no-such-run"),
    ] {
      let rejection = #expect(throws: Rejection.self) { try finder.find(word) }
      #expect(rejection?.diagnostics.map(\.code) == [code])
    }
  }

  @Test func `a run without process is interrupted, and one without record is told`() throws {
    let place = try RunFixtures()
    #expect(try place.run("aa", status: .running).status == .interrupted)
    try place.run("bb")
    try place.folder.write("runs/ring/bb/run.json", "{")
    let all = try RunFinder(place.runs).all()
    #expect(all.runs.map(\.id) == ["aa"] && all.unreadable.count == 1)
  }

  @Test func `pictures have a step and a name`() throws {
    let place = try RunFixtures()
    let run = try place.run("aa")
    for name in ["step-00000020-prior.png", "step-00000003.png", "other.png", "step-1.txt"] {
      try place.folder.write("runs/ring/aa/samples/\(name)", "")
    }
    let samples = try run.samples()
    #expect(samples.map(\.step) == [3, 20] && samples.map(\.name) == ["", "prior"])
  }

  @Test func `a run says which values it takes for better`() throws {
    let place = try RunFixtures()
    let run = try place.run(
      "aa", settings: "checkpoints: {best: {metric: validation.elbo, goal: maximize}}\n")
    #expect(try run.goal(of: "validation.elbo") == .maximize)
    #expect(try run.goal(of: "test.elbo") == nil)
  }
}
