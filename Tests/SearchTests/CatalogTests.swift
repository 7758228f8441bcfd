import Foundation
import Testing

@testable import Search

/// A sampler or a pruner is one file in its folder and one line in the list.
@Suite struct SearchCatalogTests {
  private func files(_ folder: String) throws -> Set<String> {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Search/\(folder)").standardizedFileURL.path
    return Set(
      try FileManager.default.contentsOfDirectory(atPath: path).map { String($0.dropLast(6)) })
  }

  @Test func theListsHoldWhatTheFoldersHold() throws {
    let samplers = Set(SearchCatalog.samplers.types.map { "\($0)" })
    #expect(
      try files("Samplers").filter { $0.hasSuffix("Sampler") && $0 != "Sampler" } == samplers)
    let pruners = Set(SearchCatalog.pruners.types.map { "\($0)" })
    #expect(
      try files("Pruners").subtracting(["Pruner", "PercentileRule"]) == pruners)
    let kinds = (SearchCatalog.samplers.types + SearchCatalog.pruners.types).map { $0.kind }
    #expect(Set(kinds).count == kinds.count)
  }
}
