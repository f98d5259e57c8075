extension Queueing {
  /// A queue that takes and gives at both ends in O(1), in storage that only grows.
  struct Ring<Element: BitwiseCopyable & Sendable>: Sendable {
    /// Empty or a power of two long; slots outside of the queue hold old elements.
    private var slots: ContiguousArray<Element> = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The element at a place counted from the oldest.
    ///
    /// - Precondition: `place` is below `count`.
    subscript(place: Int) -> Element {
      precondition(place >= 0 && place < count, "a place is below the count: \(place)")
      return slots[(head + place) & (slots.count - 1)]
    }

    mutating func append(_ element: Element) {
      if count == slots.count { grow(filling: element) }
      slots[(head + count) & (slots.count - 1)] = element
      count += 1
    }

    mutating func popFirst() -> Element? {
      guard count > 0 else { return nil }
      let element = slots[head]
      head = (head + 1) & (slots.count - 1)
      count -= 1
      return element
    }

    mutating func popLast() -> Element? {
      guard count > 0 else { return nil }
      count -= 1
      return slots[(head + count) & (slots.count - 1)]
    }

    private mutating func grow(filling filler: Element) {
      var larger = ContiguousArray<Element>()
      larger.reserveCapacity(max(4, slots.count * 2))
      for place in 0..<count { larger.append(self[place]) }
      while larger.count < max(4, slots.count * 2) { larger.append(filler) }
      slots = larger
      head = 0
    }
  }
}

extension Queueing.Ring: Equatable where Element: Equatable {
  /// Equal when they hold the same elements, whatever their storage went through.
  static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
  }
}
