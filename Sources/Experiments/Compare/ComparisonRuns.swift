import SimulationKernel
import Systems

/// The finished runs of a comparison: every arm and the baseline on the same seeds.
public struct ComparisonRuns: Sendable {
  /// What was planned, without the settings that an interruption left unfinished.
  public private(set) var plan: ComparisonPlan
  public let version: String
  /// Seeds of which every run is there, in order.
  public private(set) var seeds: [UInt64] = []
  /// Whether some of the seeds that were asked for are not among `seeds`.
  public private(set) var isIncomplete = false
  /// Settings that an interruption left without a run on each of `seeds`; no longer in the plan.
  public private(set) var unrunSettings: [ComparisonPlan.Setting] = []
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

  /// Per arm, whether its runs under a setting were the baseline's, event for event.
  func identicalArms(_ setting: Int) -> [Bool] {
    plan.arms.indices.map { arm($0, setting) == baseline(setting) }
  }

  /// Events of all finished runs.
  public var events: UInt64 {
    outcomes.joined().joined().reduce(0) { $0 &+ $1.events }
  }

  /// Runs further seeds: the scenario's own, and those that follow it by one each.
  ///
  /// The first setting's seeds come one after the other, then those of the second, and so on: an
  /// interrupted comparison keeps what is finished of the first setting, and each further setting that
  /// has as many seeds. Where seeds are added to others, it keeps those that every setting has.
  ///
  /// - Parameters:
  ///   - count: How many seeds more; zero or more.
  ///   - first: Seed of the comparison's first runs; nil: the scenario's.
  ///   - jobs: Runs at a time.
  ///   - sharesPrefixes: Whether arms that begin like the baseline are run from where they come to
  ///     differ. What comes out is the same; only the time that it takes is not.
  ///   - isStopped: Once true, runs end where they are and count for nothing.
  ///   - progress: Is told how many runs are done, of how many.
  public mutating func extend(
    by count: Int, from first: UInt64? = nil, jobs: Int, sharesPrefixes: Bool = true,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async {
    let base = (first ?? plan.header.seed) &+ UInt64(seeds.count)
    let runs = plan.arms.count + 1
    let perSeed = plan.cases.count * runs
    let (plan, version) = (plan, version)
    let work = plan.cases.enumerated().flatMap { setting, part in
      let pieces = Self.pieces(of: part, setting, sharesPrefixes)
      return (0..<count).flatMap { seed in pieces.map { (piece: $0, seed: seed) } }
    }
    var done = 0
    let results = await ParallelRuns.map(
      count: work.count, jobs: jobs, isStopped: isStopped,
      work: { index -> [RunOutcome]? in
        let piece = work[index].piece
        let seed = base &+ UInt64(work[index].seed)
        let records = SharedPrefix.run(
          piece.scenario, piece.others, seed: seed, until: plan.until, version: version,
          isStopped: isStopped)
        let scenarios = [piece.scenario] + piece.others.map(\.scenario)
        return records.map { zip($0, scenarios).map { RunOutcome($0, of: $1) } }
      },
      finished: { index, _ in
        done += work[index].piece.runs.count
        progress(done, count * perSeed)
      })
    var finished = outcomes.map { $0.map { _ in [RunOutcome]() } }
    // A prefix of each setting's seeds: the first piece that is missing ends it.
    var whole = plan.cases.map { _ in count }
    for (item, result) in zip(work, results) where (result ?? nil) == nil {
      whole[item.piece.setting] = min(whole[item.piece.setting], item.seed)
    }
    for (item, result) in zip(work, results) where item.seed < whole[item.piece.setting] {
      for (run, outcome) in zip(item.piece.runs, (result ?? nil) ?? []) {
        finished[item.piece.setting][run].append(outcome)
      }
    }
    keep(finished, whole, of: count, from: base)
  }

  /// Adds finished runs, and leaves settings out that have too few of them.
  ///
  /// - Parameters:
  ///   - finished: By setting, run and seed.
  ///   - whole: By setting, how many seeds are finished.
  ///   - count: How many were asked for.
  ///   - base: The first.
  private mutating func keep(
    _ finished: [[[RunOutcome]]], _ whole: [Int], of count: Int, from base: UInt64
  ) {
    let kept = (seeds.isEmpty ? whole.first : whole.min()) ?? 0
    isIncomplete = whole.contains { $0 < count }
    guard kept > 0 else { return }
    for setting in finished.indices {
      for run in finished[setting].indices {
        outcomes[setting][run] += finished[setting][run].prefix(kept)
      }
    }
    seeds += (0..<kept).map { base &+ UInt64($0) }
    let places = whole.indices.filter { whole[$0] >= kept }
    guard places.count < whole.count else { return }
    unrunSettings = whole.indices.filter { whole[$0] < kept }.map { plan.settings[$0] }
    outcomes = places.map { outcomes[$0] }
    plan = plan.keeping(places)
  }

  /// Runs of one seed that are done together.
  private struct Piece: Sendable {
    let setting: Int
    /// The baseline is 0, arms count from 1.
    let runs: [Int]
    let scenario: OutageScenario
    /// Those that begin like `scenario`, and until when.
    let others: [(scenario: OutageScenario, from: Instant)]
  }

  /// The runs of one setting: the baseline with the arms that begin like it, and each other arm.
  private static func pieces(
    of part: ComparisonPlan.Case, _ setting: Int, _ sharesPrefixes: Bool
  ) -> [Piece] {
    let shared = part.arms.enumerated().compactMap { index, arm in
      sharesPrefixes
        ? arm.divergence(from: part.baseline).map { (run: index + 1, scenario: arm, from: $0) }
        : nil
    }
    let alone = part.arms.indices.filter { arm in !shared.contains { $0.run == arm + 1 } }
    return [
      Piece(
        setting: setting, runs: [0] + shared.map(\.run), scenario: part.baseline,
        others: shared.map { ($0.scenario, $0.from) })
    ]
      + alone.map {
        Piece(setting: setting, runs: [$0 + 1], scenario: part.arms[$0], others: [])
      }
  }
}
