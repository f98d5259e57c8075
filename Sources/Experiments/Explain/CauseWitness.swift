import Systems

/// Which events move a measure: where an explanation of its value begins.
struct CauseWitness {
  let kinds: [Occurrence.Kind]
  /// Of reads: those of one cluster.
  private let cluster: ScyllaClusterID?

  private init(_ kinds: [Occurrence.Kind], of name: String) {
    self.kinds = kinds
    cluster = ScyllaClusterID.allCases.first { name.hasPrefix("scylla.\($0.name).") }
  }

  /// Of a metric, a signal or what a promise is about.
  init(moving name: String) { self.init(Self.kinds(moving: name), of: name) }

  /// Of what brings a measure back to where nobody is alerted.
  init(restoring name: String) {
    let kinds = Self.restoring.filter { name == $0.name || name.hasPrefix($0.name + ".") }
    self.init(kinds.first?.kinds ?? [], of: name)
  }

  /// Whether an event moves it.
  func sees(_ occurrence: Occurrence) -> Bool {
    guard kinds.contains(occurrence.kind) else { return false }
    guard let cluster, occurrence.kind == .readArrived || occurrence.kind == .readServed else {
      return true
    }
    return occurrence.detail == UInt32(cluster.rawValue)
  }

  /// The events that move a metric, a signal or what a promise is about.
  ///
  /// - Parameter name: Dotted, such as `elixir.nodes.stopped`.
  /// - Returns: Kinds; empty where any event may.
  static func kinds(moving name: String) -> [Occurrence.Kind] {
    // The longest name that fits says most.
    table.filter { name == $0.name || name.hasPrefix($0.name + ".") }
      .max { $0.name.utf8.count < $1.name.utf8.count }?.kinds ?? []
  }

  /// Signals that an expression names, in its order.
  static func signals(in expression: String) -> [String] {
    var names: [String] = []
    var word = ""
    for character in expression + " " {
      if character.isLetter || character.isNumber || character == "." {
        word.append(character)
      } else {
        if word.contains("."), !names.contains(word), !kinds(moving: word).isEmpty {
          names.append(word)
        }
        word = ""
      }
    }
    return names
  }

  private static let crashes: [Occurrence.Kind] = [
    .watcherCrashed, .supervisorGaveUp, .discoveryEnded,
  ]
  private static let arrivals: [Occurrence.Kind] = [
    .connectionAdmitted, .connectionThrottled, .connectionRefused,
  ]
  private static let losses: [Occurrence.Kind] = [.connectionLost, .guildLost]
  private static let returns: [Occurrence.Kind] = [.sessionOpened, .guildLoaded]

  private static let restoring: [(name: String, kinds: [Occurrence.Kind])] = [
    ("users", returns), ("elixir.nodes", [.nodeReady, .nodeJoined]), ("scylla", [.readServed]),
    ("api.nodes", [.apiNodeBooted]), ("guilds", [.guildLoaded]),
  ]

  private static let table: [(name: String, kinds: [Occurrence.Kind])] = [
    ("users", losses), ("outage", losses), ("outage.recovered", returns),
    ("lastFault", losses), ("lastFault.nodes", [.nodeStopped]),
    ("lastFault.hits", [.announceHit, .faultBegan]),
    ("clients", losses), ("clients.attempts", arrivals), ("clients.timeouts", [.attemptTimedOut]),
    ("clients.sessions", returns), ("clients.sessions.wasted", [.sessionWasted]),
    ("identify", [.sessionReady, .sessionStartFailed]),
    ("elixir.nodes", [.nodeStopped]), ("nodes", [.nodeStopped]), ("capacity", [.nodeStopped]),
    ("elixir.nodes.watching", crashes), ("elixir.watchers", crashes),
    ("supervision", crashes), ("elixir.sessions", [.sessionRequested, .sessionTurnedAway]),
    ("elixir.sessions.turnedAway", [.sessionTurnedAway]),
    ("guilds", [.guildLost]), ("guilds.loaded", [.guildLoaded]),
    ("guilds.loads", [.callRouted, .guildRetried]), ("guilds.queue", [.guildLost]),
    ("guilds.loads.failed", [.guildLoadTimedOut, .callFailed]),
    ("rpc", [.callAnswered, .callFailed]),
    ("etcd", [.entryWritten, .listRequested, .watchRequested]),
    ("etcd.corrupt", [.entryCorrupted]), ("firstFault.corrupt", [.entryCorrupted]),
    ("etcd.connections", [.watchRequested, .listRequested]),
    ("announce", [.announceFailed]), ("firstFault", [.announceFailed]),
    ("faults.connection", [.announceHit]),
    ("api", [.apiCallArrived, .callFailed]),
    ("api.nodes", [.apiResized, .apiNodeBooted, .apiNodeDrained, .apiNodesKilled]),
    ("autoscaler", [.apiResized]),
    ("throttle", [.connectionThrottled]), ("throttle.set", [.throttleSet]),
    ("throttle.raises", [.throttleSet]), ("gateway", arrivals),
    ("gateway.refused", [.connectionRefused, .connectionThrottled]),
    ("scylla", [.readArrived]), ("scylla.repair", [.repairSet]),
    ("alerts", [.alertFired]), ("alerts.cleared", [.alertCleared]),
    ("alerts.resolved", [.alertCleared]), ("alerts.paged", [.alertFired, .alertEscalated]),
  ]
}
