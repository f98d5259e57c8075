import SimulationKernel
import Testing

@testable import Systems

@Suite("ScyllaDB: major compactions")
struct CompactionTests {
  /// One that takes 8 hours in four waves, and 0.2 of all shards' time.
  private func rig(_ major: String = "", _ rest: String = "", at now: Instant = .start) throws
    -> ScyllaRig
  {
    var rig = try ScyllaRig(
      """
      "compaction": { "share": 0\(rest),
        "major": { "at": "01:00:00", "time": "2h", "share": 0.8, "nodes": 0.25\(major) } }
      """)
    rig.ports.now = now
    rig.database.start(through: &rig.ports)
    return rig
  }
  private func hour(_ count: Double) -> Instant { .start + Duration(seconds: count * 3_600) }

  private func expect(
    _ rig: inout ScyllaRig, _ shares: [(hour: Double, share: Double)],
    _ place: SourceLocation = #_sourceLocation
  ) {
    for (time, share) in shares {
      rig.run(until: hour(time))
      let found = rig.database.occupiedShare(at: rig.ports.now)
      #expect(abs(found - share) < 1e-12, "hour \(time): \(found)", sourceLocation: place)
    }
  }

  @Test("One takes its share in waves, from its start to the end of the last")
  func waves() throws {
    var rig = try rig()
    #expect(rig.ports.timers.count == 1)
    expect(&rig, [(0.99, 0), (1, 0.2), (5, 0.2), (8.99, 0.2), (9, 0), (1_000, 0)])
    #expect(rig.ports.timers.isEmpty)
  }

  @Test("Without a schedule there is none, and nothing is ordered")
  func none() throws {
    var rig = try ScyllaRig("")
    rig.database.start(through: &rig.ports)
    #expect(rig.ports.timers.isEmpty && rig.database.occupiedShare(at: hour(9)) == 0)
  }

  @Test("A schedule without a first start is an error in the scenario")
  func noFirst() throws {
    let found = try complaints(
      about: #"{ "scylla": { "sessions": { "compaction": { "major": { "every": "24h" } } } } }"#
    ) {
      let repair = ScyllaDB.RepairConfiguration(reading: &$0)
      return ScyllaDB.Configuration(.sessions, repair: repair, reading: &$0)
    }
    #expect(found.contains("major compactions have no first start"), "\(found)")
    #expect(found.contains("set 'scylla.sessions.compaction.major.at'"), "\(found)")
  }

  @Test("It comes back; a start that finds one under way is passed over")
  func every() throws {
    var daily = try rig(#", "every": "24h""#)
    expect(
      &daily, [(9, 0), (24.99, 0), (25, 0.2), (32.99, 0.2), (33, 0), (49, 0.2), (57, 0)])
    // Every six hours, of eight: the start at 7 is none, the one at 13 is.
    var often = try rig(#", "every": "6h""#)
    expect(&often, [(8.99, 0.2), (9, 0), (12.99, 0), (13, 0.2), (20.99, 0.2), (21, 0), (25, 0.2)])
  }

  @Test("A run that begins during one finishes it, and goes on with the schedule")
  func earlier() throws {
    var alone = try rig(at: hour(5))
    #expect(alone.ports.timers.isEmpty)
    expect(&alone, [(5, 0.2), (8.99, 0.2), (9, 0), (30, 0)])
    var daily = try rig(#", "every": "24h""#, at: hour(26))
    #expect(daily.ports.timers.map(\.at) == [hour(49)])
    expect(&daily, [(26, 0.2), (32.99, 0.2), (33, 0), (49, 0.2)])
    var often = try rig(#", "every": "6h""#, at: hour(10))
    expect(&often, [(10, 0), (13, 0.2)])
  }

  @Test(
    "A throttle takes that share off its capacity, and as much longer does it take",
    arguments: [(0.5, 0.1, 17), (0.2, 0.16, 11), (0.75, 0.05, 33)])
  func throttled(throttle: Double, share: Double, end: Double) throws {
    var rig = try rig("", ", \"throttle\": \(throttle)")
    expect(&rig, [(1, share), (end - 0.01, share), (end + 1e-6, 0)])
  }

  @Test("One that is throttled altogether takes nothing and goes on when the throttle is off")
  func stopped() throws {
    var rig = try rig()
    expect(&rig, [(3, 0.2)])
    rig.database.throttleCompaction(by: 1, at: hour(3))
    expect(&rig, [(3, 0), (100, 0)])
    rig.database.throttleCompaction(by: 0, at: hour(100))
    // Two of its eight hours are done.
    expect(&rig, [(100, 0.2), (105.99, 0.2), (106, 0)])
  }

  @Test("A throttle and another stagger in the middle count from then on")
  func changes() throws {
    var rig = try rig()
    rig.run(until: hour(5))
    // Half is done; the other half at half the rate takes eight hours.
    rig.database.throttleCompaction(by: 0.5, at: hour(5))
    expect(&rig, [(5, 0.1), (9, 0.1)])
    // A quarter is left: one wave at full rate, of an eighth of the nodes at a time two.
    rig.database.configuration.compactionThrottle = 0
    rig.database.configuration.majorCompactionNodes = 0.125
    rig.database.compactionChanged(at: hour(9))
    expect(&rig, [(9, 0.1), (12.99, 0.1), (13, 0)])
  }
}
