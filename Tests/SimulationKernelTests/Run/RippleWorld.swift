import SimulationKernel

/// A small world for tests: cells that pass on what they get, with keyed randomness and ties.
struct RippleWorld: World, Equatable {
  enum Event: SimulationEvent, Equatable {
    struct Environment: Sendable {
      /// The event number at which a cell misbehaves by one unit, if any.
      var flaw: UInt64?
      var delayMax: UInt64 = 1_000_000_000
    }

    case rippled(cell: UInt32, amount: UInt32)
    case spun
    case ended

    func fingerprint(into digest: inout Digest) {
      switch self {
      case .rippled(let cell, let amount):
        digest.combine(UInt64(cell) | UInt64(amount) << 32)
      case .spun: digest.combine(1 << 62)
      case .ended: digest.combine(1 << 63)
      }
    }
  }

  private(set) var totals: [UInt64] = Array(repeating: 0, count: 16)
  private(set) var handled: UInt64 = 0

  mutating func handle(_ event: Event, in context: inout Context<Event>) {
    switch event {
    case .rippled(let cell, let amount): ripple(cell, amount, in: &context)
    case .spun: context.schedule(.spun, after: .zero)
    case .ended: context.stop()
    }
  }

  private mutating func ripple(_ cell: UInt32, _ amount: UInt32, in context: inout Context<Event>) {
    let isFlawed = context.environment.flaw == handled
    handled += 1
    totals[Int(cell)] &+= UInt64(amount)
    let bits = context.random("ripple").bits(for: UInt64(cell), draw: handled)
    // A quarter of all delays is zero, so that there are ties to keep in order.
    let delay = bits >> 62 == 0 ? 0 : bits % context.environment.delayMax
    context.schedule(
      .rippled(cell: UInt32(bits >> 40 & 15), amount: amount &+ (isFlawed ? 1 : 0)),
      after: .nanoseconds(Int64(delay)))
  }

  static func simulation(
    seed: UInt64 = 1, flaw: UInt64? = nil, budget: RunBudget = RunBudget()
  ) -> Simulation<RippleWorld> {
    var simulation = Simulation(
      world: RippleWorld(), environment: .init(flaw: flaw), seed: seed, budget: budget)
    for cell in 0..<8 as Range<UInt32> {
      simulation.schedule(.rippled(cell: cell, amount: cell), at: .start)
    }
    return simulation
  }
}
