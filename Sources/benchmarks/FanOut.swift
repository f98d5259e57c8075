import SimulationKernel

/// A store whose every write is sent to all its watchers.
///
/// A write each millisecond; a watcher hears of it after its own distance and some jitter.
struct FanOutWorld: World {
  enum Event: SimulationEvent {
    struct Environment: Sendable {
      let writePeriod: Duration = .milliseconds(1)
      let latency: Duration = .microseconds(300)
    }

    case writeDue
    case delivered(revision: UInt64, watcher: UInt32)

    func fingerprint(into digest: inout Digest) {
      switch self {
      case .writeDue: digest.combine(UInt64.max)
      case .delivered(let revision, let watcher): digest.combine(revision << 20 ^ UInt64(watcher))
      }
    }
  }

  private(set) var revision: UInt64 = 0
  /// The latest revision that each watcher has seen.
  private(set) var seen: [UInt64]
  let stream: RandomStream

  init(watchers: Int, stream: RandomStream) {
    seen = Array(repeating: 0, count: watchers)
    self.stream = stream
  }

  mutating func handle(_ event: Event, in context: inout Context<Event>) {
    switch event {
    case .writeDue: write(in: &context)
    case .delivered(let revision, let watcher):
      seen[Int(watcher)] = max(seen[Int(watcher)], revision)
    }
  }

  private mutating func write(in context: inout Context<Event>) {
    revision += 1
    let latency = context.environment.latency
    for watcher in 0..<UInt32(seen.count) {
      let jitter = Int64(stream.bits(for: UInt64(watcher), draw: revision) >> 43)
      context.schedule(
        .delivered(revision: revision, watcher: watcher),
        after: latency + .nanoseconds(Int64(watcher) * 1_000 + jitter))
    }
    context.schedule(.writeDue, after: context.environment.writePeriod)
  }

  static func simulation(watchers: Int) -> Simulation<FanOutWorld> {
    let stream = RandomStream(seed: 1, name: "benchmarks.fan-out")
    var simulation = Simulation(
      world: FanOutWorld(watchers: watchers, stream: stream), environment: .init(), seed: 1)
    simulation.schedule(.writeDue, at: .start)
    return simulation
  }

  static func measure(watchers: Int, events: Int) -> Sample {
    var simulation = simulation(watchers: watchers)
    simulation.run(events: UInt64(events / 10))
    let time = nanoseconds { simulation.run(events: UInt64(events)) }
    return Sample(
      nanoseconds: time, operations: events, digest: simulation.digest,
      pending: simulation.pendingEvents, queueBytes: nil)
  }
}
