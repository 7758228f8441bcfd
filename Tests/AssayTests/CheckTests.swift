import Foundation
import Testing

@Suite struct CheckTests {
  @Test func `check shows layers with shapes, parameters and multiply-adds`() throws {
    let place = try Workplace()
    let ending = try place.assay("check", "ring.yaml")
    #expect(ending.code == 0)
    #expect(ending.err == "")
    for line in [
      "data                  ring: 640 train, 100 test examples,",
      "                      [2] in batches of 32, 20 an epoch",
      "steps                 20",
      "  layers[0]  dense  [8]             24             16",
      "  all                               42             32",
    ] {
      #expect(ending.out.contains(line + "\n"), "\(ending.out)")
    }
    #expect(ending.out.contains("test.score"))
    #expect(try place.names(".") == ["ring.yaml"], "check writes nothing")
  }

  @Test func `the long form is an experiment file, and the same run`() throws {
    let place = try Workplace()
    let long = try place.assay("check", "ring.yaml", "train.steps=10", "--expand")
    try place.write("long.yaml", long.out)
    let again = try place.assay("check", "long.yaml", "--expand")
    #expect(again.out == long.out)
    let first = try place.train("train.steps=10")
    let second = try place.assay("run", "long.yaml", "--quiet")
    #expect(second.out.hasPrefix(first + "\n"), "a preset and its expansion are one run")
  }

  @Test func `graph and plan show nodes and kernels of each player`() throws {
    let place = try Workplace()
    let graph = try place.assay("check", "ring.yaml", "--graph").out
    let plan = try place.assay("check", "ring.yaml", "--plan").out
    for title in ["# update of generator", "# update of discriminator", "# measurements: test"] {
      #expect(graph.contains(title) && plan.contains(title))
    }
    #expect(graph.contains("matmul") && graph.contains("networks.generator.layers[0]"))
    #expect(plan.contains("bytes of arena"))
  }

  @Test func `the summary as JSON agrees with the file`() throws {
    let place = try Workplace()
    let summary = try object(place.assay("check", "ring.yaml", "--json").out)
    #expect(summary["steps"] as? Int == 20)
    let networks = try #require(summary["networks"] as? [[String: Any]])
    #expect(networks.map { $0["parameters"] as? Int } == [42, 33])
    #expect((summary["columns"] as? [String])?.prefix(2) == ["step", "epoch"])
  }

  @Test func `problems come in three forms, with exit code 2`() throws {
    let place = try Workplace()
    let words = ["data.batch=0", "loss=gann"]
    let full = try place.assay("check", "ring.yaml", words[0], words[1])
    #expect(full.code == 2 && full.out == "")
    #expect(full.err.contains("did you mean `gan`") && full.err.contains("2 errors"))
    let concise = try place.assay("check", "ring.yaml", words[0], words[1], "--concise")
    #expect(concise.out.split(separator: "\n").count == 2 && concise.err == "")
    let list = try json(place.assay("check", "ring.yaml", words[0], words[1], "--json").out)
    #expect((list as? [[String: Any]])?.count == 2)
    let views = try place.assay("check", "ring.yaml", "--graph", "--plan")
    #expect(views.code == 2 && views.err.contains("exclude each other"))
  }
}
