/// Where a node finds the API: the API nodes whose entries it has parsed.
///
/// A set of node numbers, a bit each: a change costs the same however many entries there are.
struct EndpointView: Sendable, Equatable {
  private var words: [UInt64] = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  func contains(_ node: APINodeID) -> Bool {
    node.index >> 6 < words.count && words[node.index >> 6] >> UInt64(node.index & 63) & 1 == 1
  }

  mutating func insert(_ node: APINodeID) {
    guard !contains(node) else { return }
    while words.count <= node.index >> 6 { words.append(0) }
    words[node.index >> 6] |= 1 << UInt64(node.index & 63)
    count += 1
  }

  mutating func remove(_ node: APINodeID) {
    guard contains(node) else { return }
    words[node.index >> 6] &= ~(1 << UInt64(node.index & 63))
    count -= 1
  }

  /// The node with this rank among those in the view, from zero in the order of numbers.
  ///
  /// - Precondition: `rank` is below `count`.
  subscript(rank: Int) -> APINodeID {
    precondition(rank >= 0 && rank < count, "a rank is one of \(count): \(rank)")
    var left = rank
    var index = 0
    while left >= words[index].nonzeroBitCount {
      left -= words[index].nonzeroBitCount
      index += 1
    }
    var word = words[index]
    for _ in 0..<left { word &= word - 1 }
    return APINodeID(UInt16(index << 6 | word.trailingZeroBitCount))
  }
}
