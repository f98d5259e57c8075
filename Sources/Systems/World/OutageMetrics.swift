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

  /// Whether a metric never falls while a run goes on.
  ///
  /// What belongs to the last fault begins anew with the next.
  static func onlyGrows(_ name: String) -> Bool {
    guard !name.hasPrefix("lastFault.") else { return false }
    return units.first { $0.name == name }?.unit == .count || growing.contains(name)
  }

  /// Beside what is counted.
  static let growing = [
    "users.unserved.peak", "users.unserved.minutes", "outage.minutes", "elixir.nodes.stopped",
    "elixir.nodes.stopped.share", "elixir.nodes.stopped.clusters", "elixir.watchers.crashed",
    "elixir.watchers.crashed.share", "elixir.sessions.backlog.peak",
    "etcd.connections.peak.share", "etcd.wait.peak", "api.nodes.peak", "api.nodes.joined",
    "api.nodes.left", "scylla.sessions.utilisation.peak", "scylla.guilds.utilisation.peak",
    "scylla.sessions.repairing.saturated", "scylla.guilds.repairing.saturated",
    "scylla.sessions.resaturated", "scylla.guilds.resaturated",
  ]

  static func collect(
    from world: OutageWorld, _ observer: OutageObserver, at now: Instant
  ) -> Metrics {
    var collection = OutageMetrics(world: world, observer: observer, now: now)
    collection.addCounters()
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

  private static func isDeclared(_ name: String) -> Bool { units.contains { $0.name == name } }

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

  /// What a signal reads, as it stands at the end of the run.
  private mutating func addCounters() {
    let signals = OutageSignals(world, .init())
    for (number, signal) in OutageSignals.catalogue.signals.enumerated()
    where Self.isDeclared(signal.name) { set(signal.name, signals.value(of: number, at: now)) }
  }

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
  }

  private mutating func addNodes() {
    let totals = world.elixir.totals
    let watching = self.watching
    set("elixir.nodes.watching", watching)
    // The signals of these names count what watches now, and a node that stops twice as two.
    set("elixir.nodes.stopped", Double(totals.nodesLost))
    set("elixir.nodes.stopped.share", watching > 0 ? Double(totals.nodesLost) / watching : nil)
    if let first = totals.firstStopAt, let last = totals.lastStopAt {
      set("elixir.nodes.stopped.within", (last - first).seconds)
    }
    let clusters = world.elixir.stoppedByCluster.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    set("elixir.nodes.stopped.clusters", Double(clusters))
    set("elixir.sessions.backlog.peak", observer.values(.sessionsBacklog).max())
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
  }

  private mutating func addDiscovery() {
    let discovery = world.discovery
    let watching = self.watching
    set(
      "elixir.watchers.crashed.share",
      watching > 0 ? Double(discovery.crashedCount) / watching : nil)
    if let ended = world.etcd.totals.corruptEndedAt, let last = discovery.totals.lastCrashAt {
      set("elixir.watchers.crashLoop.overrun", (last - ended).seconds)
    }
    set("faults.connection.first.at", clock(world.network.firstCutAt))
  }

  private mutating func addAdmission() {
    var previous = world.gateway.initialThrottle ?? .infinity
    var gains: [Double] = []
    var raises = 0
    for (step, taken) in zip(people.configuration.steps, people.takenAt) {
      guard case .setThrottle(let newLimit) = step.action, let taken else { continue }
      if metrics["throttle.set.at"] == nil { set("throttle.set.at", clock(taken)) }
      let limit = newLimit ?? .infinity
      // A setting that is no raise lets nobody more in, and counts as what it is; taking the throttle
      // off is none of the settings.
      if previous < .infinity, limit < .infinity {
        let before = rate(.opened, from: taken - .seconds(120), to: taken)
        let after = rate(.opened, from: taken, to: taken + .seconds(60))
        if let before, let after, before > 0 { gains.append(after / before) }
        if limit > previous { raises += 1 }
      }
      previous = limit
    }
    let refusals = observer.values(.throttled)
    set("throttle.bound.at", clock(refusals.firstIndex { $0 > 0 }.map(instant)))
    set("throttle.raises", Double(raises))
    set("throttle.raises.gain", gains.min())
  }

  private mutating func addDatabases() {
    let pauses = people.configuration.steps.indices.compactMap { index -> Instant? in
      guard case .pauseRepair = people.configuration.steps[index].action else { return nil }
      return people.takenAt[index]
    }
    let names: [(String, OutageObserver.Quantity, OutageObserver.RepairTally)] = [
      ("sessions", .sessionsUtilisation, observer.repairs.sessions),
      ("guilds", .guildsUtilisation, observer.repairs.guilds),
    ]
    for (name, quantity, repairs) in names {
      let values = observer.values(quantity)
      set("scylla.\(name).utilisation.peak", values.max())
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

  /// Whether a metric never falls while a run goes on, so that a bound it has passed stays passed.
  public static func onlyGrows(metric name: String) -> Bool { OutageMetrics.onlyGrows(name) }
}
