import Observation
import SimulationKernel
import Systems

/// The account's timeline beside the run's.
enum Timeline {
  /// What the account reports, what was injected and what operators did, in order of time.
  ///
  /// - Parameters:
  ///   - scenario: What was run.
  ///   - world: As the run left it.
  ///   - metrics: Of the run.
  ///   - end: When the run ended.
  ///   - isWhole: Whether that was the scenario's end.
  /// - Returns: One entry for each; what did not happen any more has no simulated time.
  static func entries(
    of scenario: OutageScenario, _ world: OutageWorld, _ metrics: Metrics, until end: Instant,
    isWhole: Bool
  ) -> [TimelineEntry] {
    var entries: [TimelineEntry] = []
    for moment in scenario.moments {
      entries.append(TimelineEntry(.outcome, moment.text, reported: moment.at, simulated: nil))
    }
    for fact in scenario.facts where fact.unit == .clock {
      let simulated = metrics[fact.measure].map { Instant(nanoseconds: Int64($0 * 1e9)) }
      entries.append(
        TimelineEntry(
          .outcome, fact.claim, reported: fact.reported, simulated: simulated, fact: fact.id))
    }
    for injection in world.faults.plan {
      entries.append(
        TimelineEntry(
          .fault, description(of: injection), reported: nil,
          simulated: isWhole || injection.at < end ? injection.at : nil))
    }
    for (step, taken) in zip(world.people.configuration.steps, world.people.takenAt) {
      var reported: Instant?
      if case .at(let instant) = step.occasion { reported = instant }
      let text = step.note.isEmpty ? description(of: step.action) : step.note
      entries.append(TimelineEntry(.action, text, reported: reported, simulated: taken))
    }
    func time(_ entry: TimelineEntry) -> Instant {
      entry.reported ?? entry.simulated ?? .endOfTime
    }
    return entries.enumerated()
      .sorted { (time($0.element), $0.offset) < (time($1.element), $1.offset) }
      .map(\.element)
  }

  /// A fault in words.
  static func description(of injection: Faults.Injection) -> String {
    switch injection.kind {
    case .connection: "fault armed: a connection is cut"
    case .etcd(let fault): "fault: etcd, \(fault)"
    case .database(let cluster, .nodesDown(let count)):
      "fault: \(count) nodes of the \(cluster.name) database go down"
    case .database(let cluster, .nodeSlow(let factor)):
      "fault: a node of the \(cluster.name) database is \(factor) times slower"
    case .database(let cluster, .hotPartition(let share)):
      "fault: \(Int((share * 100).rounded())) % of the \(cluster.name) database's reads are of one partition"
    case .elixirNodes(_, let count): "fault: \(count) Elixir nodes stop"
    case .apiNodes(let count): "fault: \(count) API nodes vanish"
    case .connections(let share): "fault: \(Int(share * 100)) % of the connections close"
    case .link(let link, .delay(let extra)): "fault: \(link.rawValue), \(extra) slower"
    case .link(let link, .loss(let parts)): "fault: \(link.rawValue), \(parts / 10_000) % lost"
    case .link(let link, .partition): "fault: \(link.rawValue) is cut"
    case .link(let link, .halfOpen): "fault: \(link.rawValue) loses answers"
    case .link(let link, .duplicate): "fault: \(link.rawValue) doubles requests"
    }
  }

  /// What an operator does, in words.
  static func description(of action: People.Action) -> String {
    switch action {
    case .restartNodes(let perMinute): "restart stopped nodes, \(perMinute) per minute"
    case .setThrottle(let rate): rate.map { "throttle: \(Int($0))/s" } ?? "throttle off"
    case .pauseRepair(let cluster): "pause repair of \(cluster.name)"
    case .resumeRepair(let cluster): "resume repair of \(cluster.name)"
    case .throttleCompaction(let cluster, let share):
      "throttle compaction of \(cluster.name) by \(Int((share * 100).rounded())) %"
    case .raiseConnections(let count): "raise etcd's connection cap to \(count)"
    case .deploy: "deploy"
    case .rollBack(let deployment): "roll back \(deployment)"
    }
  }
}
