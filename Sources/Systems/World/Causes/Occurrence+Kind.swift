extension Occurrence {
  /// What can happen in a run.
  public enum Kind: UInt8, CaseIterable, Sendable {
    // Clients
    case connectionLost, attemptFailed, attemptTimedOut, sessionInvalidated, sessionOpened
    /// The session was ready only after its client had given it up.
    case sessionWasted
    case guildLost, guildLoaded
    // Gateway
    case connectionAdmitted
    /// By a throttle.
    case connectionThrottled
    /// By a full queue.
    case connectionRefused
    case sessionReady, resumeRefused, sessionStartFailed
    // Elixir nodes
    case sessionRequested
    /// A node that it needs is not there, or has too much to do.
    case sessionTurnedAway
    case callAnswered, callFailed, callUnroutable
    case nodeStopping, nodeStopped, nodeHalted, nodeForgotten, nodeJoined
    /// Its detail: of how many nodes.
    case restartRequested
    case nodeBooted, nodeReady, guildLoadTimedOut, guildRetried
    /// Its detail: the share in thousandths.
    case connectionsDropped
    case sessionExpired
    // Discovery; the details of the crashes are the raw value of a `Trigger`.
    case discoveryStarted, entriesListed, changeSeen, removalSeen, historyCleared
    case watcherCrashed
    /// A watcher crashed, and its supervisor gave up.
    case supervisorGaveUp
    /// A watcher crashed, the last supervisor gave up, and the application ended.
    case discoveryEnded
    case watcherRestarted, callRouted
    // API
    /// Its detail: to how many nodes.
    case apiResized
    case apiNodeBooted, apiNodeDrained
    /// Its detail: how many.
    case apiNodesKilled
    case announceDue, announceStored
    /// Its detail: the raw value of the `AnnounceOutcome`.
    case announceFailed
    case utilisationMeasured, apiCallArrived, readAnswered, readFailed, readTimedOut
    /// Its detail: the utilisation in millionths.
    case autoscalerLooked
    // Databases; the detail of a read is the number of its cluster.
    case readArrived, readServed, overloadChecked, repairStarted, repairEnded, compactionStarted
    case databaseFaultBegan, databaseFaultEnded
    // Network
    case announceSent
    /// A fault had the announce's connection in its hands; its detail: the slot of the fault.
    case announceHit
    case etcdAnswered
    /// Its detail: 1 when the fault is over.
    case linkChanged
    case deregistrationSent
    /// A fault of its link delayed, doubled or lost the message, or holds it.
    case messageMet
    /// A message that a fault had held up arrives.
    case messageLate
    // etcd
    case entryWritten
    /// A value was stored that is not what its node announces.
    case entryCorrupted
    /// A corrupt value was overwritten.
    case entryRepaired
    /// A cut announce left the keyspace alone.
    case cutRejected
    case entryDeleted, listRequested, watchRequested, watchCancelled, expirySwept
    case etcdFaultBegan, etcdFaultEnded
    // People
    case monitoringLooked, alertFired, alertCleared, operatorActed, alertEscalated
    // Faults and operations
    case faultBegan, faultEnded
    case started, trafficCounted
    /// Its detail: connections per second; `detailMax` for none.
    case throttleSet
    /// Its detail: 1 when it runs.
    case repairSet
    /// Its detail: the share in thousandths.
    case compactionThrottled
    /// Its detail: to how many.
    case connectionsRaised
    case deployed, rolledBack
    /// A timer that has been overtaken: nothing comes of it.
    case overtaken
  }

  /// What a watcher crashed on.
  public enum Trigger: UInt32, CaseIterable, Sendable {
    case change, listing, listTimeout
    /// A supervisor that started it again, or a message that was late.
    case other
  }
}

extension Occurrence.Kind {
  /// Whether a watcher has crashed.
  public var isCrash: Bool {
    switch self {
    case .watcherCrashed, .supervisorGaveUp, .discoveryEnded: true
    default: false
    }
  }

  /// Whether what leads up to it is another story: a fault, an operator's action, a decision of the
  /// autoscaler, or a look that is taken all day long.
  public var isFirstCause: Bool {
    switch self {
    case .started, .faultBegan, .operatorActed, .autoscalerLooked, .monitoringLooked, .expirySwept,
      .trafficCounted, .overloadChecked, .repairStarted, .compactionStarted, .utilisationMeasured:
      true
    default: false
    }
  }

  /// Whether it is told of a subject when the same befell many: what one would note in a postmortem.
  public var isNotable: Bool {
    switch self {
    case .connectionLost, .attemptTimedOut, .sessionOpened, .sessionWasted, .guildLost,
      .guildLoaded, .connectionThrottled, .connectionRefused, .sessionTurnedAway, .callUnroutable,
      .nodeStopped, .nodeBooted, .guildLoadTimedOut, .connectionsDropped, .sessionExpired,
      .watcherCrashed, .supervisorGaveUp, .discoveryEnded, .apiResized, .apiNodeBooted,
      .apiNodeDrained, .apiNodesKilled, .announceFailed, .announceHit, .entryCorrupted,
      .entryRepaired, .cutRejected, .databaseFaultBegan, .databaseFaultEnded, .etcdFaultBegan,
      .etcdFaultEnded, .linkChanged, .alertFired, .alertCleared, .alertEscalated, .operatorActed,
      .faultBegan, .faultEnded, .throttleSet, .repairSet, .compactionThrottled,
      .connectionsRaised, .deployed, .rolledBack, .restartRequested:
      true
    case .attemptFailed, .sessionInvalidated, .connectionAdmitted, .sessionReady, .resumeRefused,
      .sessionStartFailed, .sessionRequested, .callAnswered, .callFailed, .nodeStopping,
      .nodeHalted, .nodeForgotten, .nodeJoined, .nodeReady, .guildRetried, .discoveryStarted,
      .entriesListed, .changeSeen, .removalSeen, .historyCleared, .watcherRestarted, .callRouted,
      .announceDue, .announceStored, .utilisationMeasured, .apiCallArrived, .readAnswered,
      .readFailed, .readTimedOut, .autoscalerLooked, .readArrived, .readServed, .overloadChecked,
      .repairStarted, .repairEnded, .compactionStarted, .announceSent, .etcdAnswered,
      .deregistrationSent, .messageMet, .messageLate, .entryWritten, .entryDeleted,
      .listRequested, .watchRequested, .watchCancelled, .expirySwept, .monitoringLooked, .started,
      .trafficCounted, .overtaken:
      false
    }
  }
}
