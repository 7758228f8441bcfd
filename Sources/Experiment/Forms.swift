import Formula
import Foundation
import Parts
import Text
import YAML

extension DataSection {
  /// The digests of the data's files, by what each is to the dataset.
  public func digests() throws(DataError) -> [String: String] {
    var digests: [String: String] = [:]
    for file in files { digests[file.role] = try file.digest() }
    return digests
  }

  /// Reads the examples. Throws where a file is no longer the one whose digest is in `digests`: a
  /// run that is named after one content must not train on another.
  public func load(matching digests: [String: String]) throws(DataError) -> LoadedDataset {
    let data = try dataset.load(in: context)
    for file in files {
      if try file.digest() != digests[file.role] {
        throw DataError(
          file.path, "changed while the run was being started",
          help: "start it again: it will be another run")
      }
    }
    return data
  }
}

extension Experiment {
  /// The long form without what does not affect a number: the experiment's name, what a paper says
  /// of it, and the paths of its data, whose digests stand for them in a run's identity.
  public var canonical: Node {
    let paths = Set(data.files.map(\.setting))
    return resolved.mapEntries { Experiment.undecisive.contains($0.key) ? nil : $0.value }
      .mapDataset { paths.contains($0.key) ? nil : $0.value }
  }

  /// The long form as a file that can lie anywhere: paths of data begin at the root.
  public var standalone: Node {
    let paths = Set(data.files.map(\.setting))
    return resolved.mapDataset { entry in
      guard paths.contains(entry.key), let path = entry.value.scalar?.text, !path.hasPrefix("/")
      else { return entry.value }
      let url = URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: data.context.folder))
      return .text(url.standardizedFileURL.path, at: entry.value.span)
    }
  }

  /// What the graphs of its players, measurements and pictures follow from: two experiments
  /// that are equal here differ in nothing but seeds, lengths and what optimisers are told.
  public var programKey: Node {
    canonical.mapEntries { section in
      switch section.key {
      case "seed", "checkpoints": nil
      case "train": section.value.mapEntries { $0.key == "steps" ? nil : $0.value }
      case "players":
        section.value.mapEntries { player in
          player.value.mapEntries { $0.key == "optimizer" ? nil : $0.value }
        }
      default: section.value
      }
    }
  }

  /// The same experiment with the length of the one in another file.
  public func withSteps(from file: String) throws(Rejection) -> Experiment {
    let problems = Problems()
    let other = Loader().load(file, problems)?.root["train"]?["steps"]
    let changed = resolved.mapEntries { entry in
      guard entry.key == "train", let other else { return entry.value }
      return entry.value.mapEntries { $0.key == "steps" ? other : $0.value }
    }
    guard !problems.hasErrors,
      let experiment = Experiment.read(changed, folder: data.context.folder, problems)
    else { throw Rejection(problems.diagnostics) }
    return experiment
  }

  /// Whether some formula depends on the length of the run.
  public var namesProgress: Bool {
    let written = players.map { player in
      (
        scopes.scope(of: player),
        [player.minimize, player.rate] + player.lets.map(\.formula)
      )
    }
    let direct = written.contains { scope, formulas in
      formulas.contains { Uses(of: $0, in: scope).names.contains("progress") }
    }
    return direct
      || (metrics.sets.flatMap(\.formulas) + (samples?.show ?? [])).contains {
        Uses(of: $0.formula, in: scopes.measured).names.contains("progress")
      }
      || parameters.contains {
        $0.value == nil && Uses(of: $0.formula, in: scopes.common).names.contains("progress")
      }
  }
}

extension Node {
  /// An experiment's long form with some of its parameters.
  func keeping(parameters: Set<String>) -> Node {
    mapEntries { entry in
      guard entry.key == "parameters" else { return entry.value }
      let kept = entry.value.mapEntries { parameters.contains($0.key) ? $0.value : nil }
      return kept.entries?.isEmpty == true ? nil : kept
    }
  }

  /// An experiment's long form without the grid of its pictures.
  func withoutGrid() -> Node {
    mapEntries { entry in
      guard entry.key == "samples" else { return entry.value }
      return entry.value.mapEntries { $0.key == "grid" ? nil : $0.value }
    }
  }

  /// A mapping with other values, or without the entries for which there is none.
  fileprivate func mapEntries(_ change: (Entry) -> Node?) -> Node {
    guard let entries else { return self }
    let changed = entries.compactMap { entry in
      change(entry).map { Entry(entry.key, at: entry.keySpan, $0) }
    }
    return Node(.mapping(changed), at: span)
  }

  /// An experiment with other settings of its dataset.
  fileprivate func mapDataset(_ change: (Entry) -> Node?) -> Node {
    mapEntries { section in
      guard section.key == "data" else { return section.value }
      return section.value.mapEntries { entry in
        guard entry.key == "dataset" else { return entry.value }
        return entry.value.mapEntries { $0.value.mapEntries(change) }
      }
    }
  }
}
