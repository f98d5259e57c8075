import SimulationKernel

/// A consistent-hash ring: each member owns the arcs before its points.
///
/// The points of a node that has left stay in their places, and its arcs go to the next member: who
/// leaves or comes back changes no more than the arcs of its own points.
///
/// - Note: Source of the number of points: ex_hash_ring, the library of Discord's Elixir services, has
///   512 replicas of a node unless told.
public struct HashRing: Sendable, Equatable {
  private struct Point: Sendable, Equatable {
    let hash: UInt64
    let node: ElixirNodeID
    /// Whose arc ends here: that of the first member at or after this point.
    var owner: ElixirNodeID
  }

  static let pointsPerNode = 512
  private static let sliceShift: UInt64 = 50

  /// Points of all nodes that have ever been members, by hash.
  private var points: [Point] = []
  /// Where each node's points are, by its number.
  private var places: [[UInt32]] = []
  /// Number of points before each 16,384th of the circle: lookups start there.
  private var index = [UInt32](repeating: 0, count: 1 << (64 - sliceShift))
  /// Total length of each node's arcs, by its number; that of the only member wraps to zero.
  private var lengths: [UInt64] = []
  private var isMember: [Bool] = []
  public private(set) var members: [ElixirNodeID] = []
  private let hashes: RandomStream

  public init(members: [ElixirNodeID], hashes: RandomStream) {
    self.hashes = hashes
    self.members = members
    let nodes = (members.map(\.index).max() ?? -1) + 1
    places = Array(repeating: [], count: nodes)
    lengths = Array(repeating: 0, count: nodes)
    isMember = Array(repeating: false, count: nodes)
    order(members.flatMap { Self.points(of: $0, hashes) })
    for node in members {
      isMember[node.index] = true
      places[node.index].reserveCapacity(Self.pointsPerNode)
    }
    for (place, point) in points.enumerated() {
      lengths[point.node.index] &+= point.hash &- points[before(place)].hash
      places[point.node.index].append(UInt32(place))
    }
  }

  public var isEmpty: Bool { members.isEmpty }

  /// Share of the circle that a member owns; zero for a node that is none.
  public func share(of node: ElixirNodeID) -> Double {
    guard node.index < lengths.count else { return 0 }
    if members.count == 1 { return members[0] == node ? 1 : 0 }
    return Double(lengths[node.index]) * 0x1p-64
  }

  /// - Complexity: O(points of a node × nodes ÷ members).
  public mutating func remove(_ node: ElixirNodeID) {
    guard let place = members.firstIndex(of: node) else { return }
    members.remove(at: place)
    isMember[node.index] = false
    guard !members.isEmpty else { return }
    for place in places[node.index] {
      var next = after(Int(place))
      while !isMember[points[next].node.index] { next = after(next) }
      give(Int(place), to: points[next].node)
    }
  }

  /// - Complexity: As that of `remove`; O(points) for a node that has never been a member.
  public mutating func insert(_ node: ElixirNodeID) {
    guard !members.contains(node) else { return }
    guard node.index < places.count, !places[node.index].isEmpty else { return add(node) }
    members.append(node)
    isMember[node.index] = true
    for place in places[node.index] { give(Int(place), to: node) }
  }

  /// Gives the arc that ends at a place, with all of its parts, to the member that owns it now.
  private mutating func give(_ place: Int, to node: ElixirNodeID) {
    var place = place
    while points[place].owner != node {
      let before = before(place)
      let length = points[place].hash &- points[before].hash
      lengths[points[place].owner.index] &-= length
      lengths[node.index] &+= length
      points[place].owner = node
      if isMember[points[before].node.index] { return }
      place = before
    }
  }

  /// Makes a node a member that has never been one.
  private mutating func add(_ node: ElixirNodeID) {
    let left = places.indices.filter { !places[$0].isEmpty && !isMember[$0] }
      .map { ElixirNodeID(UInt16($0)) }
    self = HashRing(members: members + [node] + left, hashes: hashes)
    for node in left { remove(node) }
  }

  private func before(_ place: Int) -> Int { (place == 0 ? points.count : place) - 1 }
  private func after(_ place: Int) -> Int { place == points.count - 1 ? 0 : place + 1 }

  private static func points(of node: ElixirNodeID, _ hashes: RandomStream) -> [Point] {
    (0..<pointsPerNode).map { point in
      Point(
        hash: hashes.bits(for: UInt64(node.rawValue), draw: UInt64(point)), node: node, owner: node)
    }
  }

  private static func isBefore(_ left: Point, _ right: Point) -> Bool {
    // Tuples compare the same, and take most of a debug build's time.
    left.hash == right.hash
      ? left.node.rawValue < right.node.rawValue : left.hash < right.hash
  }

  /// Fills `points` in order and `index` with it.
  ///
  /// Hashes are uniform: counted by slice, only a few points of each slice are left to be sorted.
  private mutating func order(_ unordered: [Point]) {
    for point in unordered {
      let following = Int(point.hash >> Self.sliceShift) + 1
      if following < index.count { index[following] += 1 }
    }
    for slice in index.indices.dropFirst() { index[slice] += index[slice - 1] }
    points = unordered
    var ends = index
    for point in unordered {
      let slice = Int(point.hash >> Self.sliceShift)
      var place = Int(ends[slice])
      while place > Int(index[slice]), Self.isBefore(point, points[place - 1]) {
        points[place] = points[place - 1]
        place -= 1
      }
      points[place] = point
      ends[slice] += 1
    }
  }

  /// Every owned arc, member by member: its first hash and its length, in all 2^64.
  var arcsByMember: [(first: UInt64, length: UInt64)] {
    guard !isEmpty else { return [] }
    var arcs: [[(first: UInt64, length: UInt64)]] = Array(repeating: [], count: lengths.count)
    for (place, point) in points.enumerated() {
      let start = points[before(place)].hash
      arcs[point.owner.index].append((start &+ 1, point.hash &- start))
    }
    return arcs.flatMap(\.self)
  }

  /// The member that owns this hash, or nil on an empty ring.
  ///
  /// - Complexity: O(1) on average.
  public func owner(of hash: UInt64) -> ElixirNodeID? {
    guard !isEmpty else { return nil }
    var place = Int(index[Int(hash >> Self.sliceShift)])
    while place < points.count && points[place].hash < hash { place += 1 }
    return points[place == points.count ? 0 : place].owner
  }
}
