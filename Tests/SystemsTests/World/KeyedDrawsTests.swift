import SimulationKernel
import Testing

@testable import Systems

/// How long each read took, and how long its answer travelled, by the read's number.
private struct ReadTimes: Observer {
  typealias Watched = OutageWorld

  struct Times: Equatable {
    var service = Duration.zero
    var answer = Duration.zero
  }

  private var arrivals: [UInt32: Instant] = [:]
  private var asking: [UInt64: UInt32] = [:]
  private(set) var times: [UInt32: Times] = [:]
  private(set) var slots: [UInt32: UInt32] = [:]

  private func worker(_ slot: UInt32, _ generation: UInt16) -> UInt64 {
    UInt64(slot) | UInt64(generation) << 32
  }

  mutating func didHandle(_ event: OutageEvent, at instant: Instant, in world: OutageWorld) {
    switch event {
    case .sessionsDatabase(.readArrived(let read)), .guildsDatabase(.readArrived(let read)):
      arrivals[read.key] = instant
      asking[worker(read.slot, read.generation)] = read.key
      slots[read.key] = read.slot
    case .sessionsDatabase(.readServed(let read)), .guildsDatabase(.readServed(let read)):
      guard let arrival = arrivals[read.key] else { return }
      times[read.key, default: Times()].service = instant - arrival
    case .api(.readAnswered(let slot, let generation, _)):
      guard let key = asking[worker(slot, generation)], let arrival = arrivals[key] else { return }
      times[key, default: Times()].answer = instant - arrival
    default: return
    }
  }
}

@Suite("Keyed draws")
struct KeyedDrawsTests {
  /// A thousand users of a whole company: nobody waits for anybody, so times are draws alone.
  private func simulation() throws -> Simulation<OutageWorld> {
    let text = """
      { "clients": { "online": 1000 }, "guilds": { "count": 1000 }, "faults": {
          "sessions": { "kind": "elixirNodes", "cluster": "sessions", "count": 20, "at": "00:01" },
          "guilds": { "kind": "elixirNodes", "cluster": "guilds", "count": 20, "at": "00:01" } } }
      """
    let configuration = try reading(text) {
      OutageConfiguration(scale: Scale(1, in: 1), reading: &$0)
    }
    return OutageWorld.simulation(of: configuration, seed: 3, startingAt: .start)
  }

  @Test("Added database reads of somebody unrelated leave the times of all other reads alone")
  func addedReads() throws {
    var (plain, changed) = (try simulation(), try simulation())
    for load in 0..<40 as Range<UInt16> {
      // A guild that is loaded: nobody waits for the answer, but workers and databases do the work.
      let call = RemoteCall(
        GuildID(UInt32(load)), load: 50_000 + load, caller: ElixirNodeID(400),
        deadline: Deadline(second(200)))
      changed.schedule(
        .api(.callArrived(call, at: APINodeID(0))), after: .milliseconds(61_000 + Int64(load) * 97))
    }
    var (before, after) = (ReadTimes(), ReadTimes())
    plain.run(until: second(90), observer: &before)
    changed.run(until: second(90), observer: &after)
    // Some 100 sessions with two reads each, some 130 guilds with eight.
    #expect(before.times.count > 500)
    #expect(after.times.count == before.times.count + 40 * 8)
    for (key, times) in before.times { #expect(after.times[key] == times, "read \(key)") }
    let moved = before.slots.filter { after.slots[$0.key] != $0.value }
    #expect(!moved.isEmpty, "the added reads take workers that others had")
  }
}
