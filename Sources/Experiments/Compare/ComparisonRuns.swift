import SimulationKernel

/// The finished runs of a comparison: every arm and the baseline on the same seeds.
public struct ComparisonRuns: Sendable {
  public let plan: ComparisonPlan
  public let version: String
  /// Seeds of which every run is there, in order.
  public private(set) var seeds: [UInt64] = []
  /// Whether some of the seeds that were asked for are not among `seeds`.
  public private(set) var isIncomplete = false
  /// By setting, then run (the baseline first), then seed.
  private var outcomes: [[[RunOutcome]]]

  public init(_ plan: ComparisonPlan, version: String) {
    self.plan = plan
    self.version = version
    outcomes = Array(
      repeating: Array(repeating: [], count: plan.arms.count + 1), count: plan.cases.count)
  }

  /// Runs that are finished already: by setting, then run (the baseline first), then seed.
  init(_ plan: ComparisonPlan, version: String, seeds: [UInt64], outcomes: [[[RunOutcome]]]) {
    self.plan = plan
    self.version = version
    self.seeds = seeds
    self.outcomes = outcomes
  }

  public func baseline(_ setting: Int) -> [RunOutcome] { outcomes[setting][0] }
  public func arm(_ arm: Int, _ setting: Int) -> [RunOutcome] { outcomes[setting][arm + 1] }

  /// Events of all finished runs.
  public var events: UInt64 {
    outcomes.joined().joined().reduce(0) { $0 &+ $1.events }
  }

  /// Runs further seeds: the scenario's own, and those that follow it by one each.
  ///
  /// Seeds come one after the other, so that an interrupted comparison keeps whole seeds.
  ///
  /// - Parameters:
  ///   - count: How many seeds more; zero or more.
  ///   - first: Seed of the comparison's first runs; nil: the scenario's.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are and count for nothing.
  ///   - progress: Is told how many runs are done, of how many.
  public mutating func extend(
    by count: Int, from first: UInt64? = nil, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async {
    let base = (first ?? plan.header.seed) &+ UInt64(seeds.count)
    let runs = plan.arms.count + 1
    let perSeed = plan.cases.count * runs
    let (plan, version) = (plan, version)
    var done = 0
    let results = await ParallelRuns.map(
      count: count * perSeed, jobs: jobs, isStopped: isStopped,
      work: { index -> RunOutcome? in
        let part = plan.cases[index % perSeed / runs]
        let run = index % runs
        let scenario = run == 0 ? part.baseline : part.arms[run - 1]
        let seed = base &+ UInt64(index / perSeed)
        let record = Replay.run(
          scenario, options: Replay.Options(seed: seed, until: plan.until), version: version,
          isStopped: isStopped)
        return record.end == .stopped ? nil : RunOutcome(record, of: scenario)
      },
      finished: { _, _ in
        done += 1
        progress(done, count * perSeed)
      })
    for seed in 0..<count {
      let whole = results[(seed * perSeed)..<((seed + 1) * perSeed)].compactMap { $0 ?? nil }
      guard whole.count == perSeed else {
        isIncomplete = true
        return
      }
      for (index, outcome) in whole.enumerated() {
        outcomes[index / runs][index % runs].append(outcome)
      }
      seeds.append(base &+ UInt64(seed))
    }
  }
}
