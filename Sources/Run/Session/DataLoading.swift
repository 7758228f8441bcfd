import Experiment
import Parts
import Synchronization

/// Data on its way into memory, on a thread of its own.
final class DataLoading {
  private let thread = Background(usesPool: true)
  private let shelf = Shelf()
  private let load: @Sendable () throws -> LoadedDataset

  private final class Shelf: Sendable {
    let data = Mutex<LoadedDataset?>(nil)
  }

  /// Starts to read a section's data, whose files have these digests.
  init(_ section: DataSection, matching digests: [String: String]) throws {
    load = { try section.load(matching: digests) }
    try thread.start { [load, shelf] in
      let data = try load()
      shelf.data.withLock { $0 = data }
    }
  }

  /// The data, when it is there; throws what was wrong with it.
  func data() throws -> LoadedDataset {
    try thread.finish()
    return try shelf.data.withLock { $0 } ?? load()
  }
}
