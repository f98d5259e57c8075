import Experiments
import Observation
import SimulationKernel
import Systems

extension CauseWords {
  /// What befell many, in few words: `watcher crashed`.
  static func merged(_ kind: Occurrence.Kind) -> String {
    switch kind {
    case .connectionLost: "connection lost"
    case .attemptFailed: "attempt failed"
    case .attemptTimedOut: "gave up waiting"
    case .sessionInvalidated: "session found gone"
    case .sessionOpened: "session opened"
    case .sessionWasted: "session opened too late"
    case .guildLost: "lost"
    case .guildLoaded: "loaded again"
    case .connectionAdmitted: "admitted by the gateway"
    case .connectionThrottled: "refused by the throttle"
    case .connectionRefused: "refused by the full gateway"
    case .sessionReady: "session ready"
    case .resumeRefused: "resume refused"
    case .sessionStartFailed: "session start failed"
    case .sessionRequested: "session asked for"
    case .sessionTurnedAway: "turned away by a node"
    case .callAnswered: "data had from the API"
    case .callFailed: "data not had from the API"
    case .callUnroutable: "no API node known"
    case .nodeStopping: "node stopping"
    case .nodeStopped: "node stopped"
    case .nodeHalted: "crash dump written"
    case .nodeForgotten: "taken out of the ring"
    case .nodeJoined: "back in the ring"
    case .restartRequested: "restart of nodes asked for"
    case .nodeBooted: "node booted"
    case .nodeReady: "node up"
    case .guildLoadTimedOut: "load timed out"
    case .guildRetried: "load tried again"
    case .connectionsDropped: "connections closed"
    case .sessionExpired: "session expired"
    case .discoveryStarted: "discovery started"
    case .entriesListed: "entries listed"
    case .changeSeen: "change seen"
    case .removalSeen: "removal seen"
    case .historyCleared: "changes missed"
    case .watcherCrashed: "watcher crashed"
    case .supervisorGaveUp: "supervisor gave up"
    case .discoveryEnded: "last supervisor gave up"
    case .watcherRestarted: "watcher started after the delay"
    case .callRouted: "data asked for"
    case .apiResized: "API resized"
    case .apiNodeBooted: "joined the API"
    case .apiNodeDrained: "left the API"
    case .apiNodesKilled: "API nodes lost"
    case .announceDue: "announce due"
    case .announceStored: "announce stored"
    case .announceFailed: "announce failed"
    case .utilisationMeasured: "utilisation measured"
    case .apiCallArrived: "call at the API"
    case .readAnswered: "read answered"
    case .readFailed: "read refused"
    case .readTimedOut: "read timed out"
    case .autoscalerLooked: "autoscaler looked"
    case .readArrived: "read arrived"
    case .readServed: "read served"
    case .overloadChecked: "overload looked for"
    case .repairStarted: "repair began"
    case .repairEnded: "repair ended"
    case .compactionStarted: "compaction began"
    case .databaseFaultBegan, .etcdFaultBegan: "struck by a fault"
    case .databaseFaultEnded, .etcdFaultEnded: "rid of a fault"
    case .announceSent: "announce sent"
    case .announceHit: "announce cut"
    case .etcdAnswered: "answered by etcd"
    case .linkChanged: "link changed"
    case .deregistrationSent: "leave sent"
    case .messageMet: "message met by a fault"
    case .messageLate: "message late"
    case .entryWritten: "entry written"
    case .entryCorrupted: "entry corrupted"
    case .entryRepaired: "entry whole again"
    case .cutRejected: "cut announce rejected"
    case .entryDeleted: "entry deleted"
    case .listRequested: "entries asked for"
    case .watchRequested: "watch asked for"
    case .watchCancelled: "watch closed"
    case .expirySwept: "expired entries removed"
    case .monitoringLooked: "monitoring looked"
    case .alertFired: "alert fired"
    case .alertCleared: "alert cleared"
    case .alertEscalated: "alert escalated"
    case .operatorActed: "step taken"
    case .faultBegan: "fault began"
    case .faultEnded: "fault over"
    case .started: "day began"
    case .trafficCounted: "traffic counted"
    case .throttleSet: "throttle set"
    case .repairSet: "repair set"
    case .compactionThrottled: "compactions slowed"
    case .connectionsRaised: "etcd's limit set"
    case .deployed: "deployed"
    case .rolledBack: "rolled back"
    case .overtaken: "timer overtaken"
    }
  }

  /// Who the members of a group are: `213 nodes`, `1 client`, and a name where there is only one of it.
  func members(of group: CauseEffects.Group) -> String {
    let noun: String
    switch group.sort {
    case .elixirNode: noun = "node"
    case .apiNode: noun = "API node"
    case .client: noun = "client"
    case .guild: noun = "guild"
    case .link: noun = "link"
    case .alert: noun = "alert"
    case .fault: noun = "fault"
    case .step: noun = "step"
    case .read: noun = "read"
    case .database: noun = "database"
    case .company, .etcd: return group.examples.first.map { names.name($0) } ?? "the company"
    }
    return "\(NumberText.grouped(UInt64(group.count))) \(noun)\(group.count == 1 ? "" : "s")"
  }

  /// One happening of a group: `watcher crashed 12 to 15 times in up to 0.64 s`.
  func words(_ happening: CauseEffects.Happening, of group: CauseEffects.Group) -> String {
    let text = Self.merged(happening.kind)
    // A group of one that has no number of its own is counted as a whole.
    guard happening.most > 1 else { return text }
    let times =
      happening.least == happening.most
      ? NumberText.grouped(UInt64(happening.most))
      : "\(NumberText.grouped(UInt64(happening.least))) to \(NumberText.grouped(UInt64(happening.most)))"
    let span = Self.length(happening.longest)
    return "\(text) \(times) times in \(group.count == 1 ? "" : "up to ")\(span)"
  }

  /// A length of time with three digits that count: `3.1 s`, `12.4 min`.
  static func length(_ length: Duration) -> String {
    let seconds = length.seconds
    if seconds < 1 { return NumberText.trimmed(seconds * 1_000, digits: 0) + " ms" }
    if seconds < 120 { return NumberText.trimmed(seconds, digits: 1) + " s" }
    return NumberText.trimmed(seconds / 60, digits: 1) + " min"
  }
}
