import Observation
import SimulationKernel

/// How often what a scenario puts in had an effect.
extension OutageWorld {
  /// What every fault whose time has come, the throttle if there was to be one, and each limit that
  /// operators were to set did.
  ///
  /// - Parameter now: The end of the run; what is due at it or later did not happen.
  /// - Returns: The faults in the order of the scenario, then the throttle, then the operators' steps.
  public func exercises(at now: Instant) -> [Exercise] {
    var exercises = faults.plan.filter { $0.at < now }.map { injection in
      Exercise(
        .fault, id: "faults.\(injection.id)", count: effects(of: injection),
        unit: Self.unit(of: injection.kind))
    }
    let limits = plannedLimits(before: now)
    // One that nobody came to set has refused nobody either.
    if gateway.hadThrottle || !limits.isEmpty {
      exercises.append(
        Exercise(
          .throttle, id: "throttle", count: gateway.throttleRefused, unit: "connections refused"))
    }
    return exercises + limits
  }

  /// What the limits that operators set have refused while they were in force, by the operators' steps.
  private func plannedLimits(before now: Instant) -> [Exercise] {
    people.configuration.steps.indices.compactMap { index in
      let step = people.configuration.steps[index]
      guard case .setThrottle(let rate?) = step.action else { return nil }
      // A time that has not come is no news; an occasion that has not come is.
      if case .at(let instant) = step.occasion, instant >= now { return nil }
      let refused = people.takenAt[index].flatMap { gateway.refused(byLimit: rate, setAt: $0) }
      return Exercise(
        .throttle, id: "operators.\(step.name)", count: refused ?? 0, unit: "connections refused")
    }
  }

  /// Counts what a fault meets as it begins, and as it is over.
  mutating func note(_ event: Faults.Event) {
    faults.note(event, counter: counter, reached: reached)
  }

  private func effects(of injection: Faults.Injection) -> Int {
    guard !isVoid(injection.kind) else { return 0 }
    if case .connection(let slot) = injection.kind { return network.hits(of: slot) }
    guard let strike = faults.strikes.last(where: { $0.slot == injection.slot }) else { return 0 }
    if case .connections = injection.kind {
      return elixir.dropped.indices.contains(strike.before) ? elixir.dropped[strike.before] : 0
    }
    return strike.count(counter(injection.kind) ?? 0)
  }

  /// Whether what a fault meets is as it would be without it, by the fault's own value.
  ///
  /// Links need no such rule: a message that is not delayed, lost or doubled is not met.
  private func isVoid(_ kind: Faults.Kind) -> Bool {
    switch kind {
    case .database(_, .nodeSlow(let factor)): factor <= 1
    case .database(_, .hotPartition(let share)): share <= 0
    case .etcd(.diskSlow): etcd.configuration.slowedWriteTime <= etcd.configuration.writeTime
    case .etcd(.leaderLost), .etcd(.memberPartitioned), .database(_, .nodesDown), .connection,
      .elixirNodes, .apiNodes, .connections, .link:
      false
    }
  }

  /// A number that grows with what faults of a kind meet while they last.
  private func counter(_ kind: Faults.Kind) -> Int? {
    switch kind {
    case .link(let link, _): network.messagesMet(on: link)
    case .etcd(.leaderLost): etcd.totals.heldWrites
    case .etcd(.diskSlow): etcd.totals.slowWrites
    case .etcd(.memberPartitioned): etcd.totals.staleRequests
    case .database(.sessions, _): sessionsDatabase.totals.arrived
    case .database(.guilds, _): guildsDatabase.totals.arrived
    // The number of the drop, whose size is known only afterwards.
    case .connections: faults.strikes.reduce(0) { $0 + (isDrop($1) ? 1 : 0) }
    case .connection, .elixirNodes, .apiNodes: nil
    }
  }

  private func isDrop(_ strike: Faults.Strike) -> Bool {
    if case .connections = faults.injection(strike.slot)?.kind { true } else { false }
  }

  /// What a fault that is over at once meets now.
  private func reached(_ kind: Faults.Kind) -> Int? {
    switch kind {
    case .elixirNodes(let first, let count):
      (0..<count).reduce(0) { sum, offset in
        let node = ElixirNodeID(first.rawValue + UInt16(offset))
        return sum + (elixir.status(of: node) == .up ? 1 : 0)
      }
    case .apiNodes(let count): min(count, api.serving)
    case .connection, .connections, .etcd, .database, .link: nil
    }
  }

  private static func unit(of kind: Faults.Kind) -> String {
    switch kind {
    case .connection: "connections hit"
    case .elixirNodes, .apiNodes: "nodes that were up"
    case .connections: "connections closed"
    case .link: "messages met"
    case .etcd(.leaderLost): "writes held up"
    case .etcd(.diskSlow): "writes slowed down"
    case .etcd(.memberPartitioned): "requests to the member"
    case .database: "reads met"
    }
  }
}
