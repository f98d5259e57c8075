import Observation
import SimulationKernel

/// An Elixir node that is down, and what it does until it is up again.
struct OpenNode: Sendable {
  var down: TraceSpan
  var phase: TraceSpan
  var status: Elixir.Status
}

// Watchers that crash and restart, nodes that stop and come back.
extension OutageTracer {
  mutating func follow(_ event: Discovery.Event, at now: Instant, _ world: OutageWorld) {
    let isCrash = world.discovery.totals.crashes > before.crashes
    switch event {
    case .changed(let watcher, let key, let value):
      let cause = notify(watcher, of: key, value, isBad: isCrash, at: now, world)
      if isCrash { crash(watcher, by: cause, "cannot parse a value", at: now, world) }
    case .removed(let watcher, let key):
      _ = notify(watcher, of: key, nil, isBad: false, at: now, world)
    case .listed(let watcher, _):
      if isCrash {
        return crash(watcher, by: writes.corrupt, "cannot parse a value", at: now, world)
      }
      guard world.discovery.isWatching(watcher) else { return }
      end(watchers.removeValue(forKey: world.discovery.traceKey(watcher)), at: now, .ok)
    case .listTimedOut(let watcher):
      if isCrash { crash(watcher, by: nil, "has no listing in time", at: now, world) }
    case .endpointWanted(let call): ask(call, at: now, world)
    case .nodeStarted, .historyCleared, .restartDelayElapsed: break
    }
  }

  /// A watcher's process has crashed: what it did since its last crash is over.
  private mutating func crash(
    _ watcher: EtcdCluster.WatcherID, by cause: TraceSpan.Context?, _ reason: String,
    at now: Instant, _ world: OutageWorld
  ) {
    let key = world.discovery.traceKey(watcher)
    let last = watchers.removeValue(forKey: key)
    end(last, at: now, .failed("crashed again"))
    let cause = last?.context ?? cause
    let context = keys.context(
      .watcher, watcher.entity, UInt64(bitPattern: now.nanoseconds), in: cause)
    let node = watcher.node
    var span = begin(
      "watcher crashed", context, by: cause, on: .elixir, world.elixir.name(of: node), at: now,
      rank: keys.rank(TraceRank.node, .node, UInt64(node.rawValue)))
    span.outcome = .failed(reason)
    span.note("service", .whole(Int(watcher.service)))
    watchers[key] = span
    crashes[node.index] = (now, context)
  }

  /// The node stops, and with it its watchers: mostly as its discovery's supervisors gave up.
  mutating func endWatchers(of node: ElixirNodeID, at now: Instant, _ world: OutageWorld) {
    for service in 0..<world.discovery.services {
      let key = node.index * world.discovery.services + service
      guard var span = watchers.removeValue(forKey: key) else { continue }
      if crashes[node.index]?.at == now { span.note("supervisor.gaveUp", .flag(true)) }
      end(span, at: now)
    }
  }

  mutating func follow(_ event: Elixir.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .nodeStopping(let node), .nodeStopped(let node), .nodeHalted(let node), .booted(let node),
      .discoveryReady(let node):
      look(at: node, at: now, world)
    case .restartRequested:
      guard world.elixir.totals.nodesRestarted > before.restarted else { return }
      if let step = heldStep, step.start == now { end(step, at: now) }
      for index in nodes.keys.sorted() { look(at: ElixirNodeID(UInt16(index)), at: now, world) }
    case .connectionsDropped:
      guard world.elixir.dropped.count > before.drops, let count = world.elixir.dropped.last else {
        return
      }
      sessions.drop = (now, count)
    case .callAnswered(let call, let ok): settle(call, ok ? .ok : .failed("failed"), at: now)
    case .callUnroutable(let call): settle(call, .failed("no API node is known"), at: now)
    case .sessionRequested(let attempt, _): sessions.attempts[attempt.traceKey]?.requestedAt = now
    case .ringLost, .ringJoined, .guildLoadTimedOut, .guildRetryDue, .sessionExpired: break
    }
  }

  /// Follows a node from one phase of its life to the next.
  private mutating func look(at node: ElixirNodeID, at now: Instant, _ world: OutageWorld) {
    let status = world.elixir.status(of: node)
    guard var open = nodes[node.index] else {
      if status != .up { nodes[node.index] = fall(of: node, status, at: now, world) }
      return
    }
    guard open.status != status else { return }
    end(open.phase, at: now)
    guard status != .up else {
      end(open.down, at: now)
      nodes[node.index] = nil
      return
    }
    open.status = status
    open.phase = phase(of: node, status, in: open.down, at: now)
    nodes[node.index] = open
  }

  private mutating func fall(
    of node: ElixirNodeID, _ status: Elixir.Status, at now: Instant, _ world: OutageWorld
  ) -> OpenNode {
    // The crash that ends a node's discovery stops the node at once.
    let crash = crashes.removeValue(forKey: node.index)
    let cause =
      crash.flatMap { $0.at == now ? $0.context : nil } ?? occasion(of: .nodesStopped, at: now)
    let context = keys.context(
      .node, UInt64(node.rawValue), UInt64(bitPattern: now.nanoseconds), in: cause)
    var down = begin(
      "node down", context, by: cause, on: .elixir, world.elixir.name(of: node), at: now,
      rank: keys.rank(TraceRank.node, .node, UInt64(node.rawValue)))
    down.outcome = .failed("stopped")
    down.note("node.number", .whole(node.index))
    down.note("cluster", .text(world.elixir.cluster(of: node).name))
    return OpenNode(
      down: down, phase: phase(of: node, status, in: down, at: now), status: status)
  }

  private mutating func phase(
    of node: ElixirNodeID, _ status: Elixir.Status, in down: TraceSpan, at now: Instant
  ) -> TraceSpan {
    let number = UInt64(bitPattern: now.nanoseconds) ^ UInt64(status.rawValue) << 48 | 1 << 55
    let context = keys.context(.node, UInt64(node.rawValue), number, in: down.context)
    var span = begin(
      status.phase, context, by: down.context, on: .elixir, down.node, at: now, rank: down.rank)
    if status == .booting { span.link = occasion(of: .restart, at: now) }
    return span
  }
}

extension Elixir.Status {
  /// What a node that is not up does.
  fileprivate var phase: String {
    switch self {
    case .up: "up"
    case .stopping: "stopping"
    case .stopped: "crash dump"
    case .halted: "waits for a restart"
    case .booting: "boots"
    case .starting: "starts"
    }
  }
}

extension Discovery {
  fileprivate func traceKey(_ watcher: EtcdCluster.WatcherID) -> Int {
    watcher.node.index * services + Int(watcher.service)
  }

  fileprivate func isWatching(_ watcher: EtcdCluster.WatcherID) -> Bool {
    processes[traceKey(watcher)].state == .watching
  }
}
