import SimulationKernel
import Testing

@Suite("DigestTrail and EventDifference")
struct EventDifferenceTests {
  /// The obvious search: both runs step by step.
  private func slowDifference(
    _ left: Simulation<RippleWorld>, _ right: Simulation<RippleWorld>, events: UInt64
  ) -> UInt64? {
    var left = left
    var right = right
    for index in 0..<events {
      left.step()
      right.step()
      if left.digest != right.digest { return index }
    }
    return nil
  }

  @Test("A planted difference is found at its first event", arguments: 0..<24)
  func findsPlantedDifference(seed: UInt64) throws {
    var random = TestRandom(seed: seed)
    let flaw = random.below([20, 1_000, 3_000, 6_000][Int(seed % 4)])
    let budget = RunBudget(events: 8_000)
    let plain = RippleWorld.simulation(seed: seed, budget: budget)
    let flawed = RippleWorld.simulation(seed: seed, flaw: flaw, budget: budget)
    let found = try #require(
      Simulation.firstDifference(of: { plain }, and: { flawed }), "seed \(seed), flaw \(flaw)")
    #expect(found.index == slowDifference(plain, flawed, events: 8_000), "seed \(seed)")
    #expect(found.index > flaw)
    #expect(found.left?.time == found.right?.time)
    #expect(found.left?.event != found.right?.event)
    #expect(found.left?.event.contains("rippled(cell:") == true)
  }

  @Test("Equal runs have no difference")
  func findsNothing() {
    let budget = RunBudget(events: 3_000)
    let difference = Simulation.firstDifference(
      of: { RippleWorld.simulation(budget: budget) },
      and: { RippleWorld.simulation(budget: budget) })
    #expect(difference == nil)
  }

  @Test("The longer of two runs that agree has the first event more")
  func findsTheLongerRun() throws {
    func run(events: UInt64) -> Simulation<RippleWorld> {
      RippleWorld.simulation(budget: RunBudget(events: events))
    }
    let found = try #require(
      Simulation.firstDifference(of: { run(events: 2_500) }, and: { run(events: 2_600) }))
    #expect(found.index == 2_500)
    #expect(found.left == nil)
    #expect(found.right != nil)
    #expect(found.description.hasPrefix("event 2500: no further event | "))
  }

  @Test("A run that stopped by itself is not taken further")
  func respectsStops() throws {
    func run(stopped: Bool) -> Simulation<RippleWorld> {
      var simulation = RippleWorld.simulation()
      if stopped { simulation.schedule(.ended, at: .start + .seconds(5)) }
      return simulation
    }
    let found = try #require(
      Simulation.firstDifference(
        of: { run(stopped: true) }, and: { run(stopped: false) }, until: .start + .seconds(9)))
    #expect(found.left?.event == "ended")
    #expect(found.left?.time == .start + .seconds(5))
  }

  @Test(
    "A trail stays small and holds the digests of its multiples",
    arguments: [0, 1, 1_024, 1_025, 5_000, 40_000] as [UInt64])
  func trailIsThin(events: UInt64) throws {
    var simulation = RippleWorld.simulation()
    simulation.run(events: events)
    let trail = simulation.digestTrail
    #expect(trail.checkpoints.count <= DigestTrail.checkpointLimit)
    #expect(UInt64(trail.checkpoints.count) == events / trail.interval)
    #expect(events <= 1_024 || trail.checkpoints.count >= DigestTrail.checkpointLimit / 2)
    var replay = RippleWorld.simulation()
    for checkpoint in trail.checkpoints.prefix(40) {
      replay.run(events: trail.interval)
      #expect(replay.digest == checkpoint)
    }
    #expect(DigestTrail(interval: trail.interval, checkpoints: trail.checkpoints) == trail)
  }

  @Test("Trails of unlike length agree up to their last common checkpoint")
  func comparesUnlikeTrails() {
    var short = RippleWorld.simulation()
    short.run(events: 900)
    var long = RippleWorld.simulation()
    long.run(events: 9_000)
    let interval = long.digestTrail.interval
    #expect(short.digestTrail.interval == 1 && interval == 16)
    #expect(short.digestTrail.lastAgreement(with: long.digestTrail) == 900 / interval * interval)
    #expect(long.digestTrail.lastAgreement(with: short.digestTrail) == 900 / interval * interval)
    #expect(DigestTrail().lastAgreement(with: long.digestTrail) == 0)
  }

  @Test("One checkpoint of many that is not the other's is seen, wherever it stands")
  func agreesThroughout() throws {
    var simulation = RippleWorld.simulation()
    simulation.run(events: 9_000)
    let trail = simulation.digestTrail
    let thin = trail.thinned(to: 40)
    #expect(trail.agreesThroughout(with: thin) && thin.agreesThroughout(with: trail))
    for place in thin.checkpoints.indices {
      var checkpoints = thin.checkpoints
      checkpoints[place] = Digest()
      let wrong = try #require(DigestTrail(interval: thin.interval, checkpoints: checkpoints))
      #expect(!trail.agreesThroughout(with: wrong), "checkpoint \(place)")
      #expect(!wrong.agreesThroughout(with: trail), "checkpoint \(place)")
    }
    let short = try #require(
      DigestTrail(interval: thin.interval, checkpoints: thin.checkpoints.dropLast()))
    #expect(!trail.agreesThroughout(with: short))
  }

  @Test("What no run leaves is not a trail")
  func refusesBadTrails() {
    #expect(DigestTrail(interval: 0, checkpoints: []) == nil)
    #expect(DigestTrail(interval: 3, checkpoints: []) == nil)
    let many = Array(repeating: Digest(), count: DigestTrail.checkpointLimit + 1)
    #expect(DigestTrail(interval: 1, checkpoints: many) == nil)
  }
}
