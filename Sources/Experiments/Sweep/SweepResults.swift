import SimulationKernel

/// One point of a sweep: its figures over its seeds.
public struct SweepPointSummary: Sendable {
  public let point: Int
  /// One per axis.
  public let values: [String]
  /// Finished runs that count, one per seed.
  public let seeds: Int
  /// One per `ComparisonMetric`; empty without a run.
  public let figures: [Comparison.BaselineFigure]
  /// Runs that did not recover while they were watched.
  public let unrecovered: Int
  /// Whether user-minutes lost are known as well as was asked for; true where nothing was.
  public let isNarrow: Bool

  public func figure(_ metric: ComparisonMetric) -> Comparison.BaselineFigure? {
    figures.first { $0.metric == metric }
  }

  init(_ point: Int, _ plan: SweepPlan, _ outcomes: [RunOutcome]) {
    self.point = point
    values = plan.values(of: point)
    isNarrow = plan.replication.isNarrow(outcomes.map(ComparisonMetric.userMinutesLost.value))
    let sequence = plan.replication.halfWidth == nil ? nil : Comparison.sequence
    seeds = outcomes.count
    unrecovered = outcomes.count(where: ComparisonMetric.isUnrecovered)
    figures =
      outcomes.isEmpty
      ? []
      : ComparisonMetric.allCases.map { metric in
        let moments = SampleMoments(outcomes.map(metric.value))
        return Comparison.BaselineFigure(
          metric: metric, mean: moments.mean,
          interval: metric == .outage
            ? Comparison.outages(outcomes, sequence)
            : sequence.map { $0.interval(moments) } ?? moments.interval())
      }
  }
}

/// What is there of a sweep, from its plan and its journals.
public struct SweepCompleteness: Sendable {
  /// Those that count, each once: points that coincide share theirs.
  public internal(set) var runs = 0
  /// Points of which a run is missing, in order.
  public internal(set) var missing: [Int] = []
  /// Over all runs that count, in the order of points and seeds.
  public internal(set) var digest = Digest()

  public var isComplete: Bool { missing.isEmpty }

  /// Missing points of each shard, for shards that miss one.
  public func missingShards(of count: Int) -> [(shard: SweepShard, points: [Int])] {
    var byShard: [Int: [Int]] = [:]
    for point in missing { byShard[point % count, default: []].append(point) }
    return byShard.keys.sorted().map { (SweepShard(index: $0, count: count), byShard[$0] ?? []) }
  }
}

/// Reads a sweep's results out of its journals, point by point: no more than one point is in memory.
public struct SweepResults: Sendable {
  public let plan: SweepPlan
  public let index: SweepIndex

  public init(_ plan: SweepPlan, _ index: SweepIndex) {
    (self.plan, self.index) = (plan, index)
  }

  /// The runs of a point that count.
  ///
  /// - Parameters:
  ///   - point: Its number.
  ///   - fetch: What is read at a place.
  /// - Returns: Them in the order of their seeds, and whether there are enough.
  /// - Throws: What `fetch` throws.
  private func records<Failure: Error>(
    of point: Int, fetch: (SweepIndex.Place) throws(Failure) -> [UInt8]
  ) throws(Failure) -> (records: [SweepRecord], isComplete: Bool) {
    let keys = plan.keys(of: point)
    let replication = plan.replication
    var records: [SweepRecord] = []
    var lost: [Double] = []
    for number in 0..<replication.count {
      guard let place = index.place(of: keys.key(seed: replication.seed(number))),
        let record = index.record(try fetch(place))
      else {
        // The rule looks at the seeds in their order: what lies behind a gap does not count yet.
        if replication.halfWidth != nil { return (records, false) }
        continue
      }
      records.append(record)
      guard replication.halfWidth != nil else { continue }
      lost.append(record.userMinutesLost)
      if replication.isEnough(lost) { return (records, true) }
    }
    return (records, records.count == replication.count)
  }

  /// What is there, and what is missing.
  public func completeness<Failure: Error>(
    fetch: (SweepIndex.Place) throws(Failure) -> [UInt8]
  ) throws(Failure) -> SweepCompleteness {
    try forEachRecords(fetch: fetch) { (_, _) throws(Failure) in }
  }

  /// Goes through all points in order.
  ///
  /// - Parameters:
  ///   - fetch: What is read at a place.
  ///   - body: Is given each point's summary and its runs, in the order of their seeds.
  /// - Returns: What is there, and what is missing.
  /// - Throws: What `fetch` and `body` throw.
  @discardableResult
  public func forEachPoint<Failure: Error>(
    fetch: (SweepIndex.Place) throws(Failure) -> [UInt8],
    _ body: (SweepPointSummary, [SweepRecord]) throws(Failure) -> Void
  ) throws(Failure) -> SweepCompleteness {
    try forEachRecords(fetch: fetch) { (point, records) throws(Failure) in
      try body(SweepPointSummary(point, plan, records.map(\.outcome)), records)
    }
  }

  private func forEachRecords<Failure: Error>(
    fetch: (SweepIndex.Place) throws(Failure) -> [UInt8],
    _ body: (Int, [SweepRecord]) throws(Failure) -> Void
  ) throws(Failure) -> SweepCompleteness {
    var result = SweepCompleteness()
    let repeats = SweepRepeats(plan)
    for point in 0..<plan.pointCount {
      let found = try records(of: point, fetch: fetch)
      if !found.isComplete { result.missing.append(point) }
      if !repeats.contains(point) { result.runs += found.records.count }
      for record in found.records { result.digest.combine(record.check) }
      try body(point, found.records)
    }
    return result
  }

  /// Runs that stand in two journals with other bytes: the same run was not the same.
  public func contradictions<Failure: Error>(
    fetch: (SweepIndex.Place) throws(Failure) -> [UInt8]
  ) throws(Failure) -> [(first: SweepIndex.Place, other: SweepIndex.Place)] {
    var found: [(first: SweepIndex.Place, other: SweepIndex.Place)] = []
    for pair in index.duplicates {
      let (first, other) = (try fetch(pair.first), try fetch(pair.other))
      if SweepIndex.line(of: first) != SweepIndex.line(of: other) { found.append(pair) }
    }
    return found
  }
}
