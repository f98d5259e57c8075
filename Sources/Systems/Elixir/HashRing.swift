import SimulationKernel

/// A consistent-hash ring: each member owns the arcs before its points.
public struct HashRing: Sendable, Equatable {
  private struct Point: Sendable, Equatable {
    let hash: UInt64
    let node: ElixirNodeID
  }

  private static let pointsPerNode = 64

  /// Points of the members, by hash.
  private var points: [Point] = []
  /// First point at or after each 4,096th of the circle: lookups start there.
  private var index: [UInt32] = []
  public private(set) var members: [ElixirNodeID] = []
  private let hashes: RandomStream

  public init(members: [ElixirNodeID], hashes: RandomStream) {
    self.hashes = hashes
    self.members = members
    points = members.flatMap { Self.points(of: $0, hashes) }.sorted(by: Self.isBefore)
    indexPoints()
  }

  public var isEmpty: Bool { points.isEmpty }

  public mutating func remove(_ node: ElixirNodeID) {
    guard let place = members.firstIndex(of: node) else { return }
    members.remove(at: place)
    points.removeAll { $0.node == node }
    indexPoints()
  }

  public mutating func insert(_ node: ElixirNodeID) {
    guard !members.contains(node) else { return }
    members.append(node)
    let added = Self.points(of: node, hashes).sorted(by: Self.isBefore)
    var merged: [Point] = []
    merged.reserveCapacity(points.count + added.count)
    var next = 0
    for point in points {
      while next < added.count && Self.isBefore(added[next], point) {
        merged.append(added[next])
        next += 1
      }
      merged.append(point)
    }
    merged += added[next...]
    points = merged
    indexPoints()
  }

  private static func points(of node: ElixirNodeID, _ hashes: RandomStream) -> [Point] {
    (0..<pointsPerNode).map { point in
      Point(hash: hashes.bits(for: UInt64(node.rawValue), draw: UInt64(point)), node: node)
    }
  }

  private static func isBefore(_ left: Point, _ right: Point) -> Bool {
    (left.hash, left.node.rawValue) < (right.hash, right.node.rawValue)
  }

  private mutating func indexPoints() {
    index.removeAll(keepingCapacity: true)
    var next = 0
    for slice in 0..<4_096 {
      let floor = UInt64(slice) << 52
      while next < points.count && points[next].hash < floor { next += 1 }
      index.append(UInt32(next))
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

  /// Tells the parts of the circle that the members own, each with its length as a share.
  func forEachArc(_ body: (ElixirNodeID, Double) -> Void) {
    for index in points.indices {
      let before = points[index == 0 ? points.count - 1 : index - 1].hash
      // A member alone owns all of it; with 64 points its arcs add up to that.
      body(points[index].node, Double(points[index].hash &- before) * 0x1p-64)
    }
  }

  /// The member that owns this hash, or nil on an empty ring.
  ///
  /// - Complexity: O(1) on average.
  public func owner(of hash: UInt64) -> ElixirNodeID? {
    guard !points.isEmpty else { return nil }
    var place = Int(index[Int(hash >> 52)])
    while place < points.count && points[place].hash < hash { place += 1 }
    return points[place == points.count ? 0 : place].node
  }
}
