import SimulationKernel

/// PHOLD, the usual test of simulation kernels, written as any other world.
///
/// 1,024 processes with 16 events each; an event makes one for a uniformly chosen process, after a
/// lookahead of 0.1 s and an exponential time of mean 1 s.
struct PHOLDWorld: World {
  static let processes = 1_024
  static let eventsPerProcess = 16

  enum Event: SimulationEvent {
    struct Environment: Sendable {
      let lookahead: Duration = .milliseconds(100)
      let mean = 1e9
    }

    case arrived(process: UInt32)

    func fingerprint(into digest: inout Digest) {
      switch self {
      case .arrived(let process): digest.combine(UInt64(process))
      }
    }
  }

  /// Draws that each process has made.
  private(set) var draws: [UInt64]
  let stream: RandomStream

  init(stream: RandomStream) {
    draws = Array(repeating: 0, count: Self.processes)
    self.stream = stream
  }

  mutating func handle(_ event: Event, in context: inout Context<Event>) {
    switch event {
    case .arrived(let process): forward(from: process, in: &context)
    }
  }

  private mutating func forward(from process: UInt32, in context: inout Context<Event>) {
    let (destination, delay) = draw(for: process, environment: context.environment)
    context.schedule(.arrived(process: destination), after: delay)
  }

  /// One draw gives both: the low ten bits barely touch the exponential.
  @inline(__always)
  mutating func draw(
    for process: UInt32, environment: Event.Environment
  ) -> (destination: UInt32, delay: Duration) {
    let bits = stream.bits(for: UInt64(process), draw: draws[Int(process)])
    draws[Int(process)] &+= 1
    let ahead = Duration(nanoseconds: QuickRandom.exponential(bits, mean: environment.mean))
    return (UInt32(bits & UInt64(Self.processes - 1)), environment.lookahead + ahead)
  }

  static func simulation() -> Simulation<PHOLDWorld> {
    let stream = RandomStream(seed: 1, name: "benchmarks.phold")
    var simulation = Simulation(world: PHOLDWorld(stream: stream), environment: .init(), seed: 1)
    for process in 0..<UInt32(processes) {
      for _ in 0..<eventsPerProcess {
        let (_, delay) = simulation.world.draw(for: process, environment: simulation.environment)
        simulation.schedule(.arrived(process: process), after: delay)
      }
    }
    return simulation
  }
}

/// The same model three ways, to see what the kernel's generality costs.
enum PHOLD {
  static func measure(events: Int) -> Sample {
    var simulation = PHOLDWorld.simulation()
    simulation.run(events: UInt64(events / 10))
    let time = nanoseconds { simulation.run(events: UInt64(events)) }
    return Sample(
      nanoseconds: time, operations: events, digest: simulation.digest,
      pending: simulation.pendingEvents, queueBytes: nil)
  }

  static func measureFused(events: Int) -> Sample {
    var model = FusedPHOLD()
    model.run(events: events / 10)
    let time = nanoseconds { model.run(events: events) }
    return Sample(
      nanoseconds: time, operations: events, digest: model.digest, pending: model.queue.count,
      queueBytes: model.queue.allocatedBytes)
  }

  static func measureUnspecialised(events: Int) -> Sample {
    var simulation: any UnspecialisedRun = PHOLDWorld.simulation()
    simulation.runUnspecialised(events: UInt64(events / 10))
    let time = nanoseconds { simulation.runUnspecialised(events: UInt64(events)) }
    return Sample(
      nanoseconds: time, operations: events, digest: simulation.digest, pending: nil,
      queueBytes: nil)
  }
}

/// One loop with the queue and the model in it and nothing between them.
struct FusedPHOLD {
  let environment = PHOLDWorld.Event.Environment()
  var world = PHOLDWorld(stream: RandomStream(seed: 1, name: "benchmarks.phold"))
  var queue = EventQueue<PHOLDWorld.Event>()
  var digest = Digest()

  init() {
    for process in 0..<UInt32(PHOLDWorld.processes) {
      for _ in 0..<PHOLDWorld.eventsPerProcess {
        let (_, delay) = world.draw(for: process, environment: environment)
        queue.push(.arrived(process: process), at: .start + delay)
      }
    }
  }

  mutating func run(events: Int) {
    var digest = digest
    for _ in 0..<events {
      guard let (time, event) = queue.pop(), case .arrived(let process) = event else { break }
      let (destination, delay) = world.draw(for: process, environment: environment)
      queue.push(.arrived(process: destination), at: time + delay)
      digest.combine(time)
      digest.combine(UInt64(process))
    }
    self.digest = digest
  }
}

/// A simulation of whatever world: a witness of a generic conformance is not specialised.
///
/// This is what a kernel costs whose hot code does not cross the module border.
protocol UnspecialisedRun {
  mutating func runUnspecialised(events: UInt64)
  var digest: Digest { get }
}

extension Simulation: UnspecialisedRun {
  @inline(never)
  mutating func runUnspecialised(events: UInt64) { run(events: events) }
}
