import SimulationKernel
import Testing

@testable import Systems

@Suite("HashRing")
struct HashRingTests {
  private static let hashes = RandomStream(seed: 4, name: "ring")
  private static let keys = (0..<20_000 as Range<UInt64>).map {
    RandomStream(seed: 5, name: "keys").bits(for: $0, draw: 0)
  }

  private static func nodes(_ range: Range<UInt16>) -> [ElixirNodeID] { range.map { .init($0) } }
  private static func owners(_ ring: HashRing) -> [ElixirNodeID?] {
    keys.map { ring.owner(of: $0) }
  }

  @Test("Inserting and removing nodes gives the ring that is built from those left")
  func sameAsRebuilt() {
    var dice = Dice(seed: 6, "ring")
    var ring = HashRing(members: Self.nodes(0..<20), hashes: Self.hashes)
    var members = Set(Self.nodes(0..<20))
    for _ in 0..<30 {
      let node = ElixirNodeID(UInt16(dice.roll(30)))
      if members.remove(node) != nil {
        ring.remove(node)
      } else {
        members.insert(node)
        ring.insert(node)
      }
      let rebuilt = HashRing(
        members: members.sorted { $0.rawValue < $1.rawValue }, hashes: Self.hashes)
      #expect(Self.owners(ring) == Self.owners(rebuilt))
      for node in Self.nodes(0..<31) {
        #expect(ring.share(of: node) == rebuilt.share(of: node), "node \(node) at \(members)")
      }
      #expect(Set(ring.members) == members)
    }
  }

  @Test("Removing a node moves its own keys and no others; its return brings them back")
  func onlyItsArcsMove() {
    var ring = HashRing(members: Self.nodes(0..<50), hashes: Self.hashes)
    let before = Self.owners(ring)
    let gone = ElixirNodeID(17)
    ring.remove(gone)
    let after = Self.owners(ring)
    var heirs: Set<ElixirNodeID> = []
    for (old, new) in zip(before, after) {
      if old == gone {
        #expect(new != gone)
        if let new { heirs.insert(new) }
      } else {
        #expect(old == new)
      }
    }
    #expect(heirs.count > 20, "the keys go to many: \(heirs.count)")
    ring.insert(gone)
    #expect(Self.owners(ring) == before)
  }

  @Test("Doing it twice is doing it once")
  func idempotent() {
    var ring = HashRing(members: Self.nodes(0..<5), hashes: Self.hashes)
    ring.insert(ElixirNodeID(3))
    #expect(ring == HashRing(members: Self.nodes(0..<5), hashes: Self.hashes))
    ring.remove(ElixirNodeID(9))
    #expect(ring == HashRing(members: Self.nodes(0..<5), hashes: Self.hashes))
  }

  @Test("Shares are those of the arcs, add up to one, and tell how many keys a node owns")
  func shares() {
    let ring = HashRing(members: Self.nodes(0..<40), hashes: Self.hashes)
    let shares = Self.nodes(0..<40).map { ring.share(of: $0) }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    var counts = Array(repeating: 0, count: 40)
    for owner in Self.owners(ring) { counts[owner?.index ?? 0] += 1 }
    for (share, count) in zip(shares, counts) {
      let mean = share * Double(Self.keys.count)
      #expect(abs(Double(count) - mean) < 5 * mean.squareRoot(), "\(count) of \(mean)")
    }
  }

  @Test("Keys are spread evenly: 512 points a node")
  func balance() {
    let ring = HashRing(members: Self.nodes(0..<40), hashes: Self.hashes)
    var counts = Array(repeating: 0, count: 40)
    for owner in Self.owners(ring) { counts[owner?.index ?? 0] += 1 }
    #expect(counts.allSatisfy { $0 > 350 && $0 < 650 }, "\(counts)")
    // The shares' deviation is 1/sqrt(512) of their mean, and 500 keys scatter as much again.
    let variance = counts.reduce(0.0) { $0 + (Double($1) - 500) * (Double($1) - 500) } / 39
    #expect(variance.squareRoot() / 500 < 0.1)
  }

  @Test("An empty ring has no owner, a ring of one owns everything")
  func smallRings() {
    var ring = HashRing(members: [], hashes: Self.hashes)
    #expect(ring.isEmpty && ring.owner(of: 0) == nil && ring.owner(of: .max) == nil)
    ring.insert(ElixirNodeID(1))
    #expect(ring.owner(of: 0) == ElixirNodeID(1) && ring.owner(of: .max) == ElixirNodeID(1))
    #expect(ring.share(of: ElixirNodeID(1)) == 1 && ring.share(of: ElixirNodeID(0)) == 0)
    ring.remove(ElixirNodeID(1))
    #expect(ring.isEmpty && ring.owner(of: 0) == nil)
  }
}
