import SimulationKernel
import Testing

@testable import Systems

@Suite("ScyllaDB: faults during a run")
struct DatabaseFaultTests {
  private typealias Rig = ScyllaRig

  @Test("Nodes that go down take their shards away, and bring them back when they heal")
  func shards() throws {
    var rig = try Rig(#""nodes": 10, "shards": 4, "nodesDown": 1"#)
    #expect(rig.database.pool.servers == 36)
    rig.handle(.faultBegan(.nodesDown(2)))
    #expect(rig.database.pool.servers == 28 && rig.database.nodesDown == 3)
    rig.handle(.faultBegan(.nodesDown(3)))
    #expect(rig.database.pool.servers == 16)
    rig.handle(.faultEnded(.nodesDown(2)))
    #expect(rig.database.pool.servers == 24)
    rig.handle(.faultEnded(.nodesDown(3)))
    #expect(rig.database.pool.servers == 36 && rig.database.damage.nodesDown == 0)
    // All of them and more: one is left to be asked in vain.
    rig.handle(.faultBegan(.nodesDown(2_000)))
    #expect(rig.database.pool.servers == 4 && rig.database.nodesDown == 10)
    rig.handle(.readArrived(Rig.read(1)))
    #expect(rig.database.totals.unavailable == 1 && rig.ports.answers.map(\.ok) == [false])
  }

  @Test("A share of those that wait is lost unanswered; what is in hand is finished; all adds up")
  func lostReads() throws {
    let shares = try (0..<20 as Range<UInt64>).map { seed in
      var rig = try Rig(#""nodes": 10, "shards": 2"#, seed: seed)
      for slot in 0..<520 as Range<UInt32> {
        rig.handle(.readArrived(Rig.read(slot, reads: 200)))
      }
      rig.ports.now = .start + .milliseconds(1)
      rig.handle(.faultBegan(.nodesDown(3)))
      let lost = rig.database.totals.lost
      #expect(rig.database.pool.waiting == 500 - lost && rig.database.pool.busy == 20)
      #expect(rig.ports.answers.count == 20, "the lost are not answered")
      rig.handle(.faultEnded(.nodesDown(3)))
      #expect(rig.database.totals.lost == lost && rig.database.pool.busy == 20)
      while !rig.ports.busy.isEmpty { rig.finishNext() }
      #expect(rig.ports.answers.count == 520 - lost && rig.database.totals.served == 520 - lost)
      let statistics = rig.database.pool.statistics(at: rig.ports.now)
      #expect(statistics.isBalanced && statistics.open == 0)
      #expect(statistics.drops == UInt64(lost))
      return Double(lost) / 500
    }
    let interval = Interval(of: shares)
    #expect(interval.contains(0.3), "\(interval)")
    #expect(interval.isSharp(0.3, within: 0.1), "\(interval)")
  }

  @Test("With the last node all that waits is lost")
  func lastNode() throws {
    var rig = try Rig(#""nodes": 3, "shards": 1"#)
    for slot in 0..<40 as Range<UInt32> { rig.handle(.readArrived(Rig.read(slot))) }
    rig.handle(.faultBegan(.nodesDown(2)))
    #expect(rig.database.pool.waiting > 0)
    rig.handle(.faultBegan(.nodesDown(2)))
    #expect(rig.database.nodesDown == 3 && rig.database.pool.waiting == 0)
    #expect(rig.database.totals.lost == 37)
  }

  @Test("Fewer shards start nothing until the surplus is worked off; healed ones start at once")
  func workedOff() throws {
    var rig = try Rig(#""nodes": 4, "shards": 1"#)
    for slot in 0..<40 as Range<UInt32> { rig.handle(.readArrived(Rig.read(slot))) }
    rig.handle(.faultBegan(.nodesDown(2)))
    let waiting = rig.database.pool.waiting
    rig.finishNext()
    rig.finishNext()
    #expect(rig.database.pool.busy == 2 && rig.database.pool.waiting == waiting)
    rig.finishNext()
    #expect(rig.database.pool.busy == 2 && rig.database.pool.waiting == waiting - 1)
    rig.handle(.faultEnded(.nodesDown(2)))
    #expect(rig.database.pool.busy == 4 && rig.database.pool.waiting == waiting - 3)
  }

  @Test("Who is lost is drawn for the read: neither the order nor others of the queue matter")
  func keyedLosses() throws {
    func survivors(after others: UInt32) throws -> Set<UInt32> {
      var rig = try Rig(#""nodes": 4, "shards": 1"#)
      for slot in 0..<others + 4 { rig.handle(.readArrived(Rig.read(slot, key: 9_000 + slot))) }
      for key in 0..<40 as Range<UInt32> {
        rig.handle(.readArrived(Rig.read(1_000 + key, key: key)))
      }
      rig.handle(.faultBegan(.nodesDown(1)))
      while !rig.ports.busy.isEmpty { rig.finishNext() }
      return Set(rig.ports.answers.map(\.read.key).filter { $0 < 40 })
    }
    let alone = try survivors(after: 0)
    #expect(alone.count > 15 && alone.count < 40)
    #expect(try survivors(after: 30) == alone)
  }

  @Test("The traffic of served users crowds on the nodes that are left")
  func crowding() throws {
    var rig = try Rig(#""nodes": 10, "load": 0.3, "nodesDown": 1"#)
    #expect(rig.database.occupiedShare(at: .start) == 0.3)
    rig.handle(.faultBegan(.nodesDown(3)))
    #expect(abs(rig.database.occupiedShare(at: .start) - 0.3 * 9 / 6) < 1e-12)
    rig.handle(.faultEnded(.nodesDown(3)))
    #expect(rig.database.occupiedShare(at: .start) == 0.3)
  }

  @Test("A fault from the start is the same as the setting of that name; healed, it leaves nothing")
  func equivalence() throws {
    /// The answers to some reads under a setting or a fault.
    func times(_ settings: String, _ faults: [ScyllaDB.Event]) throws -> [String] {
      var rig = try Rig(settings)
      for fault in faults { rig.handle(fault) }
      for slot in 0..<200 as Range<UInt32> { rig.handle(.readArrived(Rig.read(slot))) }
      while !rig.ports.busy.isEmpty { rig.finishNext() }
      return rig.ports.answers.map { "\($0.read.key) \($0.ok) \($0.after)" }
    }
    let plain = try times("", [])
    let cases: [(String, ScyllaDB.Fault)] = [
      (#""nodesDown": 6"#, .nodesDown(6)), (#""slowNode": 20"#, .nodeSlow(factor: 20)),
      (#""hotPartition": 0.4"#, .hotPartition(share: 0.4)),
    ]
    for (setting, fault) in cases {
      let set = try times(setting, [])
      #expect(try times("", [.faultBegan(fault)]) == set && set != plain, "\(fault)")
      #expect(try times("", [.faultBegan(fault), .faultEnded(fault)]) == plain, "\(fault)")
    }
    // Two slow nodes of 11 times are as bad as one of 21; hot shares stop at 90 %.
    let slow = ScyllaDB.Event.faultBegan(.nodeSlow(factor: 11))
    #expect(try times("", [slow, slow]) == times(#""slowNode": 21"#, []))
    let hot = ScyllaDB.Event.faultBegan(.hotPartition(share: 0.6))
    #expect(try times("", [hot, hot]) == times(#""hotPartition": 0.9"#, []))
  }

  @Test(
    "Of a small sample the capacity is exact with nodes down too",
    arguments: [(1, 100), (1, 1_000)])
  func scaled(numerator: Int, denominator: Int) throws {
    let scale = Scale(numerator, in: denominator)
    // 20 of 30 nodes are left.
    let exact = 160 * scale.fraction / 0.002
    let rates = try (0..<20 as Range<UInt64>).map { seed in
      var rig = try Rig("", scale: scale, seed: seed)
      // Keys that find a majority among the nodes that are left, whatever the seed.
      var slot: UInt32 = 0
      rig.handle(.faultBegan(.nodesDown(10)))
      while rig.database.pool.waiting < 700 {
        rig.handle(.readArrived(Rig.read(slot)))
        slot += 1
      }
      for _ in 0..<600 { rig.finishNext() }
      return 600 / rig.ports.now.elapsed(since: .start).seconds
    }
    let interval = Interval(of: rates)
    #expect(
      abs(interval.mean - exact) <= interval.halfWidth + exact * 0.01, "\(interval), \(exact)")
    #expect(interval.isSharp(exact, within: 0.06), "\(interval)")
  }
}
