import Observation
import SimulationKernel

/// The figures of a finished run, from its series and the counters of its systems.
struct OutageMetrics {
  let world: OutageWorld
  let observer: OutageObserver
  /// The end of the run.
  let now: Instant
  private(set) var metrics = Metrics()

  /// Every metric that a fact may name, with its unit.
  static let units: [(name: String, unit: MetricUnit)] = [
    ("users.online.before", .users), ("users.unserved.peak", .users),
    ("users.unserved.minutes", .userMinutes), ("outage.minutes", .minutes),
    ("outage.recovered.at", .minutes), ("outage.recovered.clock", .clock),
    ("elixir.nodes.watching", .nodes), ("elixir.nodes.stopped", .nodes),
    ("elixir.nodes.stopped.share", .share), ("elixir.nodes.stopped.within", .seconds),
    ("elixir.nodes.stopped.clusters", .clusters), ("elixir.watchers.crashed", .nodes),
    ("elixir.watchers.crashed.share", .share), ("elixir.watchers.crashes", .count),
    ("elixir.watchers.crashLoop.overrun", .seconds), ("capacity.fall.at", .clock),
    ("capacity.fall.share", .share), ("elixir.sessions.backlog.peak", .seconds),
    ("elixir.sessions.overdue.share", .share), ("elixir.sessions.turnedAway", .count),
    ("etcd.corrupt.written", .count), ("etcd.corrupt.lifetime", .seconds),
    ("etcd.connections.refused", .count), ("etcd.connections.peak.share", .share),
    ("etcd.wait.peak", .seconds), ("announce.remoteDisconnected", .count),
    ("faults.connection.first.at", .clock), ("api.nodes.peak", .nodes),
    ("api.nodes.joined", .nodes), ("api.nodes.left", .nodes),
    ("autoscaler.scaleOuts", .count), ("throttle.refused", .count),
    ("throttle.set.at", .clock), ("throttle.bound.at", .clock), ("throttle.raises", .count),
    ("throttle.raises.gain", .ratio),
    ("gateway.refused", .count), ("clients.attempts", .count), ("clients.timeouts", .count),
    ("clients.sessions.wasted", .count), ("clients.connections.lost", .count),
    ("guilds.lost", .count), ("guilds.loads", .count), ("guilds.loads.failed", .count),
    ("guilds.loaded.clock", .clock),
    ("scylla.sessions.utilisation.peak", .share), ("scylla.sessions.wasted", .count),
    ("scylla.sessions.repairing.saturated", .minutes),
    ("scylla.sessions.resaturated", .minutes), ("scylla.guilds.resaturated", .minutes),
    ("scylla.guilds.utilisation.peak", .share),
    ("scylla.guilds.wasted", .count), ("scylla.guilds.repairing.saturated", .minutes),
    ("scylla.repair.relief", .ratio), ("alerts.first.at", .minutes),
    ("alerts.first.clock", .clock), ("alerts.cleared.clock", .clock),
    ("alerts.fired", .count), ("alerts.paged", .count), ("alerts.acknowledged.late", .count),
    ("alerts.resolved.late", .count), ("api.calls.failed", .count), ("api.calls.refused", .count),
    ("firstFault.remoteDisconnected", .count), ("firstFault.corrupt.written", .count),
    ("lastFault.hits", .count), ("lastFault.nodes.stopped", .nodes),
    ("lastFault.connections.lost", .count), ("lastFault.users.unserved", .users),
  ]

  static func collect(
    from world: OutageWorld, _ observer: OutageObserver, at now: Instant
  ) -> Metrics {
    var collection = OutageMetrics(world: world, observer: observer, now: now)
    collection.addUsers()
    collection.addNodes()
    collection.addDiscovery()
    collection.addAdmission()
    collection.addDatabases()
    collection.addPeople()
    collection.addFirstFault()
    collection.addLastFault()
    return collection.metrics
  }

  private init(world: OutageWorld, observer: OutageObserver, now: Instant) {
    self.world = world
    self.observer = observer
    self.now = now
  }

  mutating func set(_ name: String, _ value: Double?) {
    guard let unit = Self.units.first(where: { $0.name == name })?.unit else {
      preconditionFailure("a metric is declared: \(name)")
    }
    metrics.set(name, unit, value)
  }

  // MARK: Samples

  /// Nodes that watch before anything happens; the first sample is older than the first event.
  private var watching: Double { observer.values(.watching).dropFirst().first ?? 0 }
  private var people: People { world.people }
  private var step: Double { observer.step.seconds }
  private var firstFault: Instant? { world.faults.firstAt }

  func instant(_ index: Int) -> Instant { observer.start + observer.step * Int64(index) }
  private func clock(_ instant: Instant?) -> Double? {
    instant.map { Double($0.nanoseconds) / 1e9 }
  }
  /// Index of the last sample at or before an instant.
  func index(at instant: Instant) -> Int {
    let count = observer.values(.served).count
    guard instant > observer.start, count > 0 else { return 0 }
    return min(count - 1, Int((instant - observer.start).nanoseconds / observer.step.nanoseconds))
  }
  /// Growth of a counter per second between two instants; nil outside of the run.
  private func rate(
    _ quantity: OutageObserver.Quantity, from early: Instant, to late: Instant
  ) -> Double? {
    let values = observer.values(quantity)
    let (first, last) = (index(at: early), index(at: late))
    guard last > first, early >= observer.start, instant(values.count - 1) >= late else {
      return nil
    }
    return (values[last] - values[first]) / (Double(last - first) * step)
  }

  // MARK: Groups

  private mutating func addUsers() {
    let served = observer.values(.served)
    let online = world.scale.whole(world.clients.count)
    set("users.online.before", served.first)
    set("users.unserved.peak", served.map { online - $0 }.max())
    set("users.unserved.minutes", served.reduce(0) { $0 + (online - $1) } * step / 60)
    let under = served.reduce(0) { $0 + ($1 < online / 2 ? 1 : 0) }
    set("outage.minutes", Double(under) * step / 60)
    if let fault = firstFault {
      // After the last sample under 99 %, for good.
      let last = served.lastIndex { $0 < online * 0.99 }
      if let last, last + 1 < served.count {
        let recovered = instant(last + 1)
        set("outage.recovered.clock", clock(recovered))
        set("outage.recovered.at", (recovered - fault).seconds / 60)
      }
    }
    set("clients.attempts", world.scale.whole(world.gateway.totals.arrived))
    set("clients.timeouts", world.scale.whole(world.clients.totals.timeouts))
    set("clients.sessions.wasted", world.scale.whole(world.clients.totals.sessionsWasted))
    set("clients.connections.lost", world.scale.whole(world.clients.totals.connectionsLost))
  }

  private mutating func addNodes() {
    let totals = world.elixir.totals
    let watching = self.watching
    set("elixir.nodes.watching", watching)
    set("elixir.nodes.stopped", Double(totals.nodesStopped))
    set("elixir.nodes.stopped.share", watching > 0 ? Double(totals.nodesStopped) / watching : nil)
    if let first = totals.firstStopAt, let last = totals.lastStopAt {
      set("elixir.nodes.stopped.within", (last - first).seconds)
    }
    let clusters = world.elixir.stoppedByCluster.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    set("elixir.nodes.stopped.clusters", Double(clusters))
    set("elixir.sessions.backlog.peak", observer.values(.sessionsBacklog).max())
    let begun = Double(totals.sessionsBegun)
    set("elixir.sessions.overdue.share", begun > 0 ? Double(totals.sessionsOverdue) / begun : nil)
    set("elixir.sessions.turnedAway", world.scale.whole(totals.sessionsTurnedAway))
    set("guilds.lost", world.scale.whole(totals.guildsLost))
    set("guilds.loads", world.scale.whole(totals.guildLoads))
    set("guilds.loads.failed", world.scale.whole(totals.guildLoadFailures))
    let loaded = observer.values(.guildsLoaded)
    if let most = loaded.max(), let last = loaded.lastIndex(where: { $0 < most * 0.95 }),
      last + 1 < loaded.count
    {
      set("guilds.loaded.clock", clock(instant(last + 1)))
    }
    let up = observer.values(.nodesUp)
    // A fall is measured by itself: when half of what it took in the end was gone.
    if let before = up.first, let least = up.min(), least < before,
      let fall = up.firstIndex(where: { before - $0 >= (before - least) / 2 })
    {
      set("capacity.fall.at", clock(instant(fall)))
      let minute = min(up.count - 1, fall + Int(60 / step))
      set("capacity.fall.share", 1 - up[fall...minute].reduce(before, min) / before)
    }
    set("api.nodes.peak", Double(world.api.servingPeak))
    set("api.nodes.joined", Double(world.api.totals.joins))
    set("api.nodes.left", Double(world.api.totals.leaves))
    set("autoscaler.scaleOuts", Double(world.autoscaler.scaleOuts))
    set("api.calls.failed", world.scale.whole(world.api.totals.failed))
    set("api.calls.refused", world.scale.whole(world.api.totals.refused))
  }

  private mutating func addDiscovery() {
    let discovery = world.discovery
    let watching = self.watching
    set("elixir.watchers.crashed", Double(discovery.crashedCount))
    set(
      "elixir.watchers.crashed.share",
      watching > 0 ? Double(discovery.crashedCount) / watching : nil)
    set("elixir.watchers.crashes", Double(discovery.totals.crashes))
    let etcd = world.etcd.totals
    set("etcd.corrupt.written", Double(etcd.corruptWritten))
    set("etcd.corrupt.lifetime", world.etcd.corruptLifetime(at: now).seconds)
    if let ended = etcd.corruptEndedAt, let last = discovery.totals.lastCrashAt {
      set("elixir.watchers.crashLoop.overrun", (last - ended).seconds)
    }
    set("etcd.connections.refused", Double(etcd.connectionsRefused))
    set(
      "etcd.connections.peak.share",
      Double(world.etcd.connectionsPeak) / Double(world.etcd.connectionsAtStart))
    set("etcd.wait.peak", etcd.waitPeak.seconds)
    set("announce.remoteDisconnected", Double(world.api.totals.remoteDisconnected))
    set("faults.connection.first.at", clock(world.network.firstCutAt))
  }

  private mutating func addAdmission() {
    let totals = world.gateway.totals
    set("throttle.refused", world.scale.whole(totals.throttled))
    set("gateway.refused", world.scale.whole(totals.throttled + totals.overflowed))
    var previous = world.gateway.initialThrottle ?? .infinity
    var gains: [Double] = []
    for (step, taken) in zip(people.configuration.steps, people.takenAt) {
      guard case .setThrottle(let newLimit) = step.action, let taken else { continue }
      if metrics["throttle.set.at"] == nil { set("throttle.set.at", clock(taken)) }
      let limit = newLimit ?? .infinity
      // Taking the throttle off is no raise.
      if limit > previous, limit < .infinity {
        let before = rate(.opened, from: taken - .seconds(120), to: taken)
        let after = rate(.opened, from: taken, to: taken + .seconds(60))
        if let before, let after, before > 0 { gains.append(after / before) }
      }
      previous = limit
    }
    let refusals = observer.values(.throttled)
    set("throttle.bound.at", clock(refusals.firstIndex { $0 > 0 }.map(instant)))
    set("throttle.raises", Double(gains.count))
    set("throttle.raises.gain", gains.min())
  }

  private mutating func addDatabases() {
    let pauses = people.configuration.steps.indices.compactMap { index -> Instant? in
      guard case .pauseRepair = people.configuration.steps[index].action else { return nil }
      return people.takenAt[index]
    }
    let names: [(String, OutageObserver.Quantity, ScyllaDB, OutageObserver.RepairTally)] = [
      ("sessions", .sessionsUtilisation, world.sessionsDatabase, observer.repairs.sessions),
      ("guilds", .guildsUtilisation, world.guildsDatabase, observer.repairs.guilds),
    ]
    for (name, quantity, database, repairs) in names {
      let values = observer.values(quantity)
      set("scylla.\(name).utilisation.peak", values.max())
      set("scylla.\(name).wasted", world.scale.whole(database.totals.wasted))
      set("scylla.\(name).resaturated", resaturatedMinutes(values))
      // Without a repair there is no figure of a time under repair.
      set(
        "scylla.\(name).repairing.saturated",
        repairs.samples > 0 ? Double(repairs.saturated) * step / 60 : nil)
    }
    if let first = pauses.min(), let last = pauses.max() {
      let before = rate(.databaseServed, from: first - .seconds(180), to: first)
      let after = rate(.databaseServed, from: last, to: last + .seconds(180))
      if let before, let after, before > 0 { set("scylla.repair.relief", after / before) }
    }
  }

  /// Saturated is a database that was busy 99 % of the time, or more.
  static func isSaturated(_ utilisation: Double) -> Bool { utilisation >= 0.99 }

  /// Minutes in which a database was saturated again after the first throttle; nil without one.
  ///
  /// Again: once it had been under 90 %. One that was never relieved counts from the throttle on.
  private func resaturatedMinutes(_ utilisation: [Double]) -> Double? {
    guard let set = metrics["throttle.set.at"],
      let length = Duration(representableSeconds: set), !utilisation.isEmpty
    else { return nil }
    let after = utilisation[index(at: .start + length)...]
    let relieved = after.firstIndex { $0 < 0.9 } ?? after.startIndex
    return Double(after[relieved...].count(where: Self.isSaturated)) * step / 60
  }

  private mutating func addPeople() {
    set("alerts.fired", Double(people.alerts.reduce(0) { $0 + ($1.firedAt == nil ? 0 : 1) }))
    set("alerts.paged", Double(people.alerts.reduce(0) { $0 + $1.pages }))
    set("alerts.acknowledged.late", Double(people.acknowledgedLate(at: now)))
    set("alerts.resolved.late", Double(people.resolvedLate(at: now)))
    guard let first = people.firstAlertAt else { return }
    set("alerts.first.clock", clock(first))
    if let fault = firstFault { set("alerts.first.at", (first - fault).seconds / 60) }
    set("alerts.cleared.clock", clock(people.allClearedAt))
  }
}

extension OutageWorld {
  /// The figures of this run, which has come to `now`.
  public func metrics(from observer: OutageObserver, at now: Instant) -> Metrics {
    OutageMetrics.collect(from: self, observer, at: now)
  }

  /// Every metric that a fact may name.
  public static var metricUnits: [(name: String, unit: MetricUnit)] { OutageMetrics.units }
}
