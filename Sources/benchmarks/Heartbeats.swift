import SimulationKernel

/// Sessions that beat every 41.25 s and are given up 60 s after their last beat.
///
/// Each beat arms a new time-out; the old one stays queued and is ignored when it comes, because its
/// generation is old. So the queue holds one beat and one or two time-outs for each session.
struct HeartbeatWorld: World {
  enum Event: SimulationEvent {
    struct Environment: Sendable {
      let beat: Duration = .milliseconds(41_250)
      let timeout: Duration = .seconds(60)
    }

    case beatDue(session: UInt32)
    case timeoutDue(session: UInt32, generation: UInt32)

    func fingerprint(into digest: inout Digest) {
      switch self {
      case .beatDue(let session): digest.combine(UInt64(session))
      case .timeoutDue(let session, let generation):
        digest.combine(UInt64(session) | UInt64(generation) << 32)
      }
    }
  }

  private(set) var generations: [UInt32]
  private(set) var expired = 0

  init(sessions: Int) {
    generations = Array(repeating: 0, count: sessions)
  }

  mutating func handle(_ event: Event, in context: inout Context<Event>) {
    switch event {
    case .beatDue(let session): beat(session, in: &context)
    case .timeoutDue(let session, let generation): expire(session, generation)
    }
  }

  private mutating func beat(_ session: UInt32, in context: inout Context<Event>) {
    generations[Int(session)] &+= 1
    let generation = generations[Int(session)]
    context.schedule(.beatDue(session: session), after: context.environment.beat)
    context.schedule(
      .timeoutDue(session: session, generation: generation), after: context.environment.timeout)
  }

  private mutating func expire(_ session: UInt32, _ generation: UInt32) {
    if generations[Int(session)] == generation { expired += 1 }
  }

  static func simulation(sessions: Int) -> Simulation<HeartbeatWorld> {
    var simulation = Simulation(
      world: HeartbeatWorld(sessions: sessions), environment: .init(), seed: 1)
    let phases = RandomStream(seed: 1, name: "benchmarks.heartbeats")
    let period = UInt64(simulation.environment.beat.nanoseconds)
    for session in 0..<UInt32(sessions) {
      let phase = phases.bits(for: UInt64(session), draw: 0) % period
      simulation.schedule(
        .beatDue(session: session), at: Instant(nanoseconds: Int64(phase)))
    }
    return simulation
  }

  /// Measures two beats of each session, with all time-outs that come due meanwhile.
  static func measure(sessions: Int) -> Sample {
    var simulation = simulation(sessions: sessions)
    simulation.run(until: .start + .seconds(120))
    let before = simulation.eventCount
    let time = nanoseconds { simulation.run(until: .start + .milliseconds(120_000 + 82_500)) }
    return Sample(
      nanoseconds: time, operations: Int(simulation.eventCount - before),
      digest: simulation.digest, pending: simulation.pendingEvents, queueBytes: nil)
  }
}
