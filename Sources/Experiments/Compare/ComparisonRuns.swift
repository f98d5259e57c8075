import SimulationKernel
import Systems

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
  /// Seeds come one after the other, so that an interrupted comparison keeps whole seeds.
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
    let pieces = plan.cases.enumerated().flatMap { Self.pieces(of: $1, $0, sharesPrefixes) }
    var done = 0
    let results = await ParallelRuns.map(
      count: count * pieces.count, jobs: jobs, isStopped: isStopped,
      work: { index -> [RunOutcome]? in
        let piece = pieces[index % pieces.count]
        let seed = base &+ UInt64(index / pieces.count)
        let records = SharedPrefix.run(
          piece.scenario, piece.others, seed: seed, until: plan.until, version: version,
          isStopped: isStopped)
        let scenarios = [piece.scenario] + piece.others.map(\.scenario)
        return records.map { zip($0, scenarios).map { RunOutcome($0, of: $1) } }
      },
      finished: { index, _ in
        done += pieces[index % pieces.count].runs.count
        progress(done, count * perSeed)
      })
    for seed in 0..<count {
      let whole = results[(seed * pieces.count)..<((seed + 1) * pieces.count)]
      let outcomesByPiece = whole.compactMap { $0 ?? nil }
      guard outcomesByPiece.count == pieces.count else {
        isIncomplete = true
        return
      }
      for (piece, finished) in zip(pieces, outcomesByPiece) {
        for (run, outcome) in zip(piece.runs, finished) {
          outcomes[piece.setting][run].append(outcome)
        }
      }
      seeds.append(base &+ UInt64(seed))
    }
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
