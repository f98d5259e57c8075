import SimulationKernel
import Testing

@testable import Systems

@Suite("GuildPlacement")
struct GuildPlacementTests {
  private func ring(nodes: UInt16, seed: UInt64) -> HashRing {
    HashRing(
      members: (0..<nodes).map { ElixirNodeID($0) },
      hashes: RandomStream(seed: seed, name: "tests.ring"))
  }

  @Test("Every node has its share of a small sample's guilds, and of the large ones among them")
  func shares() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let ring = ring(nodes: 150, seed: seed)
      let placement = GuildPlacement(on: ring, offset: seed &* 0x1234_5678_9ABC_DEF1)
      for guilds in [300, 3_000] as [UInt32] {
        var counts = Array(repeating: 0.0, count: 150)
        for guild in 0..<guilds {
          let owner = try #require(ring.owner(of: placement.hash(of: GuildID(guild))))
          counts[owner.index] += 1
        }
        for node in 0..<150 {
          let share = ring.share(of: ElixirNodeID(UInt16(node))) * Double(guilds)
          // By chance it would be 1.4 or 4.5 more or less, and up to three times that of 150 nodes.
          #expect(abs(counts[node] - share) < 3, "node \(node), seed \(seed)")
        }
        // Half of the nodes: by chance give or take 27 of 3,000.
        let half = counts[..<75].reduce(0, +)
        let part = (0..<75).reduce(0) { $0 + ring.share(of: ElixirNodeID($1)) }
        #expect(abs(half - part * Double(guilds)) < 4, "seed \(seed)")
      }
    }
  }

  @Test("Arcs tile the circle, and each hash in one belongs to the node that it is listed under")
  func arcs() throws {
    let ring = ring(nodes: 7, seed: 4)
    let arcs = ring.arcsByMember
    let points = HashRing.pointsPerNode
    #expect(arcs.count == 7 * points)
    #expect(arcs.reduce(0 as UInt64) { $0 &+ $1.length } == 0, "the lengths add up to 2^64")
    for (index, arc) in arcs.enumerated() where arc.length > 0 {
      let node = ElixirNodeID(UInt16(index / points))
      #expect(ring.owner(of: arc.first) == node)
      #expect(ring.owner(of: arc.first &+ arc.length &- 1) == node)
    }
    let sorted = arcs.sorted { $0.first < $1.first }
    for (arc, next) in zip(sorted, sorted.dropFirst()) {
      #expect(arc.first &+ arc.length == next.first)
    }
  }
}
