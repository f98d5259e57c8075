import SimulationKernel

extension Elixir {
  mutating func startSession<P: Ports>(
    _ attempt: Attempt, _ deadline: Deadline, _ ports: inout P
  ) {
    switch attempt.kind {
    case .resume: resume(attempt, &ports)
    case .identify: identify(attempt, deadline, &ports)
    }
  }

  private mutating func resume<P: Ports>(_ attempt: Attempt, _ ports: inout P) {
    let home = homes[attempt.client.index]
    guard home != Self.nowhere, nodes[Int(home)].status == .up else {
      ports.sessionInvalid(attempt)
      return
    }
    let node = ElixirNodeID(home)
    guard
      let done = work(on: node, configuration.identifyCost, at: ports.now, share: resumeCostShare)
    else {
      totals.sessionsTurnedAway += 1
      ports.sessionFailedOnNode(attempt)
      return
    }
    detachments[attempt.client.index] &= 0x7F
    ports.sessionReady(attempt, after: done)
  }

  /// Connections close, as when a gateway node dies; the sessions wait for their clients.
  mutating func dropConnections<P: Ports>(_ share: Double, _ ports: inout P) {
    drops &+= 1
    dropped.append(0)
    for client in homes.indices where homes[client] != Self.nowhere {
      guard retries.unit(for: UInt64(client), draw: .max - drops) < share else { continue }
      let detachment = (detachments[client] &+ 1) | 0x80
      detachments[client] = detachment
      dropped[dropped.count - 1] += 1
      ports.connectionLost(ClientID(UInt32(client)))
      ports.sessionExpiryDue(ClientID(UInt32(client)), detachment: detachment)
    }
  }

  /// A session that nobody resumed in time ends.
  mutating func expire(_ client: ClientID, _ detachment: UInt8) {
    guard detachments[client.index] == detachment else { return }
    setHome(of: client, to: Self.nowhere)
    tell(of: 1)
  }

  /// A new session needs a session node, a presence node and an API node; any of them can fail it.
  private mutating func identify<P: Ports>(
    _ attempt: Attempt, _ deadline: Deadline, _ ports: inout P
  ) {
    let hash = placements.bits(for: UInt64(attempt.client.rawValue), draw: 0)
    guard let node = rings[0].owner(of: hash), nodes[node.index].status == .up,
      let presence = rings[2].owner(of: hash), nodes[presence.index].status == .up,
      let started = work(on: node, configuration.identifyCost, at: ports.now),
      let present = work(on: presence, configuration.presenceCost, at: ports.now)
    else {
      totals.sessionsTurnedAway += 1
      ports.sessionFailedOnNode(attempt)
      return
    }
    let done = max(started, present)
    totals.sessionsBegun += 1
    if deadline.hasPassed(at: ports.now + done) { totals.sessionsOverdue += 1 }
    ask(RemoteCall(attempt, caller: node, deadline: deadline), after: done, &ports)
  }

  mutating func finishSession<P: Ports>(_ call: RemoteCall, _ ok: Bool, _ ports: inout P) {
    let attempt = call.attempt
    guard ok, nodes[call.caller.index].status == .up else {
      ports.sessionFailedOnNode(attempt)
      return
    }
    guard !call.deadline.hasPassed(at: ports.now) else {
      // Its client hung up: the session ends before it has begun.
      ports.sessionReady(attempt, after: .zero)
      return
    }
    setHome(of: attempt.client, to: call.caller.rawValue)
    tell(of: 1)
    detachments[attempt.client.index] &= 0x7F
    totals.sessionsStarted += 1
    ports.sessionReady(attempt, after: .zero)
  }

  mutating func loseSessions<P: Ports>(of node: ElixirNodeID, _ ports: inout P) {
    countWork(at: ports.now)
    let before = sessionsAlive
    for client in homes.indices where homes[client] == node.rawValue {
      setHome(of: ClientID(UInt32(client)), to: Self.nowhere)
      ports.connectionLost(ClientID(UInt32(client)))
    }
    totals.sessionsLost += before - sessionsAlive
    tell(of: before - sessionsAlive)
  }
}
