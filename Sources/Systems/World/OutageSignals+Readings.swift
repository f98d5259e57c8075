import Observation
import SimulationKernel

extension OutageSignals {
  /// What is read beside the series; counters are summed up from the start of the run.
  enum Reading: Int, CaseIterable {
    case users, nodes, guilds
    case apiQueue, guildLoadQueue, guildLoads
    case apiBooting, apiPeak, apiJoined, apiLeft, scaleOuts
    case calls, callsFailed, callsRefused, readTimeouts
    case timeouts, sessionsWasted
    case sessionsBegun, sessionsOverdue, sessionsOverdueShare, sessionsTurnedAway
    case guildsLost, guildLoadsBegun, guildLoadsFailed
    case watchersCrashed, watcherCrashes
    case etcdRefused, etcdPeakShare, corruptLifetime
    case gatewayRefused, gatewayDropped
    case sessionsServed, sessionsRefused, sessionsReadsWasted
    case guildsServed, guildsRefused, guildsReadsWasted
    case alertsFired, alertsPaged, alertsAcknowledgedLate, alertsResolvedLate

    var signal: (name: String, unit: MetricUnit, summary: String) {
      switch self {
      case .users: ("users.online", .users, "All users whose clients want to be connected")
      case .nodes: ("elixir.nodes.all", .nodes, "All Elixir nodes, whether they run or not")
      case .guilds: ("guilds.all", .count, "All guilds, loaded or not")
      case .apiQueue: ("api.queue", .count, "Calls that wait for an API worker")
      case .guildLoadQueue: ("guilds.queue", .count, "Guilds that wait for their load")
      case .guildLoads: ("guilds.loading", .count, "Guild loads in progress")
      case .apiBooting: ("api.nodes.booting", .nodes, "API nodes that boot")
      case .apiPeak: ("api.nodes.peak", .nodes, "Most API nodes that have served at a time")
      case .apiJoined: ("api.nodes.joined", .nodes, "API nodes that have joined")
      case .apiLeft: ("api.nodes.left", .nodes, "API nodes that have left")
      case .scaleOuts: ("autoscaler.scaleOuts", .count, "Times that the autoscaler has added nodes")
      case .calls: ("api.calls", .count, "Calls that have reached the API")
      case .callsFailed: ("api.calls.failed", .count, "Calls that have failed")
      case .callsRefused: ("api.calls.refused", .count, "Calls that found the API's queue full")
      case .readTimeouts: ("api.reads.timedOut", .count, "Database requests that the API gave up")
      case .timeouts: ("clients.timeouts", .count, "Attempts that clients have given up")
      case .sessionsWasted:
        ("clients.sessions.wasted", .count, "Sessions that were ready after their client gave up")
      case .sessionsBegun:
        ("elixir.sessions.begun", .count, "New sessions that nodes have begun to start")
      case .sessionsOverdue:
        ("elixir.sessions.overdue", .count, "Those that were begun too late for their client")
      case .sessionsOverdueShare:
        ("elixir.sessions.overdue.share", .share, "Share of the begun sessions that was too late")
      case .sessionsTurnedAway:
        ("elixir.sessions.turnedAway", .count, "Session starts that a node has refused")
      case .guildsLost: ("guilds.lost", .count, "Loaded guilds that were lost with their node")
      case .guildLoadsBegun: ("guilds.loads", .count, "Guild loads that have begun")
      case .guildLoadsFailed: ("guilds.loads.failed", .count, "Guild loads that have failed")
      case .watchersCrashed:
        ("elixir.watchers.crashed", .nodes, "Elixir nodes whose watcher has crashed")
      case .watcherCrashes: ("elixir.watchers.crashes", .count, "Crashes of watchers")
      case .etcdRefused:
        ("etcd.connections.refused", .count, "Connections that etcd could not accept")
      case .etcdPeakShare:
        ("etcd.connections.peak.share", .ratio, "Most connections of etcd over those at the start")
      case .corruptLifetime:
        ("etcd.corrupt.lifetime", .seconds, "Time during which a corrupt value was stored")
      case .gatewayRefused:
        ("gateway.refused", .count, "Connections that a throttle or a full queue has refused")
      case .gatewayDropped:
        ("gateway.dropped", .count, "Connections that the queue has thrown out")
      case .sessionsServed:
        ("scylla.sessions.served", .count, "Requests that the sessions database has served")
      case .sessionsRefused:
        ("scylla.sessions.refused", .count, "Requests that it has refused")
      case .sessionsReadsWasted:
        ("scylla.sessions.wasted", .count, "Requests that it served after their client gave up")
      case .guildsServed:
        ("scylla.guilds.served", .count, "Requests that the guilds database has served")
      case .guildsRefused:
        ("scylla.guilds.refused", .count, "Requests that it has refused")
      case .guildsReadsWasted:
        ("scylla.guilds.wasted", .count, "Requests that it served after their client gave up")
      case .alertsFired: ("alerts.fired", .count, "Alerts that have fired")
      case .alertsPaged: ("alerts.paged", .count, "Pages that were sent")
      case .alertsAcknowledgedLate:
        ("alerts.acknowledged.late", .count, "Alerts that were acknowledged after their target")
      case .alertsResolvedLate:
        ("alerts.resolved.late", .count, "Alerts that were resolved after their target")
      }
    }
  }

  func value(of reading: Reading, at now: Instant) -> Double? {
    let scale = world.scale
    switch reading {
    case .users: return scale.whole(world.clients.count)
    case .nodes: return Double(world.elixir.nodeCount)
    case .guilds: return scale.whole(world.elixir.guildCount)
    case .apiQueue: return scale.whole(world.api.pool.waiting)
    case .guildLoadQueue: return scale.whole(world.elixir.pending.count)
    case .guildLoads: return scale.whole(world.elixir.loadsInProgress)
    case .apiBooting: return Double(world.api.booting)
    case .apiPeak: return Double(world.api.servingPeak)
    case .apiJoined: return Double(world.api.totals.joins)
    case .apiLeft: return Double(world.api.totals.leaves)
    case .scaleOuts: return Double(world.autoscaler.scaleOuts)
    case .calls: return scale.whole(world.api.totals.calls)
    case .callsFailed: return scale.whole(world.api.totals.failed)
    case .callsRefused: return scale.whole(world.api.totals.refused)
    case .readTimeouts: return scale.whole(world.api.totals.readTimeouts)
    case .timeouts: return scale.whole(world.clients.totals.timeouts)
    case .sessionsWasted: return scale.whole(world.clients.totals.sessionsWasted)
    case .sessionsBegun: return scale.whole(world.elixir.totals.sessionsBegun)
    case .sessionsOverdue: return scale.whole(world.elixir.totals.sessionsOverdue)
    case .sessionsOverdueShare:
      let begun = world.elixir.totals.sessionsBegun
      return begun > 0 ? Double(world.elixir.totals.sessionsOverdue) / Double(begun) : nil
    case .sessionsTurnedAway: return scale.whole(world.elixir.totals.sessionsTurnedAway)
    case .guildsLost: return scale.whole(world.elixir.totals.guildsLost)
    case .guildLoadsBegun: return scale.whole(world.elixir.totals.guildLoads)
    case .guildLoadsFailed: return scale.whole(world.elixir.totals.guildLoadFailures)
    case .watchersCrashed: return Double(world.discovery.crashedCount)
    case .watcherCrashes: return Double(world.discovery.totals.crashes)
    case .etcdRefused: return Double(world.etcd.totals.connectionsRefused)
    case .etcdPeakShare:
      return Double(world.etcd.connectionsPeak) / Double(world.etcd.connectionsAtStart)
    case .corruptLifetime: return world.etcd.corruptLifetime(at: now).seconds
    case .gatewayRefused:
      return scale.whole(world.gateway.totals.throttled + world.gateway.totals.overflowed)
    case .gatewayDropped: return scale.whole(world.gateway.totals.dropped)
    case .sessionsServed: return scale.whole(world.sessionsDatabase.totals.served)
    case .sessionsRefused: return scale.whole(world.sessionsDatabase.totals.refused)
    case .sessionsReadsWasted: return scale.whole(world.sessionsDatabase.totals.wasted)
    case .guildsServed: return scale.whole(world.guildsDatabase.totals.served)
    case .guildsRefused: return scale.whole(world.guildsDatabase.totals.refused)
    case .guildsReadsWasted: return scale.whole(world.guildsDatabase.totals.wasted)
    case .alertsFired: return Double(world.people.alerts.count { $0.firedAt != nil })
    case .alertsPaged: return Double(world.people.alerts.reduce(0) { $0 + $1.pages })
    case .alertsAcknowledgedLate: return Double(world.people.acknowledgedLate(at: now))
    case .alertsResolvedLate: return Double(world.people.resolvedLate(at: now))
    }
  }
}
