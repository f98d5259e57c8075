import SimulationKernel

/// A consistent-hash ring: each member owns the arcs before its points.
///
/// - Note: Source of the number of points: ex_hash_ring, the library of Discord's Elixir services, has
///   512 replicas of a node unless told.
public struct HashRing: Sendable, Equatable {
  private struct Point: Sendable, Equatable {
    let hash: UInt64
    let node: ElixirNodeID
  }

  static let pointsPerNode = 512
  private static let sliceShift: UInt64 = 50

  /// Points of the members, by hash.
  private var points: [Point] = []
  /// Number of points before each 16,384th of the circle: lookups start there.
  private var index = [UInt32](repeating: 0, count: 1 << (64 - sliceShift))
  /// Total length of each node's arcs, by its number; that of the only member wraps to zero.
  private var lengths: [UInt64] = []
  public private(set) var members: [ElixirNodeID] = []
  private let hashes: RandomStream

  public init(members: [ElixirNodeID], hashes: RandomStream) {
    self.hashes = hashes
    self.members = members
    lengths = Array(repeating: 0, count: (members.map(\.index).max() ?? -1) + 1)
    points = members.flatMap { Self.points(of: $0, hashes) }.sorted(by: Self.isBefore)
    var before = points.last?.hash ?? 0
    for point in points {
      lengths[point.node.index] &+= point.hash &- before
      before = point.hash
    }
    count(points, as: 1)
  }

  public var isEmpty: Bool { points.isEmpty }

  /// Share of the circle that a member owns; zero for a node that is none.
  public func share(of node: ElixirNodeID) -> Double {
    guard node.index < lengths.count else { return 0 }
    if members.count == 1 { return members[0] == node ? 1 : 0 }
    return Double(lengths[node.index]) * 0x1p-64
  }

  /// - Complexity: O(points).
  public mutating func remove(_ node: ElixirNodeID) {
    guard let place = members.firstIndex(of: node) else { return }
    members.remove(at: place)
    moveArcs(from: node, isJoining: false)
    var removed: [Point] = []
    removed.reserveCapacity(Self.pointsPerNode)
    var kept = 0
    for next in points.indices {
      if points[next].node == node {
        removed.append(points[next])
      } else {
        points[kept] = points[next]
        kept += 1
      }
    }
    points.removeLast(points.count - kept)
    count(removed, as: -1)
  }

  /// - Complexity: O(points).
  public mutating func insert(_ node: ElixirNodeID) {
    guard !members.contains(node) else { return }
    members.append(node)
    if lengths.count <= node.index {
      lengths += Array(repeating: 0, count: node.index + 1 - lengths.count)
    }
    let added = Self.points(of: node, hashes).sorted(by: Self.isBefore)
    // Merged from the end: each point moves at most once.
    var (old, new) = (points.count - 1, added.count - 1)
    points += added
    var place = points.count - 1
    while new >= 0 {
      if old >= 0 && Self.isBefore(added[new], points[old]) {
        points[place] = points[old]
        old -= 1
      } else {
        points[place] = added[new]
        new -= 1
      }
      place -= 1
    }
    moveArcs(from: node, isJoining: true)
    count(added, as: 1)
  }

  /// The arcs before a node's points go over to it, or to the owners of the next points.
  private mutating func moveArcs(from node: ElixirNodeID, isJoining: Bool) {
    lengths[node.index] = 0
    var before = points[points.count - 1].hash
    var moved: UInt64 = 0
    for point in points {
      if point.node == node {
        moved &+= point.hash &- before
      } else if moved != 0 {
        pass(moved, from: point.node, to: node, isJoining)
        moved = 0
      }
      before = point.hash
    }
    // What lies after the last point of another belongs to the first one.
    if let next = points.first(where: { $0.node != node }) {
      pass(moved, from: next.node, to: node, isJoining)
    }
  }

  private mutating func pass(
    _ length: UInt64, from other: ElixirNodeID, to node: ElixirNodeID, _ isJoining: Bool
  ) {
    if isJoining {
      lengths[other.index] &-= length
      lengths[node.index] &+= length
    } else {
      lengths[other.index] &+= length
    }
  }

  private static func points(of node: ElixirNodeID, _ hashes: RandomStream) -> [Point] {
    (0..<pointsPerNode).map { point in
      Point(hash: hashes.bits(for: UInt64(node.rawValue), draw: UInt64(point)), node: node)
    }
  }

  private static func isBefore(_ left: Point, _ right: Point) -> Bool {
    (left.hash, left.node.rawValue) < (right.hash, right.node.rawValue)
  }

  /// Adds points, in their order, to the slices' counts, or takes them away.
  private mutating func count(_ changed: [Point], as sign: Int) {
    var before = 0
    for slice in index.indices {
      let floor = UInt64(slice) << Self.sliceShift
      while before < changed.count && changed[before].hash < floor { before += 1 }
      index[slice] = UInt32(Int(index[slice]) + sign * before)
    }
  }

  /// Every owned arc, member by member: its first hash and its length, in all 2^64.
  var arcsByMember: [(first: UInt64, length: UInt64)] {
    let order = points.indices.sorted {
      (points[$0].node.rawValue, $0) < (points[$1].node.rawValue, $1)
    }
    return order.map { index in
      let before = points[index == 0 ? points.count - 1 : index - 1].hash
      return (before &+ 1, points[index].hash &- before)
    }
  }

  /// The member that owns this hash, or nil on an empty ring.
  ///
  /// - Complexity: O(1) on average.
  public func owner(of hash: UInt64) -> ElixirNodeID? {
    guard !points.isEmpty else { return nil }
    var place = Int(index[Int(hash >> Self.sliceShift)])
    while place < points.count && points[place].hash < hash { place += 1 }
    return points[place == points.count ? 0 : place].node
  }
}
