import Observation
import SimulationKernel

// Calls of session starts and guild loads that are traced: through an API node to the databases.
extension OutageTracer {
  /// A node asks for a session's or a guild's data.
  mutating func ask(_ call: RemoteCall, at now: Instant, _ world: OutageWorld) {
    var start = now
    let cause: TraceSpan
    switch call.kind {
    case .session:
      guard let attempt = sessions.attempts[call.attempt.traceKey] else { return }
      cause = attempt.span
      // The node has worked on it since it came.
      start = attempt.requestedAt ?? now
    case .guild:
      guard let guild = sessions.guilds[call.guild.rawValue] else { return }
      cause = guild
    }
    let context = keys.context(.call, call.entity, UInt64(call.number), in: cause.context)
    let name = call.kind == .session ? "session start" : "guild load"
    let span = begin(
      name, context, by: cause.context, kind: .client, on: .elixir,
      world.elixir.name(of: call.caller), at: start, rank: cause.rank)
    sessions.calls[call.traceKey] = TracedSessions.Call(span: span)
  }

  /// The call has its answer, or none is to come.
  mutating func settle(_ call: RemoteCall, _ outcome: TraceSpan.Outcome, at now: Instant) {
    guard let open = sessions.calls.removeValue(forKey: call.traceKey) else { return }
    for key in open.reads.keys.sorted() {
      sessions.reading[key] = nil
      var read = open.reads[key]
      read?.note("answered", .flag(false))
      end(read, at: now, .failed("not served in time"))
    }
    if let work = open.work { end(work, at: max(work.start, work.end), outcome) }
    end(open.span, at: now, outcome)
  }

  mutating func follow(_ event: API.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .announceAnswered(let announcement, let outcome):
      settle(announcement, outcome, at: now)
    case .callArrived(let call, let node):
      guard let open = sessions.calls[call.traceKey], open.work == nil else { return }
      let context = keys.context(
        .work, call.entity, UInt64(call.number), in: open.span.context)
      let work = begin(
        call.kind == .session ? "load session" : "load guild", context, by: open.span.context,
        kind: .server, on: .api, "api-\(node.rawValue)", at: now, rank: open.span.rank)
      sessions.calls[call.traceKey]?.work = work
    case .readAnswered, .readTimedOut:
      guard let call = before.call else { return }
      sessions.calls[call.traceKey]?.work?.end = now
    case .resized:
      for index in before.apiNodes..<max(before.apiNodes, world.api.nodes.count) {
        let context = keys.context(.apiNode, UInt64(index))
        boots[index] = begin(
          "boots", context, on: .api, "api-\(index)", at: now,
          rank: keys.rank(TraceRank.node, .apiNode, UInt64(index)))
      }
    case .booted(let node): end(boots.removeValue(forKey: node.index), at: now, .ok)
    case .drained, .killed, .announceDue, .utilisationDue: break
    }
  }

  mutating func follow(
    _ event: ScyllaDB.Event, of cluster: ScyllaClusterID, at now: Instant, _ world: OutageWorld
  ) {
    switch event {
    case .readArrived(let read): open(read, of: cluster, at: now, world)
    case .readServed(let read):
      guard let call = sessions.reading.removeValue(forKey: read.traceKey(of: cluster)) else {
        return
      }
      end(sessions.calls[call]?.reads.removeValue(forKey: read.traceKey(of: cluster)), at: now, .ok)
    case .overloadCheckDue, .repairDue, .repairOver: lookAtRepair(of: cluster, at: now, world)
    case .faultBegan, .faultEnded, .majorCompactionDue: break
    }
  }

  private mutating func open(
    _ read: ScyllaDB.Read, of cluster: ScyllaClusterID, at now: Instant, _ world: OutageWorld
  ) {
    guard let call = world.api.call(inSlot: read.slot, read.generation),
      let open = sessions.calls[call.traceKey], let work = open.work
    else { return }
    let key = read.traceKey(of: cluster)
    // A slot comes to the same generation again in a long run.
    let context = keys.context(.read, key, work.context.span, in: work.context)
    var span = begin(
      "read", context, by: work.context, kind: .server, on: cluster.traced, "requests", at: now,
      rank: work.rank)
    span.note("rows", .whole(Int(read.reads)))
    sessions.calls[call.traceKey]?.reads[key] = span
    sessions.reading[key] = call.traceKey
  }
}

extension RemoteCall {
  /// A client or guild has one call of a number under way.
  var traceKey: UInt64 { entity ^ UInt64(number) << 40 }
}

extension ScyllaDB.Read {
  fileprivate func traceKey(of cluster: ScyllaClusterID) -> UInt64 {
    UInt64(slot) | UInt64(generation) << 32 | UInt64(cluster.rawValue) << 48
  }
}
