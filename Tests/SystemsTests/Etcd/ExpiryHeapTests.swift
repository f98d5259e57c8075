import Testing

@testable import Systems

@Suite("ExpiryHeap")
struct ExpiryHeapTests {
  /// Go's `container/heap`, word for word: swaps, no gaps.
  private struct Literal {
    var items: [ExpiryHeap.Item] = []

    mutating func push(_ item: ExpiryHeap.Item) {
      items.append(item)
      up(items.count - 1)
    }
    mutating func remove(_ place: Int) {
      let last = items.count - 1
      if last != place {
        items.swapAt(place, last)
        if !down(place, last) { up(place) }
      }
      items.removeLast()
    }
    private mutating func up(_ start: Int) {
      var child = start
      while child > 0 {
        let parent = (child - 1) / 2
        if items[child].due >= items[parent].due { break }
        items.swapAt(parent, child)
        child = parent
      }
    }
    private mutating func down(_ start: Int, _ end: Int) -> Bool {
      var parent = start
      while 2 * parent + 1 < end {
        var least = 2 * parent + 1
        if least + 1 < end && items[least + 1].due < items[least].due { least += 1 }
        if items[least].due >= items[parent].due { break }
        items.swapAt(parent, least)
        parent = least
      }
      return parent > start
    }
  }

  @Test("Every push and removal leaves the layout of Go's heap, ties included")
  func matchesGo() {
    for seed in 0..<200 {
      var dice = Dice(seed: seed, "heap")
      var entries = (0..<30).map { _ in Etcd.Keyspace.Entry(parent: 0) }
      var heap = ExpiryHeap()
      var literal = Literal()
      for _ in 0..<120 {
        let key = UInt32(dice.roll(30))
        let slot = entries[Int(key)].heapSlot
        if slot == noIndex {
          let due = Int64(dice.roll(6))
          heap.push(key, due: due, &entries)
          literal.push(ExpiryHeap.Item(due: due, key: key))
        } else {
          heap.remove(slot: Int(slot), &entries)
          literal.remove(Int(slot))
        }
        #expect(heap.items == literal.items, "seed \(seed)")
        for (place, item) in heap.items.enumerated() {
          #expect(entries[Int(item.key)].heapSlot == UInt32(place), "seed \(seed)")
        }
      }
    }
  }
}
