import Foundation
import Testing

/// What is odd about values is told by every command that could train with them.
@Suite struct ValueWarningTests {
  /// A `.npy` file of float64 numbers.
  private func npy(_ shape: [Int], _ value: (Int) -> Double) -> Data {
    let dims = shape.map { "\($0)," }.joined(separator: " ")
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(dims)), }"
    let padded = text.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8))
    for index in 0..<shape.reduce(1, *) {
      withUnsafeBytes(of: value(index).bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  private func place(_ data: Data, _ text: String) throws -> Workplace {
    let place = try Workplace()
    try data.write(to: URL(filePath: "\(place.path)/x.npy"))
    try place.write("a.yaml", text)
    return place
  }

  private let likelihood = """
    data: {dataset: {npy: {examples: x.npy}}, batch: 8}
    networks: {net: {input: [1, 6, 6], layers: [flatten, {dense: 36}, {reshape: [1, 6, 6]}]}}
    players: {net: {trains: net, minimize: "mean(bce(net(x), x))"}}
    train: {steps: 2, optimizer: {sgd: {rate: 1e-6}}}

    """

  @Test func `values that no range is declared of are looked at when they are read`() throws {
    let place = try place(npy([20, 6, 6]) { Double($0 % 256) }, likelihood)
    #expect(try place.assay("check", "a.yaml").err == "", "check reads no values")
    let run = try place.assay("run", "a.yaml", "--quiet")
    #expect(run.code == 0)
    #expect(run.err.contains("warning[outside-unit]: `bce` takes targets in [0, 1], but `x` lies"))
    #expect(run.err.contains("a.yaml:3:58"))
    #expect(run.err.contains("warning[unscaled-images]: the values of the images reach 255"))
    let log = try place.text("\(run.out.prefix { $0 != "\n" })/log.txt")
    #expect(log.contains("warning[outside-unit]: ") && log.contains("warning[unscaled-images]: "))
    let sweep = try place.assay("sweep", "a.yaml", "seed=1,2,3", "--quiet")
    #expect(sweep.err.components(separatedBy: "warning[outside-unit]").count == 2, "said once")

    try place.write(
      "allowed.yaml", "extends: a.yaml\nexperiment: a\nallow: [outside-unit, unscaled-images]\n")
    let silent = try place.assay("run", "allowed.yaml", "--quiet")
    #expect(silent.err == "finished before; nothing to do\n", "silence makes no other run")
    #expect(try place.assay("run", "allowed.yaml", "--quiet", "--again").err == "")
  }

  @Test func `values that lie in 0 to 1 are no reason to warn`() throws {
    let place = try place(npy([20, 6, 6]) { Double($0 % 256) / 255 }, likelihood)
    #expect(try place.assay("run", "a.yaml", "--quiet").err == "")
  }

  @Test func `whole numbers beyond single precision are told with their place`() throws {
    let place = try place(
      npy([20, 2]) { $0 == 5 ? 16_777_217 : Double($0) },
      """
      data: {dataset: {npy: {examples: x.npy}}, batch: 8}
      networks: {net: {input: [2], layers: [{dense: 1}]}}
      players: {net: {trains: net, minimize: "mean(0 * net(x))"}}
      train: {steps: 1, optimizer: {sgd: {rate: 1e-6}}}

      """)
    let run = try place.assay("run", "a.yaml", "--quiet")
    #expect(run.code == 0)
    #expect(run.err.contains("warning[rounded-numbers]"))
    #expect(run.err.contains("holds 16777217, which becomes 16777216"))
    #expect(run.err.contains("at byte 168 of the file"))
  }

  @Test func `images whose channels stand last are told before a run`() throws {
    let place = try place(
      npy([20, 6, 6, 3]) { _ in 0.5 },
      """
      data: {dataset: {npy: {examples: x.npy, range: [0, 1]}}, batch: 8}
      networks: {net: {input: [6, 6, 3], layers: [flatten, {dense: 1}]}}
      players: {net: {trains: net, minimize: mean(net(x)^2)}}
      train: {steps: 1, optimizer: {sgd: {rate: 1e-6}}}

      """)
    let check = try place.assay("check", "a.yaml", "--json")
    #expect(check.err.contains("warning[channels-last]"))
    #expect(check.err.contains("as 6 channels of 6 x 3 pixels"))
    let warnings = try #require(object(check.out)["warnings"] as? [[String: Any]])
    #expect(warnings.map { $0["code"] as? String } == ["channels-last"])
    #expect(try place.assay("check", "a.yaml", "allow=channels-last").err == "")
  }

  @Test func `check says what it understood of a table, and refuses what a run would`() throws {
    let place = try Workplace()
    try place.write("t.csv", "a,b,kind\n1,2,0\n2,3,1\n3,4,0\n")
    try place.write(
      "a.yaml",
      """
      data: {dataset: {csv: {path: t.csv, label: kind, classes: 2}}, batch: 2}
      networks: {classifier: {input: [2], layers: [{dense: 2}]}}
      loss: classifier
      train: {steps: 1, optimizer: {sgd: {rate: 1e-3}}}

      """)
    let check = try place.assay("check", "a.yaml")
    #expect(
      check.out.contains("columns: a, b, kind; `kind` is the label; the first line names them"))
    try place.write("t.csv", "a,b,kind\n1,2,0\n2,small,1\n3,4,0\n")
    let refused = try place.assay("check", "a.yaml")
    #expect(refused.code == 2)
    #expect(refused.err.contains("holds `small` where a number is due"))
    #expect(refused.err.contains("at line 3, column 3 of the file"))
    try place.write("t.csv", "0,1,2\n1.5,2,0\n2.5,3,1\n")
    let doubted = try place.assay("check", "a.yaml", "data.dataset.csv.label=2")
    #expect(doubted.code == 2)
    #expect(doubted.err.contains("write `header: true` if the first line names the columns"))
    let said = try place.assay(
      "check", "a.yaml", "data.dataset.csv.label=2", "data.dataset.csv.header=true")
    #expect(said.code == 0 && said.out.contains("2 train"), "\(said.err)")
  }
}
