import SimulationKernel

/// Tells what each event of a run came to, from the counters that it moved.
struct OccurrenceReader: Sendable {
  /// What the systems had counted after the last event that can move the counters.
  var gateway = Gateway.Totals()
  var clients = Clients.Totals()
  var turnedAway = 0
  var loadFailures = 0
  var discovery = Discovery.Totals()
  var readTimeouts = 0
  var corruptWritten = 0
  var hits = 0
  var met = 0

  init() {}

  /// What an event came to.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - now: When it happened.
  ///   - world: The world after it.
  ///   - sender: Whom the event that scheduled it was about: a message that was held up is about the
  ///     same.
  /// - Returns: What happened, and to whom.
  mutating func read(
    _ event: OutageEvent, at now: Instant, in world: OutageWorld,
    sender: @autoclosure () -> Occurrence.Subject
  ) -> Occurrence {
    if world.looksAtMessages, event.message != nil, wasMet(in: world) {
      // Whom it is about does not depend on what came of it.
      return Occurrence(.messageMet, delivered(event, at: now, in: world).subject)
    }
    if case .inTransit = event {
      let subject = sender()
      if let crash = crash(of: .other, in: world) {
        return Occurrence(crash, subject, detail: Occurrence.Trigger.other.rawValue)
      }
      note(world)
      return Occurrence(.messageLate, subject)
    }
    return delivered(event, at: now, in: world)
  }

  private mutating func wasMet(in world: OutageWorld) -> Bool {
    let count = Link.allCases.reduce(0) { $0 + world.network.messagesMet(on: $1) }
    defer { met = count }
    return count > met
  }

  /// Takes the counters as they are: what a late message has moved is nobody else's doing.
  private mutating func note(_ world: OutageWorld) {
    gateway = world.gateway.totals
    clients = world.clients.totals
    turnedAway = world.elixir.totals.sessionsTurnedAway
    loadFailures = world.elixir.totals.guildLoadFailures
    readTimeouts = world.api.totals.readTimeouts
    corruptWritten = world.etcd.totals.corruptWritten
  }

  private mutating func delivered(
    _ event: OutageEvent, at now: Instant, in world: OutageWorld
  ) -> Occurrence {
    switch event {
    case .clients(let event): read(event, in: world)
    case .gateway(let event): read(event, in: world)
    case .elixir(let event): read(event, in: world)
    case .discovery(let event): read(event, in: world)
    case .api(let event): read(event, in: world)
    case .autoscaler(.utilisationReported(let parts, _, _, _)):
      Occurrence(.autoscalerLooked, .company, detail: parts)
    case .sessionsDatabase(let event): read(event, of: .sessions)
    case .guildsDatabase(let event): read(event, of: .guilds)
    case .network(let event): read(event, in: world)
    case .etcd(let event): read(event, at: now, in: world)
    case .people(let event): read(event, at: now, in: world)
    case .faults(.due(let slot)): Occurrence(.faultBegan, .init(.fault, UInt32(slot)))
    case .faults(.over(let slot)): Occurrence(.faultEnded, .init(.fault, UInt32(slot)))
    case .operations(let event): read(event)
    case .inTransit: Occurrence(.messageLate, .company)
    }
  }
}
