/// Keys with a TTL, the next one due on top.
///
/// A plain binary heap with the exact steps of Go's `container/heap`: keys that are due at the same
/// nanosecond leave in an order that depends on these steps, and that order becomes indices.
/// Each key's slot is written back to its entry, so that a key is found without searching.
struct ExpiryHeap: Equatable, Sendable {
  struct Item: Equatable, Sendable, BitwiseCopyable {
    var due: Int64
    var key: UInt32
  }

  private(set) var items: [Item] = []

  var top: Item? { items.first }

  mutating func push(_ key: UInt32, due: Int64, _ entries: inout [Etcd.Keyspace.Entry]) {
    items.append(Item(due: due, key: key))
    settle(Item(due: due, key: key), at: items.count - 1, below: items.count, &entries)
  }

  /// Takes out the key in `slot`.
  mutating func remove(slot: Int, _ entries: inout [Etcd.Keyspace.Entry]) {
    entries[Int(items[slot].key)].heapSlot = noIndex
    let last = items.removeLast()
    if slot < items.count { settle(last, at: slot, below: items.count, &entries) }
  }

  /// Puts `item` into the free slot `start`, or further down, or else further up.
  ///
  /// Items move into the gap instead of swapping with it: same result, half the writes.
  private mutating func settle(
    _ item: Item, at start: Int, below end: Int, _ entries: inout [Etcd.Keyspace.Entry]
  ) {
    items.withUnsafeMutableBufferPointer { items in
      entries.withUnsafeMutableBufferPointer { entries in
        var gap = start
        while true {
          let left = 2 * gap + 1
          guard left < end else { break }
          var least = left
          if left + 1 < end && items[left + 1].due < items[left].due { least = left + 1 }
          guard items[least].due < item.due else { break }
          items[gap] = items[least]
          entries[Int(items[gap].key)].heapSlot = UInt32(gap)
          gap = least
        }
        if gap == start {
          while gap > 0 {
            let parent = (gap - 1) / 2
            guard item.due < items[parent].due else { break }
            items[gap] = items[parent]
            entries[Int(items[gap].key)].heapSlot = UInt32(gap)
            gap = parent
          }
        }
        items[gap] = item
        entries[Int(item.key)].heapSlot = UInt32(gap)
      }
    }
  }
}
