import SimulationKernel
import Testing

@Suite("Simulation")
struct SimulationTests {
  @Test("The same seed gives the same run, another seed another")
  func repeats() {
    var runs = [1, 1, 2].map { RippleWorld.simulation(seed: $0) }
    for index in runs.indices { runs[index].run(events: 5_000) }
    #expect(runs[0].digest == runs[1].digest)
    #expect(runs[0].world == runs[1].world)
    #expect(runs[0].digestTrail == runs[1].digestTrail)
    #expect(runs[0].digest != runs[2].digest)
  }

  @Test("The digest is that of times and events in order")
  func digestsTimesAndEvents() {
    var simulation = RippleWorld.simulation(seed: 42)
    simulation.run(events: 10_000)
    var digest = Digest()
    var replay = RippleWorld.simulation(seed: 42)
    for _ in 0..<10_000 {
      guard let (time, event) = replay.step() else { break }
      digest.combine(time)
      event.fingerprint(into: &digest)
    }
    #expect(simulation.digest == digest)
  }

  @Test("An instant is reached from below: what is due at it waits")
  func isHalfOpen() {
    var simulation = RippleWorld.simulation()
    let second = Instant.start + .seconds(1)
    simulation.schedule(.ended, at: second)
    #expect(simulation.run(until: second) == .reachedInstant)
    #expect(simulation.now == second)
    #expect(simulation.run(until: second) == .reachedInstant)
    #expect(simulation.run(until: .start) == .reachedInstant)
    #expect(simulation.now == second)
    #expect(simulation.nextTime == second)
    #expect(simulation.run(until: second + .nanoseconds(1)) == .stopped)
    #expect(simulation.now == second)
  }

  @Test("However a run is cut, its digest and trail are the same", arguments: 0..<20)
  func cutsDoNotMatter(seed: UInt64) {
    var whole = RippleWorld.simulation(seed: seed)
    whole.run(until: .start + .seconds(400))
    var cut = RippleWorld.simulation(seed: seed)
    var random = TestRandom(seed: seed)
    while cut.eventCount + 60 < whole.eventCount {
      switch random.below(4) {
      case 0: cut.step()
      case 1: cut.run(events: random.below(50))
      case 2:
        let target = cut.eventCount + random.below(20)
        cut.run { world, _ in world.handled < target }
      default: cut.run(until: cut.now + .nanoseconds(Int64(random.below(1_000_000_000))))
      }
      if cut.now > .start + .seconds(395) { break }
    }
    cut.run(until: .start + .seconds(400))
    #expect(cut.eventCount == whole.eventCount, "seed \(seed)")
    #expect(cut.digest == whole.digest, "seed \(seed)")
    #expect(cut.digestTrail == whole.digestTrail, "seed \(seed)")
    #expect(cut.world == whole.world, "seed \(seed)")
  }

  @Test("A copy is a fork: both go on as the original would have")
  func forks() {
    var simulation = RippleWorld.simulation()
    simulation.run(until: .start + .seconds(10))
    var branch = simulation
    var changed = simulation
    changed.schedule(.rippled(cell: 3, amount: 1_000), at: changed.now)
    changed.run(until: .start + .seconds(20))
    simulation.run(until: .start + .seconds(20))
    branch.run(until: .start + .seconds(20))
    #expect(branch.digest == simulation.digest)
    #expect(changed.digest != simulation.digest)
    #expect(changed.world != simulation.world)
  }

  @Test("A run says why it ended")
  func givesReasons() {
    var simulation = RippleWorld.simulation()
    #expect(simulation.run(events: 0) == .reachedCount)
    #expect(simulation.eventCount == 0)
    #expect(simulation.run(events: 10) == .reachedCount)
    #expect(simulation.eventCount == 10)
    #expect(simulation.run { _, now in now < .start + .seconds(3) } == .conditionFailed)
    #expect(simulation.now >= .start + .seconds(3))
    simulation.schedule(.ended, after: .zero)
    #expect(simulation.run() == .stopped)
    #expect(simulation.run(events: 1) == .reachedCount, "a stop ends one run, not all")

    var empty = Simulation(world: RippleWorld(), environment: .init(), seed: 1)
    #expect(empty.run() == .ranOut)
    #expect(empty.run(until: .start + .seconds(1)) == .ranOut)
    #expect(empty.step() == nil)
    #expect(empty.now == .start)
    empty.schedule(.ended, at: .endOfTime)
    #expect(empty.run(until: .endOfTime) == .reachedInstant)
    #expect(empty.run() == .stopped)
    #expect(empty.eventCount == 1)
  }

  @Test("The budget of events holds over several runs")
  func spendsEvents() {
    var simulation = RippleWorld.simulation(budget: RunBudget(events: 100))
    #expect(simulation.run(events: 60) == .reachedCount)
    #expect(simulation.run() == .eventBudget)
    #expect(simulation.eventCount == 100)
    #expect(simulation.run(until: .start + .hours(1)) == .eventBudget)
    #expect(simulation.step() == nil)
    #expect(simulation.run(events: 1) == .eventBudget)
    #expect(simulation.eventCount == 100)
  }

  @Test("The budget of simulated time counts from the start")
  func spendsTime() {
    let start = Instant.start + .hours(14)
    var simulation = Simulation(
      world: RippleWorld(), environment: .init(), seed: 1, startingAt: start,
      budget: RunBudget(simulatedTime: .seconds(5)))
    simulation.schedule(.rippled(cell: 1, amount: 1), at: start)
    #expect(simulation.run(until: start + .seconds(4)) == .reachedInstant)
    #expect(simulation.run(until: start + .seconds(5)) == .reachedInstant)
    #expect(simulation.run(until: start + .seconds(6)) == .timeBudget)
    #expect(simulation.run() == .timeBudget)
    #expect(simulation.now == start + .seconds(5))
    #expect(simulation.step() == nil)
  }

  @Test("A world that goes round in circles at one instant is stopped")
  func endsLivelock() {
    var simulation = RippleWorld.simulation(budget: RunBudget(eventsPerInstant: 200_000))
    simulation.schedule(.spun, at: .start + .seconds(2))
    #expect(simulation.run() == .instantBudget)
    #expect(simulation.now == .start + .seconds(2))
    #expect(simulation.eventCount < 400_000)
  }

  @Test("A delay into the past or past the end of time is refused")
  func refusesDelays() async throws {
    let past = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var context = Context<RippleWorld.Event>(environment: .init(), seed: 1)
      context.schedule(.spun, after: .nanoseconds(-1))
    }
    let message = String(decoding: past.standardErrorContent, as: UTF8.self)
    #expect(message.contains("events never go back: -00:00:00.000000001 is before 00:00:00"))
    let beyond = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let start = Instant.start + .seconds(1)
      var context = Context<RippleWorld.Event>(environment: .init(), seed: 1, startingAt: start)
      context.schedule(.spun, after: .max)
    }
    let second = String(decoding: beyond.standardErrorContent, as: UTF8.self)
    #expect(second.contains("events are due before the end of time"))
  }
}
