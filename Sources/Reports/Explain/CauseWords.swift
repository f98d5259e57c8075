import Experiments
import Observation
import SimulationKernel
import Systems

/// Events in plain words.
///
/// Names come from the scenario as they are: whoever shows the words makes them safe for the place.
struct CauseWords: Sendable {
  let names: CauseNames

  /// Half a sentence on one event: `sessions-17 stopped: everything on it was gone`.
  func sentence(_ occurrence: Occurrence) -> String {
    companySentence(occurrence)
      ?? names.name(occurrence.subject, in: occurrence.kind) + " " + predicate(occurrence)
  }

  /// A sentence that stands by itself; names keep their case.
  func capitalised(_ occurrence: Occurrence) -> String {
    let text = sentence(occurrence)
    let isName =
      text.hasPrefix("etcd")
      || companySentence(occurrence) == nil && !text.hasPrefix("the ")
        && occurrence.subject.sort != .read
    return isName ? text : text.prefix(1).uppercased() + text.dropFirst()
  }

  /// What it did, or what was done to it.
  private func predicate(_ occurrence: Occurrence) -> String {
    let detail = occurrence.detail
    switch occurrence.kind {
    case .connectionLost: return "lost its connection"
    case .attemptFailed: return "was told that its attempt failed, and backs off"
    case .attemptTimedOut: return "gave its attempt up after waiting for an answer, and backs off"
    case .sessionInvalidated: return "learnt that its session is gone, and will ask for a new one"
    case .sessionOpened: return "got its session"
    case .sessionWasted: return "got a session that it had given up before"
    case .guildLost: return "was gone from its node"
    case .guildLoaded: return "was loaded again"
    case .connectionAdmitted: return "connected and was admitted by the gateway"
    case .connectionThrottled: return "connected and was refused by the throttle"
    case .connectionRefused: return "connected and was refused by the full gateway"
    case .sessionReady: return "had its session ready at the gateway"
    case .resumeRefused: return "could not resume its session: the gateway was told that it is gone"
    case .sessionStartFailed: return "could not get a session: the gateway was told so"
    case .sessionRequested: return "had its session asked of a session node"
    case .sessionTurnedAway:
      return "was turned away: a node that its session needs was down or had too much to do"
    case .callAnswered: return "had its data from the API"
    case .callFailed: return "did not get its data from the API"
    case .callUnroutable: return "had no data: its node knew no API node to ask"
    case .nodeStopping: return "began to shut down"
    case .nodeStopped: return "stopped: everything on it was gone"
    case .nodeHalted: return "had written its crash dump and could be restarted"
    case .nodeForgotten: return "was taken out of its cluster's ring"
    case .nodeJoined: return "took its place in its cluster's ring"
    case .nodeBooted: return "booted"
    case .nodeReady: return "knew where the API is, and was up"
    case .guildLoadTimedOut: return "could not be loaded in time"
    case .guildRetried: return "was to be loaded again after a failure"
    case .sessionExpired: return "did not come back in time to resume its session"
    case .discoveryStarted: return "started its discovery"
    case .entriesListed: return "listed the entries of the services"
    case .changeSeen: return "saw a change of an entry"
    case .removalSeen: return "saw that an entry is gone"
    case .historyCleared: return "had missed too many changes, and listed the entries again"
    case .watcherCrashed: return crash(detail)
    case .supervisorGaveUp: return crash(detail) + ", and its supervisor gave up"
    case .discoveryEnded:
      return crash(detail) + "; the last supervisor gave up, and the node's discovery ended"
    case .watcherRestarted: return "had its watcher started again after the delay"
    case .callRouted: return "had its data asked of the API"
    case .apiNodeBooted: return "booted and joined the API"
    case .apiNodeDrained: return "was drained and left the API"
    case .announceDue: return "was to announce itself to etcd"
    case .announceStored: return "learnt that its announce was stored"
    case .announceFailed: return "logged that its announce failed (\(outcome(detail)))"
    case .apiCallArrived: return "had its call at an API node"
    case .readAnswered: return "was answered"
    case .readFailed: return "was refused by its database"
    case .readTimedOut: return "took too long, and was given up"
    case .readArrived: return "reached the \(cluster(detail)) database"
    case .readServed: return "was served by the \(cluster(detail)) database"
    case .overloadChecked: return "looked whether it was overloaded"
    case .repairStarted: return "began a repair"
    case .repairEnded: return "ended a repair"
    case .compactionStarted: return "began a major compaction"
    case .databaseFaultBegan: return "was struck by a fault"
    case .databaseFaultEnded: return "was rid of a fault"
    case .announceSent: return "sent its announce to etcd"
    case .announceHit:
      return "sent its announce to etcd, and the fault "
        + names.name(Occurrence.Subject(.fault, detail)) + " struck the connection"
    case .etcdAnswered: return "was answered by etcd"
    case .linkChanged: return detail == 1 ? "was healed" : "was impaired by a fault"
    case .deregistrationSent: return "sent etcd word that it leaves"
    case .messageMet: return "had a message delayed, doubled or lost by a fault of the link"
    case .messageLate: return "had a message arrive that a fault had held up"
    case .entryRepaired: return "announced itself again, and its entry in etcd was whole"
    case .listRequested: return "asked etcd for the entries"
    case .watchRequested: return "asked etcd to be told of changes"
    case .watchCancelled: return "closed its watch on etcd"
    case .expirySwept: return "removed what had expired"
    case .etcdFaultBegan: return "was struck by a fault"
    case .etcdFaultEnded: return "was rid of a fault"
    case .alertFired: return "fired"
    case .alertCleared: return "cleared"
    case .alertEscalated: return "was not acknowledged in time"
    case .operatorActed: return "was taken by the operators"
    case .faultBegan: return "began"
    case .faultEnded: return "was over"
    case .repairSet: return detail == 1 ? "was allowed to repair" : "had its repair paused"
    case .compactionThrottled:
      return "had its compactions slowed by \(percent(detail, of: 1_000))"
    case .deployed: return "was deployed"
    case .rolledBack: return "rolled a deployment back"
    case .overtaken: return "had a timer run out that no longer mattered"
    // Told whole: see `companySentence`.
    case .restartRequested, .connectionsDropped, .apiResized, .apiNodesKilled,
      .utilisationMeasured, .autoscalerLooked, .monitoringLooked, .started, .trafficCounted,
      .throttleSet, .connectionsRaised, .entryCorrupted, .entryWritten, .entryDeleted,
      .cutRejected:
      return Self.merged(occurrence.kind)
    }
  }

  private func crash(_ detail: UInt32) -> String {
    switch Occurrence.Trigger(rawValue: detail) {
    case .change: "saw a change that its watcher could not parse: the watcher crashed"
    case .listing: "listed an entry that its watcher could not parse: the watcher crashed"
    case .listTimeout: "got no listing in time: its watcher crashed"
    case .other, nil: "had its watcher crash"
    }
  }

  private func outcome(_ detail: UInt32) -> String {
    switch AnnounceOutcome(rawValue: UInt8(truncatingIfNeeded: detail)) {
    case .stored: "stored"
    case .rejected: "rejected"
    case .remoteDisconnected: "RemoteDisconnected"
    case .connectionReset: "ConnectionResetError"
    case .timedOut: "timed out"
    case .failed, nil: "failed"
    }
  }

  private func cluster(_ detail: UInt32) -> String {
    ScyllaClusterID(rawValue: UInt8(truncatingIfNeeded: detail))?.name ?? "\(detail)"
  }
}

extension CauseNames {
  /// Who an event is about, where a sentence begins with it.
  func name(_ subject: Occurrence.Subject, in kind: Occurrence.Kind) -> String {
    switch subject.sort {
    case .fault: "the fault " + name(subject)
    case .step: "the step " + name(subject)
    case .alert: "the alert " + name(subject)
    case .link: "the link " + name(subject)
    case .company, .client, .guild, .elixirNode, .apiNode, .read, .database, .etcd: name(subject)
    }
  }
}
