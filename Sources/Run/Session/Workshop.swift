import Experiment
import Parts
import Tensor
import Text
import YAML

/// What a process that makes many runs keeps from one to the next: the programs, where two
/// experiments have the same graphs, and the data. What a run computes never depends on it.
public final class Workshop {
  private var programs: (key: Node, compiled: Compiled)?
  private var shelf: (key: Shelf, loading: DataLoading)?

  /// What data follows from.
  private struct Shelf: Equatable {
    let dataset: Node?
    let folder: String
    /// Nil where data is read, not made.
    let seed: UInt64?
    let digests: [String: String]
  }

  /// An empty workshop. The process keeps the memory that its runs leave.
  public init() { BufferShelf.shared.open() }

  /// A workshop that holds the programs of an experiment.
  init(_ compiled: Compiled) { programs = (compiled.experiment.programKey, compiled) }

  /// An experiment's programs; those of the last one, where its graphs are the same.
  func compile(_ experiment: Experiment) throws -> Compiled {
    let key = experiment.programKey
    if let programs, programs.key == key { return Compiled(experiment, like: programs.compiled) }
    programs = nil
    BufferShelf.shared.clear()
    do throws(Diagnostic) {
      let compiled = try Compiled(experiment)
      try compiled.checkMemory()
      programs = (key, compiled)
      return compiled
    } catch {
      throw Rejection([error])
    }
  }

  /// An experiment's data on its way into memory; there already, where it is that of the last one.
  func load(_ experiment: Experiment, matching digests: [String: String]) throws -> DataLoading {
    let section = experiment.data
    let key = Shelf(
      dataset: experiment.resolved["data"]?["dataset"], folder: section.context.folder,
      seed: section.files.isEmpty ? section.context.seed : nil, digests: digests)
    if let shelf, shelf.key == key { return shelf.loading }
    shelf = nil
    let loading = try DataLoading(section, matching: digests)
    shelf = (key, loading)
    return loading
  }
}
