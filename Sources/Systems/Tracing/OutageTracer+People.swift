import Observation
import SimulationKernel

// What was put in: faults, what operators did; and what their monitoring said.
extension OutageTracer {
  mutating func follow(_ event: Faults.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .due(let slot):
      guard let injection = world.faults.injection(slot) else { return }
      let number = UInt64(bitPattern: now.nanoseconds)
      let context = keys.context(.fault, UInt64(slot), number)
      var span = begin(
        "faults.\(injection.id)", context, on: .faults, "faults", at: now,
        rank: keys.rank(TraceRank.frame, .fault, UInt64(slot)))
      span.outcome = .failed("injected")
      switch injection.kind {
      case .elixirNodes: note(.nodesStopped, context, at: now)
      case .connections: note(.connectionsDropped, context, at: now)
      case .connection, .etcd, .database, .apiNodes, .link: break
      }
      if injection.isOverAtOnce { end(span, at: now) } else { faults[slot] = span }
    case .over(let slot): end(faults.removeValue(forKey: slot), at: now)
    }
  }

  mutating func follow(_ event: People.Event, at now: Instant, _ world: OutageWorld) {
    switch event {
    case .stepDue(let slot): take(slot, at: now, world)
    case .lookDue: lookAtAlerts(at: now, world)
    case .escalationDue: break
    }
  }

  /// An operator acts.
  ///
  /// Who restarts nodes comes back each minute, mostly to find none: those times are told of only when
  /// there was one.
  private mutating func take(_ slot: UInt16, at now: Instant, _ world: OutageWorld) {
    guard let index = world.people.index(ofSlot: slot) else { return }
    let step = world.people.configuration.steps[index]
    let context = keys.context(.step, UInt64(slot), UInt64(bitPattern: now.nanoseconds))
    var span = begin(
      "operators.\(step.name)", context, on: .people, "operators", at: now,
      rank: keys.rank(TraceRank.frame, .step, UInt64(slot)))
    if !step.note.isEmpty { span.note("note", .text(step.note)) }
    if let what = step.action.occasion { note(what, context, at: now) }
    if world.people.takenAt[index] == now { end(span, at: now) } else { heldStep = span }
  }

  private mutating func lookAtAlerts(at now: Instant, _ world: OutageWorld) {
    for index in world.people.alerts.indices {
      switch (world.people.alerts[index].isFiring, alerts[index]) {
      case (true, nil):
        let rule = world.people.configuration.alerts[index]
        let context = keys.context(.alert, UInt64(index), UInt64(bitPattern: now.nanoseconds))
        var span = begin(
          "alerts.\(rule.id)", context, on: .people, "alerts", at: now,
          rank: keys.rank(TraceRank.frame, .alert, UInt64(index)))
        span.note("severity", .whole(rule.severity))
        alerts[index] = span
      case (false, let span?):
        alerts[index] = nil
        end(span, at: now)
      case (true, .some), (false, nil): break
      }
    }
  }

  mutating func follow(
    _ event: OutageEvent.Operations, at now: Instant, _ world: OutageWorld
  ) {
    switch event {
    case .started, .throttleSet, .repairSet, .deployed, .rolledBack:
      lookAtThrottle(at: now, world)
      lookAtRepair(of: .sessions, at: now, world)
      lookAtRepair(of: .guilds, at: now, world)
    case .trafficDue, .compactionThrottled, .connectionsRaised: break
    }
  }

  private mutating func lookAtThrottle(at now: Instant, _ world: OutageWorld) {
    let rate = world.gateway.configuration.throttleRate
    guard rate != throttle?.rate else { return }
    end(throttle?.span, at: now)
    throttle = nil
    guard let rate else { return }
    let cause = occasion(of: .throttle, .deployment, at: now)
    let context = keys.context(.throttle, 0, UInt64(bitPattern: now.nanoseconds), in: cause)
    let span = begin(
      "limit \(NumberText.trimmed(rate, digits: 3))/s", context, by: cause, on: .gateway,
      "throttle", at: now, rank: keys.rank(TraceRank.frame, .throttle, 0))
    throttle = (rate, span)
  }

  mutating func lookAtRepair(
    of cluster: ScyllaClusterID, at now: Instant, _ world: OutageWorld
  ) {
    let database = cluster == .sessions ? world.sessionsDatabase : world.guildsDatabase
    let system = cluster.traced
    guard database.isRepairing else { return end(repairs.removeValue(forKey: system), at: now) }
    guard repairs[system] == nil else { return }
    let cause = occasion(of: .repair(cluster), .deployment, at: now)
    let context = keys.context(
      .repair, UInt64(cluster.rawValue), UInt64(bitPattern: now.nanoseconds), in: cause)
    repairs[system] = begin(
      "repair", context, by: cause, on: system, "repair", at: now,
      rank: keys.rank(TraceRank.frame, .repair, UInt64(cluster.rawValue)))
  }
}

extension People.Action {
  /// What of it has its effect at once, and is traced.
  fileprivate var occasion: OutageTracer.Occasion? {
    switch self {
    case .restartNodes: .restart
    case .setThrottle: .throttle
    case .pauseRepair(let cluster), .resumeRepair(let cluster): .repair(cluster)
    case .deploy, .rollBack: .deployment
    case .throttleCompaction, .raiseConnections: nil
    }
  }
}

extension ScyllaClusterID {
  var traced: TraceSystem { self == .sessions ? .sessionsDatabase : .guildsDatabase }
}

extension Faults.Injection {
  /// Whether it does all that it does when it strikes.
  fileprivate var isOverAtOnce: Bool {
    switch kind {
    case .elixirNodes, .apiNodes, .connections, .connection: true
    case .etcd(.leaderLost): duration == nil
    case .etcd, .database, .link: false
    }
  }
}
