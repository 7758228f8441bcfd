import Foundation
import Testing
import Text

@testable import YAML

@Suite struct LoaderTests {
  /// Loads `a.yaml` of some files in the folder `/home/ada`.
  private func load(
    _ files: [String: String], _ path: String = "a.yaml", overrides: [String] = []
  ) -> Outcome<Node?> {
    let problems = Problems()
    let loader = Loader(workingDirectory: "/home/ada") {
      (path, span, lead) throws(Diagnostic) in
      guard let text = files[path] else {
        throw Diagnostic("file-not-found", "there is no file `\(path)`", at: span)
      }
      return SourceText(name: path, text: text, lead: lead)
    }
    let loaded = loader.load(path, overrides: overrides, problems)
    return Outcome(value: loaded?.root, problems: problems.diagnostics, resolved: "")
  }

  @Test func aFileExtendsAnother() throws {
    let loaded = load(
      [
        "x/a.yaml": "{extends: ../b.yaml, s: 2}", "b.yaml": "{extends: c/d.yaml, s: 1, t: 1}",
        "c/d.yaml": "{u: 0}",
      ], "x/a.yaml", overrides: ["t=5"])
    #expect(loaded.lines == [])
    let root = try #require(loaded.value)
    #expect(root.flow == "{u: 0, s: 2, t: 5}")
    #expect(root["u"]?.span.position == "c/d.yaml:1:5")
    #expect(
      root["u"]?.span.trail == ["extended from b.yaml:1:11", "extended from x/a.yaml:1:11"])
  }

  @Test(arguments: [
    ("/etc/b.yaml", "bad-extends"), ("~/b.yaml", "bad-extends"), ("../b.yaml", "bad-extends"),
    ("x/../../b.yaml", "bad-extends"), ("b.yml", "bad-extends"), ("''", "bad-extends"),
    ("[b.yaml]", "bad-extends"), ("~", "bad-extends"), ("b.yaml/", "bad-extends"),
    ("\"b\\n.yaml\"", "bad-extends"), ("a.yaml", "extends-cycle"),
    ("./x/../a.yaml", "extends-cycle"),
    ("$HOME/b.yaml", "file-not-found"), ("missing.yaml", "file-not-found"),
  ])
  func aPathIsRefused(_ path: String, _ code: String) {
    let loaded = load(["a.yaml": "extends: \(path)"])
    #expect(loaded.codes == [code])
    #expect(loaded.problems.first?.span?.column == 10)
  }

  @Test func circlesAndLongChainsEnd() {
    let circle = load(["a.yaml": "extends: b.yaml", "b.yaml": "extends: a.yaml"])
    #expect(circle.lines == ["1:10 extends-cycle: `a.yaml` extends itself"])
    let chain = Dictionary(
      uniqueKeysWithValues: (0..<20).map { ("a\($0).yaml", "extends: a\($0 + 1).yaml") })
    #expect(load(chain, "a0.yaml").codes == ["bad-extends"])
  }

  @Test func filesOfAnotherFolderStayWithinIt() {
    let files = ["/far/x/a.yaml": "extends: b.yaml", "/far/x/b.yaml": "u: 1"]
    #expect(load(files, "/far/x/a.yaml").value?.flow == "{u: 1}")
    #expect(load(["/far/x/a.yaml": "extends: ../b.yaml"], "/far/x/a.yaml").codes == ["bad-extends"])
  }
}

@Suite struct SourceFileTests {
  private func code(_ path: String) -> String {
    do throws(Diagnostic) {
      return "read \(try SourceFile.read(path).bytes.count)"
    } catch {
      return error.code
    }
  }

  @Test func whatIsNoFileIsRefusedWithoutWaiting() {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID())").path
    mkdir(folder, 0o700)
    defer {
      for name in ["pipe", "loop", "big", "good"] { unlink("\(folder)/\(name)") }; rmdir(folder)
    }
    mkfifo("\(folder)/pipe", 0o600)
    symlink("loop", "\(folder)/loop")
    for (name, size) in [("big", SourceBytes.limit + 1), ("good", SourceBytes.limit)] {
      let file = open("\(folder)/\(name)", O_CREAT | O_WRONLY, 0o600)
      ftruncate(file, size)
      close(file)
    }
    #expect(code(folder) == "not-a-file")
    #expect(code("\(folder)/pipe") == "not-a-file")
    #expect(code("/dev/zero") == "not-a-file")
    #expect(code("\(folder)/loop") == "unreadable-file")
    #expect(code("\(folder)/absent") == "file-not-found")
    #expect(code("\(folder)/good/") == "file-not-found")
    #expect(code("\(folder)/big") == "file-too-large")
    #expect(code("\(folder)/good") == "read \(SourceBytes.limit)")
    #expect(code("") == "bad-path")
    #expect(code("a\0b") == "bad-path")
    #expect(code(String(repeating: "x", count: 5000)) == "bad-path")
  }
}
