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
    entries[Int(key)].heapSlot = UInt32(items.count - 1)
    siftUp(items.count - 1, &entries)
  }

  /// Takes out the key in `slot`.
  mutating func remove(slot: Int, _ entries: inout [Etcd.Keyspace.Entry]) {
    let last = items.count - 1
    let key = items[slot].key
    if slot != last {
      swap(slot, last, &entries)
      if !siftDown(slot, below: last, &entries) { siftUp(slot, &entries) }
    }
    items.removeLast()
    entries[Int(key)].heapSlot = noIndex
  }

  private mutating func swap(_ a: Int, _ b: Int, _ entries: inout [Etcd.Keyspace.Entry]) {
    items.swapAt(a, b)
    entries[Int(items[a].key)].heapSlot = UInt32(a)
    entries[Int(items[b].key)].heapSlot = UInt32(b)
  }

  private mutating func siftUp(_ start: Int, _ entries: inout [Etcd.Keyspace.Entry]) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard items[child].due < items[parent].due else { return }
      swap(parent, child, &entries)
      child = parent
    }
  }

  private mutating func siftDown(
    _ start: Int, below end: Int, _ entries: inout [Etcd.Keyspace.Entry]
  ) -> Bool {
    var parent = start
    while true {
      let left = 2 * parent + 1
      guard left < end else { break }
      var least = left
      if left + 1 < end && items[left + 1].due < items[left].due { least = left + 1 }
      guard items[least].due < items[parent].due else { break }
      swap(parent, least, &entries)
      parent = least
    }
    return parent > start
  }
}
