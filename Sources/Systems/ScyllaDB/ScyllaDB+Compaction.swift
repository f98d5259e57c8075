import SimulationKernel

// Major compaction: node after node rewrites all of its files, in waves, on a schedule.
extension ScyllaDB {
  /// How far a major compaction has come.
  struct MajorCompaction: Sendable, Equatable {
    /// Share of the nodes that were still to compact at `counted`; 0 when none is under way.
    private var left = 0.0
    private var counted: Instant
    /// Nodes that compact at a time, as if at full rate: a share of all.
    private var pace: Double
    /// What each takes at full rate, in seconds.
    private var time: Double

    init(_ configuration: Configuration, at now: Instant) {
      (pace, time) = Self.pace(configuration)
      counted = now
    }

    private static func pace(_ configuration: Configuration) -> (Double, Double) {
      (
        configuration.majorCompactionNodes * (1 - configuration.compactionThrottle),
        configuration.majorCompactionTime.seconds
      )
    }

    func isUnderWay(at now: Instant) -> Bool { remainder(at: now) > 1e-9 }

    private func remainder(at now: Instant) -> Double {
      left - (now - counted).seconds / time * pace
    }

    private mutating func count(at now: Instant) {
      left = max(0, remainder(at: now))
      counted = now
    }

    /// One starts, unless one is under way: that goes on, and the schedule's start is passed over.
    mutating func begin(at now: Instant) {
      let isUnderWay = isUnderWay(at: now)
      count(at: now)
      if !isUnderWay { left = 1 }
    }

    /// What is left goes on as the configuration says by now.
    mutating func change(to configuration: Configuration, at now: Instant) {
      count(at: now)
      (pace, time) = Self.pace(configuration)
    }
  }

  /// Share of the shards' time that major compaction takes now, over all nodes.
  ///
  /// A throttle of a quarter cuts a node's rate by that: it takes a quarter less of the node, and a
  /// third longer.
  func majorCompactionShare(at now: Instant) -> Double {
    guard configuration.majorCompactionAt != nil, majorCompaction.isUnderWay(at: now) else {
      return 0
    }
    return configuration.majorCompactionShare * configuration.majorCompactionNodes
      * (1 - configuration.compactionThrottle)
  }

  /// Takes up a compaction that began before the run, and orders the next start.
  mutating func startCompactions<P: Ports>(through ports: inout P) {
    guard let first = configuration.majorCompactionAt else { return }
    guard first < ports.now else {
      ports.majorCompactionDue(cluster, after: first - ports.now)
      return
    }
    majorCompaction = MajorCompaction(configuration, at: first)
    var next = first
    while next < ports.now {
      majorCompaction.begin(at: next)
      guard let every = configuration.majorCompactionEvery else { return }
      next = next + every
    }
    ports.majorCompactionDue(cluster, after: next - ports.now)
  }

  mutating func beginScheduledCompaction<P: Ports>(_ ports: inout P) {
    majorCompaction.begin(at: ports.now)
    guard let every = configuration.majorCompactionEvery else { return }
    ports.majorCompactionDue(cluster, after: every)
  }

  /// An operator cuts the rate of major compactions by this share, of the one under way too.
  mutating func throttleCompaction(by share: Double, at now: Instant) {
    configuration.compactionThrottle = share
    compactionChanged(at: now)
  }

  /// Takes up settings that were changed in a running cluster.
  mutating func compactionChanged(at now: Instant) {
    majorCompaction.change(to: configuration, at: now)
  }
}
