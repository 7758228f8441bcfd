import Foundation
import Testing

/// Every code that the sources can report is shown by a case, or by a test that names it.
@Suite struct CodeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// What no file, flag or disk brings about at will.
  private static let unreachable: Set = ["environment", "out-of-memory"]

  /// The texts of all Swift files in a folder of the project.
  private static func sources(in folder: String) throws -> [String] {
    let files = FileManager.default.enumerator(
      at: root.appending(path: folder), includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }
  }

  /// The codes that the sources report: the first text of each diagnostic.
  private static func codes() throws -> Set<String> {
    let report = /(?:Diagnostic|diagnostic|problem|Failure)\(\s*"([a-z][a-z0-9-]*)"/
    return Set(try sources(in: "Sources").flatMap { $0.matches(of: report).map { String($0.1) } })
  }

  private static func cases() throws -> Set<String> {
    let folder = root.appending(path: "Tests/DiagnosticTests/Cases").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Set(files.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
  }

  @Test func everyCodeIsShownByACaseOrNamedByATest() throws {
    let tests = try Self.sources(in: "Tests").joined()
    let codes = try Self.codes().subtracting(Self.cases()).subtracting(Self.unreachable)
    for code in codes.sorted() {
      let isNamed = tests.contains("\"\(code)\"") || tests.contains("[\(code)]")
      #expect(isNamed, "`Cases/\(code).md` is missing")
    }
  }

  @Test func everyCaseShowsACodeThatTheSourcesHave() throws {
    let codes = try Self.codes()
    #expect(codes.count > 60)
    #expect(try Self.cases().subtracting(codes) == [])
  }
}
