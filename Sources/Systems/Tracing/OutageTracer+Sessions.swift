import Observation
import SimulationKernel

/// Clients without a session and guilds that are not loaded, of those that are traced.
struct TracedSessions: Sendable {
  struct Client: Sendable {
    var span: TraceSpan
    var refused = 0
    var admitted = 0
  }

  struct Attempt: Sendable {
    var span: TraceSpan
    /// When a session node got it.
    var requestedAt: Instant?
  }

  struct Call: Sendable {
    var span: TraceSpan
    /// What the API node makes of it.
    var work: TraceSpan?
    /// Reads that have not been answered.
    var reads: [UInt64: TraceSpan] = [:]
  }

  var clients: [UInt32: Client] = [:]
  var guilds: [UInt32: TraceSpan] = [:]
  var attempts: [UInt64: Attempt] = [:]
  var calls: [UInt64: Call] = [:]
  /// The call that each read under way is for.
  var reading: [UInt64: UInt64] = [:]
  /// Chosen when their node stopped, before they know of it.
  var clientsToCome: [UInt32: TraceSpan.Context] = [:]
  var guildsToCome: [UInt32: TraceSpan.Context] = [:]
  /// When connections were dropped last, and how many.
  var drop: (at: Instant, count: Int)?

  var open: [TraceSpan] {
    clients.values.map(\.span) + Array(guilds.values) + attempts.values.map(\.span)
      + calls.values.flatMap { [$0.span] + ($0.work.map { [$0] } ?? []) + Array($0.reads.values) }
  }
}

// Clients that lose their session until they have one again, and guilds likewise.
extension OutageTracer {
  /// A node stops: chooses which of those that live on it are traced.
  mutating func chooseLosses(with node: ElixirNodeID, _ world: OutageWorld) {
    guard let cause = nodes[node.index]?.down.context else { return }
    let elixir = world.elixir
    let recipients = elixir.nodes[node.index].residents
    switch elixir.cluster(of: node) {
    case .sessions:
      for client in elixir.homes.indices where elixir.homes[client] == node.rawValue {
        guard keeps(.client, UInt64(client), cause.span, of: recipients) else { continue }
        sessions.clientsToCome[UInt32(client)] = cause
      }
    case .guilds:
      for guild in elixir.guildNodes.indices where elixir.guildNodes[guild] == node.rawValue {
        guard elixir.guildStatus[guild] == .loaded,
          keeps(.guild, UInt64(guild), cause.span, of: recipients)
        else { continue }
        sessions.guildsToCome[UInt32(guild)] = cause
      }
    case .presence, .other: break
    }
  }

  mutating func follow(_ event: Clients.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .connectionLost(let client): lose(client, at: now, world)
    case .sessionOpened(let attempt):
      guard before.isWaiting,
        var client = sessions.clients.removeValue(forKey: attempt.client.rawValue)
      else { return }
      client.span.note("connections.refused", .whole(client.refused))
      client.span.note("connections.admitted", .whole(client.admitted))
      end(client.span, at: now, .ok)
    case .attemptFailed(let attempt):
      // The gateway has told of all but those that it has thrown out of its queue.
      guard sessions.attempts[attempt.traceKey] != nil else { return }
      settle(attempt, .failed("thrown out of the queue"), at: now)
    case .attemptTimedOut(let attempt):
      sessions.attempts[attempt.traceKey]?.span.note("client.gaveUp", .flag(true))
    case .guildUnavailable(let guild):
      guard let cause = sessions.guildsToCome.removeValue(forKey: guild.rawValue) else { return }
      let context = keys.context(.guild, UInt64(guild.rawValue), cause.span, in: cause)
      sessions.guilds[guild.rawValue] = begin(
        "guild unavailable", context, by: cause, on: .guilds, "guild \(guild.rawValue)", at: now,
        rank: keys.rank(TraceRank.message, .guild, UInt64(guild.rawValue)))
    case .guildAvailable(let guild):
      end(sessions.guilds.removeValue(forKey: guild.rawValue), at: now, .ok)
    case .sessionInvalidated: break
    }
  }

  private mutating func lose(_ client: ClientID, at now: Instant, _ world: OutageWorld) {
    let number = client.rawValue
    var cause = sessions.clientsToCome.removeValue(forKey: number)
    if cause == nil, let drop = sessions.drop, drop.at == now,
      let occasion = occasion(of: .connectionsDropped, at: now),
      keeps(.client, UInt64(number), occasion.span, of: drop.count)
    {
      cause = occasion
    }
    // One that had lost its connection before loses nothing now.
    guard let cause, world.clients.totals.connectionsLost > before.lost,
      sessions.clients[number] == nil
    else { return }
    let context = keys.context(.client, UInt64(number), cause.span, in: cause)
    let span = begin(
      "without a session", context, by: cause, on: .clients, "client \(number)", at: now,
      rank: keys.rank(TraceRank.message, .client, UInt64(number)))
    sessions.clients[number] = TracedSessions.Client(span: span)
  }

  mutating func follow(_ event: Gateway.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .connectionArrived(let attempt):
      guard let client = sessions.clients[attempt.client.rawValue] else { return }
      guard world.gateway.totals.admitted > before.admitted else {
        sessions.clients[attempt.client.rawValue]?.refused += 1
        return
      }
      sessions.clients[attempt.client.rawValue]?.admitted += 1
      let context = keys.context(
        .attempt, UInt64(attempt.client.rawValue), UInt64(attempt.number), in: client.span.context)
      var span = begin(
        attempt.kind == .resume ? "resume" : "identify", context, by: client.span.context,
        kind: .server, on: .gateway, "gateway", at: now, rank: client.span.rank)
      span.note("client", .whole(Int(attempt.client.rawValue)))
      span.note("attempt", .whole(Int(attempt.number)))
      sessions.attempts[attempt.traceKey] = TracedSessions.Attempt(span: span)
    case .sessionReady(let attempt): settle(attempt, .ok, at: now)
    case .sessionInvalid(let attempt): settle(attempt, .failed("invalid session"), at: now)
    case .sessionFailed(let attempt): settle(attempt, .failed("failed"), at: now)
    }
  }

  private mutating func settle(
    _ attempt: Attempt, _ outcome: TraceSpan.Outcome, at now: Instant
  ) {
    end(sessions.attempts.removeValue(forKey: attempt.traceKey)?.span, at: now, outcome)
  }
}

extension Attempt {
  /// A client has one attempt of a number under way.
  var traceKey: UInt64 { UInt64(client.rawValue) | UInt64(number) << 32 }
}
