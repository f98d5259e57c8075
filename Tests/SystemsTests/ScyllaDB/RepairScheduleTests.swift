import SimulationKernel
import Testing

@testable import Systems

@Suite("ScyllaDB: the repair's schedule")
struct RepairScheduleTests {
  private func rig(_ repair: String) throws -> ScyllaRig {
    var rig = try ScyllaRig(#""repair": { \#(repair) }"#)
    rig.database.start(through: &rig.ports)
    return rig
  }
  /// So many hours into the run.
  private func hour(_ count: Int64) -> Instant { .start + .hours(count) }

  @Test(
    "Without a schedule repair runs, or does not, from the start to the end",
    arguments: [true, false])
  func unscheduled(running: Bool) throws {
    let rig = try rig(#""running": \#(running)"#)
    #expect(rig.ports.timers.isEmpty && rig.database.isRepairing == running)
  }

  @Test("A scheduled repair starts, takes its time, and comes back a week later")
  func weekly() throws {
    var rig = try rig(#""running": false, "share": 0.5, "at": "14:00:00", "time": "6h""#)
    var found: [Int64] = []
    var before = false
    // Three weeks, hour by hour.
    for time in 0..<(21 * 24) as Range<Int64> {
      rig.run(until: hour(time))
      if rig.database.isRepairing != before { found.append(time) }
      before = rig.database.isRepairing
      #expect(rig.database.occupiedShare(at: hour(time)) == (before ? 0.5 : 0))
    }
    let week: Int64 = 7 * 24
    #expect(found == [14, 20, 14 + week, 20 + week, 14 + 2 * week, 20 + 2 * week])
  }

  @Test("The repair that runs at the start ends too; another rhythm and an early start are kept")
  func runningAtTheStart() throws {
    var rig = try rig(#""running": true, "time": "2h", "at": "12:00:00", "every": "24h""#)
    #expect(rig.database.isRepairing)
    rig.run(until: hour(2))
    #expect(!rig.database.isRepairing)
    rig.run(until: hour(13))
    #expect(rig.database.isRepairing)
    rig.run(until: hour(37))
    #expect(rig.database.isRepairing)
    rig.run(until: hour(39))
    #expect(!rig.database.isRepairing)
    // A start that lies before the run's counts on: the next one does.
    var late = try ScyllaRig(#""repair": { "running": false, "at": "01:00:00", "every": "24h" }"#)
    late.ports.now = hour(14)
    late.database.start(through: &late.ports)
    #expect(late.ports.timers.map(\.at) == [hour(25)])
  }

  @Test("An operator's stop holds over scheduled starts, until an operator starts repair again")
  func held() throws {
    var rig = try rig(#""running": true, "time": "30h", "at": "12:00:00", "every": "24h""#)
    rig.run(until: hour(1))
    rig.database.setRepair(running: false)
    rig.run(until: hour(13))
    #expect(!rig.database.isRepairing)
    rig.database.setRepair(running: true)
    #expect(rig.database.isRepairing, "the run of 12:00 goes on")
    rig.run(until: hour(35))
    #expect(rig.database.isRepairing)
  }

  @Test("One that an operator starts goes on until the next scheduled one is over")
  func byHand() throws {
    var rig = try rig(#""running": false, "time": "2h", "at": "12:00:00", "every": "24h""#)
    rig.run(until: hour(5))
    rig.database.setRepair(running: true)
    rig.run(until: hour(11))
    #expect(rig.database.isRepairing)
    rig.run(until: hour(15))
    #expect(!rig.database.isRepairing)
    // A late end of an earlier run ends nothing.
    rig.run(until: hour(37))
    rig.handle(.repairOver(run: 1))
    #expect(rig.database.isRepairing)
  }
}
