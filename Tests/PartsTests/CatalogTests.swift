import Foundation
import Testing
import Text

@testable import Parts
@testable import YAML

/// A folder of parts beside the list that names them.
struct PartFolder: CustomTestStringConvertible, Sendable {
  let folder: String
  let protocolName: String
  let types: [any Part.Type]

  var testDescription: String { folder }

  static let all = [
    PartFolder(folder: "Layers", protocolName: "Layer", types: Catalog.layers.types),
    PartFolder(
      folder: "Initializers", protocolName: "Initializer", types: Catalog.initializers.types),
    PartFolder(folder: "Losses", protocolName: "Loss", types: Catalog.losses.types),
    PartFolder(folder: "Optimizers", protocolName: "Optimizer", types: Catalog.optimizers.types),
    PartFolder(folder: "Schedules", protocolName: "Schedule", types: Catalog.schedules.types),
    PartFolder(folder: "Datasets", protocolName: "Dataset", types: Catalog.datasets.types),
    PartFolder(folder: "Transforms", protocolName: "Transform", types: Catalog.transforms.types),
    PartFolder(folder: "Metrics", protocolName: "MetricPart", types: Catalog.metrics.types),
  ]
}

/// Adding a part is one file in its folder and one line in the list.
@Suite struct CatalogTests {
  @Test(arguments: PartFolder.all)
  func everyPublicPartInTheFolderIsInTheListAndTheOtherWayRound(_ parts: PartFolder) throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../Sources/Parts/\(parts.folder)")
      .standardizedFileURL
    let declaration = try Regex("public struct (\\w+): (\\w+, )*\(parts.protocolName)\\b")
    var declared: [String: String] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: declaration) {
        declared[String(match.output[1].substring ?? "")] = file
      }
    }
    #expect(Set(declared.keys) == Set(parts.types.map { "\($0)" }))
    for (type, file) in declared { #expect(file == "\(type).swift", "one file for a part") }
  }

  @Test(arguments: PartFolder.all)
  func namesAreUniqueAndEveryPartSaysWhatItIs(_ parts: PartFolder) {
    #expect(Set(parts.types.map { $0.kind }).count == parts.types.count)
    for type in parts.types {
      #expect(type.kind.allSatisfy { $0.isLowercase || $0.isNumber || "_-".contains($0) })
      #expect(!type.summary.isEmpty && !type.summary.hasSuffix("."), "\(type.kind)")
    }
  }

  @Test(arguments: PartFolder.all)
  func everySettingIsDescribedAndTheShortFormSetsOneOfThem(_ parts: PartFolder) {
    for type in parts.types {
      let settings = Fields.descriptions { _ = type.init(&$0) }
      #expect(Set(settings.map(\.key)).count == settings.count, "\(type.kind)")
      for setting in settings { #expect(!setting.summary.isEmpty, "\(type.kind).\(setting.key)") }
      guard let mainKey = type.mainKey else { continue }
      #expect(settings.contains { $0.key == mainKey }, "\(type.kind)")
    }
  }
}
