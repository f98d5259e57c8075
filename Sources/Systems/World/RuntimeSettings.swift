/// The parameters that can change while the company runs, each with its place in the running systems.
///
/// They are the policies and constants that a system reads when it uses them. What a system was built
/// from, what the machines can do, and what is not the company's to set cannot change any more. A
/// deployment, its undoing, and a change from outside of the run all go through this one table.
public struct RuntimeSettings: Sendable {
  typealias Copy<Part> = @Sendable (_ from: Part, _ into: inout Part) -> Void

  /// One parameter that can change.
  struct Setting: Sendable {
    let path: String
    /// Puts a configuration's value into the running systems.
    let install: @Sendable (OutageConfiguration, inout OutageWorld) -> Void
    /// Puts the value in force into a configuration.
    let save: @Sendable (OutageWorld, inout OutageConfiguration) -> Void
    /// Puts one configuration's value into another.
    let copy: Copy<OutageConfiguration>
  }

  /// Every parameter that can change, in the order in which errors list them.
  public static var paths: [String] { all.map(\.path) + aliases.map(\.path) }

  /// The places in `all` of what a parameter sets; empty when it cannot change.
  static func places(of path: String) -> [Int] {
    let names = aliases.first { $0.path == path }?.settings ?? [path]
    return names.compactMap { name in all.firstIndex { $0.path == name } }
  }

  /// Why a parameter that is not in the table cannot change.
  public static func refusal(of path: String) -> String {
    func isOf(_ key: String) -> Bool { path == key || path.hasPrefix(key + ".") }
    return refusals.first { isOf($0.path) }?.reason
      ?? (OutageScenario.inert.contains(where: isOf)
        ? "it is no setting of a system" : "the systems are built from it when the run starts")
  }

  /// What can change near a parameter that cannot: of the same part of the company, or which parts
  /// there are.
  static func help(instead path: String) -> String {
    func part(_ path: String) -> Substring { path.prefix { $0 != "." } }
    let wanted = part(path)
    let near = paths.filter { part($0) == wanted }
    guard near.isEmpty else { return "of \(wanted) these can: \(near.joined(separator: ", "))" }
    var parts: [Substring] = []
    for path in paths where !parts.contains(part(path)) { parts.append(part(path)) }
    return "nothing of \(wanted) can; settings of these can: \(parts.joined(separator: ", "))"
  }

  private static let refusals: [(path: String, reason: String)] = [
    ("clients", "clients run on users' machines, where nobody deploys"),
    ("network", "it describes the network that there is, which only faults change"),
    ("load", "it describes what users do"),
    ("watcher.cycle", "it describes how fast the nodes are"),
    ("supervision.clockPhase", "it describes the nodes' clocks"),
    ("faults", "the plan of the faults is read when the run starts"),
    ("operators", "what people do is read when the run starts"),
    ("alerts", "what people watch is read when the run starts"),
    ("people", "what people do is read when the run starts"),
    ("invariants", "a run is held against them from its start"),
    ("cliffs", "they are about other runs than this one"),
    ("compare", "it is about comparisons, not about this run"),
    ("mitigations", "it is a patch, which --mitigation applies"),
    ("hypotheses", "it is a patch, which --hypothesis applies before the run starts"),
    ("causes", "it is about comparisons, not about this run"),
    ("etcd.fanout", "it describes how fast the machines are"),
    ("etcd.writeTime", "it describes how fast the machines are"),
    ("etcd.listTimePerEntry", "it describes how fast the machines are"),
    ("etcd.slowDisk", "it describes how fast the machines are"),
  ]

  /// Parameters that speak of several others at once.
  private static let aliases: [(path: String, settings: [String])] = [
    ("repair.running", ["scylla.sessions.repair.running", "scylla.guilds.repair.running"]),
    (
      "repair.pauseOnOverload",
      ["scylla.sessions.repair.pauseOnOverload", "scylla.guilds.repair.pauseOnOverload"]
    ),
  ]

  // MARK: The table

  static let all: [Setting] =
    part(
      \.network.configuration, \.network,
      [
        ("announce.segments", copying(\.segments)), ("announce.timeout", copying(\.timeout)),
      ])
    + part(
      \.api.configuration, \.api,
      [
        ("announce.interval", copying(\.announceInterval)),
        ("announce.retryDelay", copying(\.announceRetryDelay)),
        ("announce.kind", copying(\.announceKind)),
        ("api.queueBound", copying(\.queueBound)), ("api.readTimeout", copying(\.readTimeout)),
        ("api.readRetries", copying(\.readRetries)), ("api.retryBudget", copying(\.retryBudget)),
        ("api.bootTime", copying(\.bootTime)), ("api.drainTime", copying(\.drainTime)),
      ])
    + part(
      \.etcd.configuration, \.etcd,
      [
        ("announce.ttl", copying(\.ttl)), ("announce.ttlIn", copying(\.ttlIn)),
        ("announce.contentType", copying(\.contentType)),
        ("etcd.formErrorPolicy", copying(\.formErrorPolicy)),
        ("etcd.connections", copying(\.connections)), ("etcd.sweep", copying(\.sweep)),
        ("etcd.election", copying(\.election)),
      ])
    // Watchers and supervisors take up what they are started with: `onBadValue` and `listTimeout`
    // hold at once, the rest for the processes that start from then on.
    + part(
      \.discovery.configuration, \.discovery,
      [
        ("watcher.onBadValue", copying(\.onBadValue)), ("watcher.crashIn", copying(\.crashIn)),
        ("watcher.mode", copying(\.mode)), ("watcher.listTimeout", copying(\.listTimeout)),
        ("supervision.levels", copying(\.levels)),
        ("supervision.maxRestarts", copying(\.maxRestarts)),
        ("supervision.maxSeconds", copying(\.maxSeconds)),
        ("supervision.strategy", copying(\.strategy)),
        ("supervision.application", copying(\.application)),
        ("supervision.restartDelay", copying(\.restartDelay)),
      ])
    + part(
      \.elixir.configuration, \.elixir,
      [
        ("elixir.backlogBound", copying(\.backlogBound)),
        // For the nodes that stop from then on.
        ("elixir.restart", copying(\.restart)),
        ("guilds.loadConcurrency", copying(\.guildLoadConcurrency)),
        ("guilds.loadTimeout", copying(\.guildLoadTimeout)),
        ("guilds.retryDelay.min", copying(\.guildRetryMin)),
        ("guilds.retryDelay.max", copying(\.guildRetryMax)),
      ])
    + part(
      \.gateway.configuration, \.gateway,
      [
        ("gateway.concurrency", copying(\.concurrency)),
        ("gateway.queueBound", copying(\.queueBound)),
        ("gateway.discipline", copying(\.discipline)),
        ("gateway.codel.target", copying(\.codelTarget)),
        ("gateway.codel.interval", copying(\.codelInterval)),
        ("gateway.adaptive", copying(\.adaptive)), ("throttle.rate", copying(\.throttleRate)),
        ("throttle.burst", copying(\.throttleBurst)),
      ])
    + [single("gateway.coalesce", \.api.coalesce, \.gateway.coalesce)]
    + part(
      \.autoscaler.configuration, \.autoscaler,
      [
        ("autoscaler.policy", copying(\.policy)), ("autoscaler.target", copying(\.target)),
        ("autoscaler.stabilisation", copying(\.stabilisation)),
        ("autoscaler.tolerance", copying(\.tolerance)),
        ("autoscaler.downStabilisation", copying(\.downStabilisation)),
        ("autoscaler.scaleIn.max", copying(\.scaleInMax)),
        ("autoscaler.scaleIn.window", copying(\.scaleInWindow)),
        ("api.nodes.min", copying(\.nodesMin)), ("api.nodes.max", copying(\.nodesMax)),
      ])
    + [
      // The nodes' agents measure and report; the autoscaler takes what comes.
      single("autoscaler.interval", \.api.interval, \.autoscaler.interval),
      single("autoscaler.initialisation", \.api.initialisation, \.autoscaler.initialisation),
    ]
    + database(
      "scylla.sessions", \.sessionsDatabase, \.sessionsDatabase.configuration, \.sessionsDatabase)
    + database(
      "scylla.guilds", \.guildsDatabase, \.guildsDatabase.configuration, \.guildsDatabase)

  private static func database(
    _ path: String, _ running: WritableKeyPath<OutageWorld, ScyllaDB> & Sendable,
    _ configuration: WritableKeyPath<OutageWorld, ScyllaDB.Configuration> & Sendable,
    _ read: WritableKeyPath<OutageConfiguration, ScyllaDB.Configuration> & Sendable
  ) -> [Setting] {
    [

      // Operators pause repair too: what is in force is what runs.
      Setting(
        path: "\(path).repair.running",
        install: { $1[keyPath: running].setRepair(running: $0[keyPath: read].repairRunning) },
        save: { $1[keyPath: read].repairRunning = $0[keyPath: running].isRepairing },
        copy: { $1[keyPath: read].repairRunning = $0[keyPath: read].repairRunning })
    ]
      + part(
        configuration, read,
        [
          ("\(path).repair.share", copying(\.repairShare)),
          ("\(path).repair.intensity", copying(\.repairIntensity)),
          ("\(path).repair.pauseOnOverload", copying(\.repairPauseOnOverload)),
          ("\(path).compaction.share", copying(\.compactionShare)),
          ("\(path).compaction.throttle", copying(\.compactionThrottle)),
          ("\(path).compaction.major.nodes", copying(\.majorCompactionNodes)),
        ])
  }

  // MARK: Making entries

  private static func copying<Part, Value>(
    _ field: WritableKeyPath<Part, Value> & Sendable
  ) -> Copy<Part> {
    { $1[keyPath: field] = $0[keyPath: field] }
  }

  /// Fields of a system's configuration, which runs as it is read.
  private static func part<Part>(
    _ running: WritableKeyPath<OutageWorld, Part> & Sendable,
    _ read: WritableKeyPath<OutageConfiguration, Part> & Sendable,
    _ fields: [(path: String, copy: Copy<Part>)]
  ) -> [Setting] {
    fields.map { path, copy in
      Setting(
        path: path, install: { copy($0[keyPath: read], &$1[keyPath: running]) },
        save: { copy($0[keyPath: running], &$1[keyPath: read]) },
        copy: { copy($0[keyPath: read], &$1[keyPath: read]) })
    }
  }

  /// A value that a system keeps by itself.
  private static func single<Value>(
    _ path: String, _ running: WritableKeyPath<OutageWorld, Value> & Sendable,
    _ read: WritableKeyPath<OutageConfiguration, Value> & Sendable
  ) -> Setting {
    Setting(
      path: path, install: { $1[keyPath: running] = $0[keyPath: read] },
      save: { $1[keyPath: read] = $0[keyPath: running] },
      copy: { $1[keyPath: read] = $0[keyPath: read] })
  }
}
