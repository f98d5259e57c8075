import SimulationKernel
import Testing

/// Notes all it is told.
private struct Notebook: Observer {
  typealias Watched = RippleWorld

  var before: [Instant] = []
  var after: [UInt64] = []
  var samples: [(at: Instant, handled: UInt64)] = []
  var clock: SampleClock

  init(every period: Duration) { clock = SampleClock(every: period) }

  var nextSample: Instant? { clock.next }

  mutating func willHandle(_ event: RippleWorld.Event, at instant: Instant, in world: RippleWorld) {
    before.append(instant)
    #expect(world.handled == UInt64(before.count - 1))
  }
  mutating func didHandle(_ event: RippleWorld.Event, at instant: Instant, in world: RippleWorld) {
    after.append(world.handled)
  }
  mutating func sample(at instant: Instant, of world: RippleWorld) {
    samples.append((instant, world.handled))
    clock.advance()
  }
}

/// Names a sampling instant and never moves on from it.
private struct Stuck: Observer {
  typealias Watched = RippleWorld
  var nextSample: Instant? { .start }
}

@Suite("Observer")
struct ObserverTests {
  @Test("Watching leaves the digest alone", arguments: 0..<10)
  func doesNotDisturb(seed: UInt64) {
    var bare = RippleWorld.simulation(seed: seed)
    bare.run(until: .start + .seconds(50))
    var watched = RippleWorld.simulation(seed: seed)
    var pair = ObserverPair(
      Notebook(every: .milliseconds(70)), Notebook(every: .nanoseconds(333_333_333)))
    watched.run(until: .start + .seconds(50), observer: &pair)
    #expect(watched.digest == bare.digest)
    #expect(watched.digestTrail == bare.digestTrail)
    #expect(watched.world == bare.world)
    #expect(UInt64(pair.first.before.count) == bare.eventCount)
  }

  @Test("Each event is told before and after it happens")
  func tellsEvents() {
    var simulation = RippleWorld.simulation()
    var notes = Notebook(every: .hours(1))
    simulation.run(events: 500, observer: &notes)
    #expect(notes.before == notes.before.sorted())
    #expect(notes.after == Array(1...500))
  }

  @Test("Samples come at their period and see everything before their instant and nothing at it")
  func samplesOnTime() {
    var simulation = RippleWorld.simulation()
    var notes = Notebook(every: .milliseconds(500))
    simulation.run(until: .start + .seconds(10), observer: &notes)
    let expected = (0...20).map { Instant.start + .milliseconds(500 * $0) }
    #expect(notes.samples.map(\.at) == expected)
    for (instant, handled) in notes.samples {
      #expect(handled == UInt64(notes.before.filter { $0 < instant }.count), "\(instant)")
    }
  }

  @Test("Cutting a run neither loses nor repeats a sample")
  func samplesOnceWhenCut() {
    var simulation = RippleWorld.simulation()
    var notes = Notebook(every: .milliseconds(500))
    for cut in 1...40 {
      simulation.run(until: .start + .milliseconds(250 * Int64(cut)), observer: &notes)
      simulation.run(events: 1, observer: &notes)
    }
    let reached = simulation.now.nanoseconds / 500_000_000
    #expect(notes.samples.map(\.at) == (0...reached).map { .start + .milliseconds(500 * $0) })
  }

  @Test("A pair samples each of its two at its own instants")
  func pairsKeepTheirPeriods() {
    var simulation = RippleWorld.simulation()
    var pair = ObserverPair(Notebook(every: .seconds(2)), Notebook(every: .seconds(3)))
    simulation.run(until: .start + .seconds(12), observer: &pair)
    #expect(pair.first.samples.map(\.at) == [0, 2, 4, 6, 8, 10, 12].map { .start + .seconds($0) })
    #expect(pair.second.samples.map(\.at) == [0, 3, 6, 9, 12].map { .start + .seconds($0) })
  }

  @Test("Sampling instants end with time")
  func clockEnds() {
    var clock = SampleClock(every: .days(1), from: .endOfTime - .hours(1))
    clock.advance()
    #expect(clock.next == nil)
    clock.advance()
    #expect(clock.next == nil)
  }

  @Test("An observer that does not move on stops the run instead of hanging it")
  func refusesStuckObserver() async {
    await #expect(processExitsWith: .failure) {
      var simulation = RippleWorld.simulation()
      var stuck = Stuck()
      simulation.run(events: 1, observer: &stuck)
    }
  }
}
