import Testing

@testable import SimulationKernel

@Suite("Rescheduling")
struct PendingEventsTests {
  @Test("What is taken back is gone, what is added comes first, the rest keeps its order")
  func order() {
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = TestRandom(seed: seed)
      var simulation = RippleWorld.simulation(seed: seed)
      simulation.run(events: random.below(200))
      let now = simulation.now
      for number in 0..<UInt32(random.below(40)) {
        simulation.schedule(
          .rippled(cell: 1_000 + number, amount: 0), at: now + .nanoseconds(Int64(random.below(6))))
      }
      var copy = simulation
      var model = waiting(of: &copy)
      let added = (0..<UInt32(random.below(10))).map { number in
        (
          time: now + .nanoseconds(Int64(random.below(8))),
          event: RippleWorld.Event.rippled(cell: 2_000 + number, amount: 0)
        )
      }
      func isTakenBack(_ event: RippleWorld.Event) -> Bool {
        if case .rippled(let cell, _) = event { cell % 3 == 0 } else { false }
      }
      simulation.reschedule(takingBack: isTakenBack, adding: added)
      model.removeAll { isTakenBack($0.event) }
      for (time, event) in added.reversed() {
        let place = model.firstIndex { $0.time >= time } ?? model.count
        model.insert((time, event), at: place)
      }
      let result = waiting(of: &simulation)
      #expect(result.map(\.time) == model.map(\.time), "seed \(seed)")
      #expect(result.map(\.event) == model.map(\.event), "seed \(seed)")
    }
  }

  /// All pending events, in their order.
  private func waiting(
    of simulation: inout Simulation<RippleWorld>
  ) -> [(time: Instant, event: RippleWorld.Event)] {
    var queue = simulation.core.queue
    var events: [(time: Instant, event: RippleWorld.Event)] = []
    while let next = queue.pop() { events.append(next) }
    return events
  }
}
