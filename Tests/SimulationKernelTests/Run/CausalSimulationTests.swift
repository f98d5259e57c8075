import SimulationKernel
import Testing

/// What a run without causes shows of them: every event's place, and who scheduled it.
private struct Family: CauseObserver {
  var isDone: Bool { false }
  typealias Watched = RippleWorld
  var causes: [UInt64] = []
  var instants: [Instant] = []

  mutating func didHandle(
    _ event: RippleWorld.Event, number: UInt64, cause: UInt64, at instant: Instant,
    in world: RippleWorld
  ) {
    #expect(number == UInt64(causes.count + 1))
    causes.append(cause)
    instants.append(instant)
  }
}

@Suite("CausalSimulation")
struct CausalSimulationTests {
  @Test("Causes are known of the same run: digest, count, world and end", arguments: 0..<10)
  func sameRun(seed: UInt64) {
    var plain = RippleWorld.simulation(seed: seed)
    plain.run(until: .start + .seconds(20))
    var causal = CausalSimulation(RippleWorld.simulation(seed: seed))
    var family = Family()
    let end = causal.run(until: .start + .seconds(20), observer: &family)
    #expect(end == .reachedInstant)
    #expect(causal.digest == plain.digest && causal.world == plain.world)
    #expect(causal.eventCount == plain.eventCount && family.causes.count == Int(plain.eventCount))
  }

  @Test("Going on from the middle of a run is the same run; what waited there has no cause")
  func goesOn() {
    var straight = RippleWorld.simulation()
    straight.run(until: .start + .seconds(20))
    var half = RippleWorld.simulation()
    half.run(until: .start + .seconds(7))
    let waiting = half.pendingEvents
    var causal = CausalSimulation(half)
    var family = Numbers()
    causal.run(until: .start + .seconds(20), observer: &family)
    #expect(causal.digest == straight.digest && causal.eventCount == straight.eventCount)
    #expect(family.roots <= waiting && family.roots > 0)
    #expect(family.smallest > half.eventCount)
  }

  @Test("A cause comes before what it causes, and an event's children are those it scheduled")
  func order() {
    var causal = CausalSimulation(RippleWorld.simulation(seed: 3))
    var family = Family()
    causal.run(until: .start + .seconds(20), observer: &family)
    for (index, cause) in family.causes.enumerated() where cause != 0 {
      #expect(cause < UInt64(index + 1))
      #expect(family.instants[Int(cause) - 1] <= family.instants[index])
    }
    // Scheduled before the run: the first events, and no other.
    let first = RippleWorld.simulation(seed: 3).pendingEvents
    #expect(family.causes.count(where: { $0 == 0 }) == first)
  }
}

/// How many events have no cause in the run, and the smallest cause of the others.
private struct Numbers: CauseObserver {
  var isDone: Bool { false }
  typealias Watched = RippleWorld
  var roots = 0
  var smallest = UInt64.max

  mutating func didHandle(
    _ event: RippleWorld.Event, number: UInt64, cause: UInt64, at instant: Instant,
    in world: RippleWorld
  ) {
    if cause == 0 { roots += 1 } else { smallest = min(smallest, cause) }
  }
}
