import Dispatch
import Synchronization

/// What a function makes of each item, in their order; several items at a time, on all cores.
package func inParallel<Item: Sendable, Value: Sendable>(
  _ items: [Item], _ change: @Sendable (Item) -> Value
) -> [Value] {
  // Few items each, so that no core waits long for another one's share.
  let size = max(1, min(64, items.count / 32))
  let shares = (items.count + size - 1) / size
  let found = Mutex<[(first: Int, values: [Value])]>([])
  DispatchQueue.concurrentPerform(iterations: shares) { share in
    let range = share * size..<min(items.count, (share + 1) * size)
    let values = items[range].map(change)
    found.withLock { $0.append((range.lowerBound, values)) }
  }
  return found.withLock { $0.sorted { $0.first < $1.first }.flatMap(\.values) }
}
