/// Choices, samples and shuffles.
extension RandomStream {
  /// One of the elements, each equally likely; nil if there are none.
  @inlinable
  public func choice<Elements: RandomAccessCollection>(
    of elements: Elements, for entity: UInt64, draw: UInt64
  ) -> Elements.Element? {
    guard !elements.isEmpty else { return nil }
    let offset = integer(below: UInt64(elements.count), for: entity, draw: draw)
    return elements[elements.index(elements.startIndex, offsetBy: Int(offset))]
  }

  /// Puts the elements in random order, each order equally likely.
  ///
  /// - Complexity: O(count).
  @inlinable
  public func shuffle<Elements: RandomAccessCollection & MutableCollection>(
    _ elements: inout Elements, for entity: UInt64, draw: UInt64
  ) {
    let stream = nested(for: entity, draw: draw)
    var remaining = UInt64(elements.count)
    var index = elements.startIndex
    while remaining > 1 {
      let offset = stream.integer(below: remaining, for: 0, draw: remaining)
      elements.swapAt(index, elements.index(index, offsetBy: Int(offset)))
      elements.formIndex(after: &index)
      remaining -= 1
    }
  }

  /// The elements in random order.
  @inlinable
  public func shuffled<Elements: Sequence>(
    _ elements: Elements, for entity: UInt64, draw: UInt64
  ) -> [Elements.Element] {
    var array = Array(elements)
    shuffle(&array, for: entity, draw: draw)
    return array
  }

  /// That many different numbers out of `0..<population`, ascending, each subset equally likely.
  ///
  /// All of them if `count` is the population or more.
  ///
  /// - Complexity: O(`count` log `count`), whatever the population is.
  /// - Note: Source: R. Floyd, in J. Bentley, "A sample of brilliance", CACM 30(9), 1987,
  ///   doi:10.1145/30401.315746.
  public func sample(_ count: Int, of population: Int, for entity: UInt64, draw: UInt64) -> [Int] {
    guard population > 0, count > 0 else { return [] }
    guard count < population else { return Array(0..<population) }
    let stream = nested(for: entity, draw: draw)
    // Lookups only: what leaves this function is in the order of drawing, then sorted.
    var taken: Set<Int> = []
    var sample: [Int] = []
    sample.reserveCapacity(count)
    for last in (population - count)..<population {
      let candidate = Int(stream.integer(below: UInt64(last) + 1, for: 0, draw: UInt64(last)))
      let chosen = taken.insert(candidate).inserted ? candidate : last
      if chosen == last { taken.insert(last) }
      sample.append(chosen)
    }
    return sample.sorted()
  }
}
