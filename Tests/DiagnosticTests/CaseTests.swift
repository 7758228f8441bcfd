import Foundation
import Testing

/// Runs every file in `Cases`. With `ASSAY_RECORD=1` the outputs are written instead of compared.
@Suite struct CaseTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let isRecording = ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1"

  /// The names of the files in a folder beside this one, without their ending.
  private static func names(in name: String, _ ending: String) -> [String] {
    let path = folder.appending(path: name).path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
  }

  /// Complete experiments that any case may extend.
  private static let shared = Dictionary(
    uniqueKeysWithValues: names(in: "Files", ".yaml").map { name in
      let url = folder.appending(path: "Files/\(name).yaml")
      return ("\(name).yaml", (try? String(contentsOf: url, encoding: .utf8)) ?? "")
    })

  @Test(arguments: names(in: "Cases", ".md"))
  func aCaseSaysExactlyThis(_ name: String) throws {
    let url = Self.folder.appending(path: "Cases/\(name).md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let page = try #require(Case(text), "a block is left open or has an unknown name")
    let outputs = page.examples.map { example in
      let files = Self.shared.merging(example.files) { $1 }
      return check(
        files: files, overrides: example.overrides, sweeping: example.isSweeping)
    }
    if Self.isRecording {
      try page.text(outputs: outputs).write(to: url, atomically: true, encoding: .utf8)
      return
    }
    for (example, output) in zip(page.examples, outputs) {
      #expect(output == example.expected, "ASSAY_RECORD=1 writes the new output")
    }
    #expect(page.lines.first == "# \(name)")
    #expect(outputs.first?.contains("[\(name)]: ") == true, "the first output shows the code")
  }

  @Test func thereAreCases() {
    #expect(Self.names(in: "Cases", ".md").count > 10)
    #expect(!Self.shared.isEmpty)
  }
}
