import Scenarios
import SimulationKernel

/// Which assumptions a scenario's outcome depends on, and how much of its variance each accounts for.
///
/// First a Morris screening over all assumptions, those that hypotheses set among them; then Sobol'
/// indices, by Saltelli's design, of the few that matter. Every point is run on the same seeds, so that what differs between points is due
/// to the assumptions: the indices are of the mean over these seeds, and say nothing of chance.
public struct SensitivityAnalysis: Sendable {
  /// How it is done.
  public struct Options: Sendable, Hashable {
    /// Walks of the screening, at least 2.
    public var trajectories = 6
    /// Assumptions that indices are computed of, at most.
    public var most = 4
    /// Base points of the design, at least 2; best a power of two.
    ///
    /// The design has `most + 2` times as many points.
    public var basePoints = 64
    /// Seeds of every point, above zero.
    public var seeds = 1
    /// nil: the scenario's.
    public var firstSeed: UInt64?

    public init() {}
  }

  /// The indices of one metric.
  public struct Result: Sendable {
    public let metric: ComparisonMetric
    /// Over all points of the design that are independent of each other.
    public let moments: SampleMoments
    /// In the order of `assumptions`; nil where the metric is the same at all points.
    public let indices: [SobolIndices.Index]?
  }

  public static let metrics: [ComparisonMetric] = [.userMinutesLost, .outage, .recoveryMinutes]

  public let header: ScenarioHeader
  public let version: String
  public let patches: [String]
  public let until: Instant
  public let options: Options
  public let seeds: [UInt64]
  /// Lost user-minutes of the scenario as it is, over the seeds.
  public let reference: Double
  public let screening: AssumptionScreening
  /// Those that indices are of, the one that matters most first.
  public let assumptions: [Assumption]
  /// Empty where nothing matters, or the design could not be run.
  public let results: [Result]
  /// Base points that were run, and those that the scenario refused.
  public let basePoints: Int
  public let refused: Int
  public let runs: Int
  public let events: UInt64

  /// Analyses a scenario.
  ///
  /// - Parameters:
  ///   - trials: The scenario.
  ///   - options: How it is done.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told the share that is done, about.
  /// - Returns: nil when it was stopped.
  public static func run(
    _ trials: ScenarioTrials, options: Options = Options(), jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (Double) -> Void = { _ in }
  ) async -> SensitivityAnalysis? {
    let first = options.firstSeed ?? trials.header.seed
    let seeds = (0..<UInt64(options.seeds)).map { first &+ $0 }
    let designRuns = Double(options.basePoints * (options.most + 2) * seeds.count)
    var share = 0.5
    guard
      let screening = await AssumptionScreening.run(
        trials, hypotheses: .assumption, trajectories: options.trajectories, seeds: seeds,
        jobs: jobs, isStopped: isStopped,
        progress: { done, all in
          share = Double(all) / (Double(all) + designRuns)
          progress(Double(done) / Double(all) * share)
        }),
      let reference = await trials.outcomes(
        at: [[]], seeds: seeds, jobs: jobs, isStopped: isStopped, progress: { _ in })
    else { return nil }
    let lost = SampleMoments(reference[0].map(ComparisonMetric.userMinutesLost.value)).mean
    let assumptions = screening.mattering(lost).prefix(options.most).map(\.assumption)
    var events = reference[0].reduce(UInt64(0)) { $0 &+ $1.events }
    var design: SobolIndices?
    var results: [Result] = []
    if !assumptions.isEmpty {
      let made = SobolIndices(
        dimensions: assumptions.count, count: options.basePoints,
        by: RandomStream(seed: first, name: "sweep.sensitivity")
      ) { point in
        !isStopped()
          && trials.problem(AssumptionScreening.sets(assumptions, at: point)) == nil
      }
      guard
        let outcomes = await trials.outcomes(
          at: made.points.map { AssumptionScreening.sets(assumptions, at: $0) }, seeds: seeds,
          jobs: jobs, isStopped: isStopped,
          progress: { progress(min(1, share + Double($0) / designRuns * (1 - share))) })
      else { return nil }
      events = outcomes.joined().reduce(events) { $0 &+ $1.events }
      design = made
      if made.count >= 2 { results = metrics.map { result($0, made, outcomes, first) } }
    }
    return SensitivityAnalysis(
      header: trials.header, version: trials.version, patches: trials.patches,
      until: trials.until, options: options, seeds: seeds, reference: lost, screening: screening,
      assumptions: assumptions, results: results, basePoints: design?.count ?? 0,
      refused: design?.refused ?? 0,
      runs: screening.runs + (1 + (design?.points.count ?? 0)) * seeds.count, events: events)
  }

  private static func result(
    _ metric: ComparisonMetric, _ design: SobolIndices, _ outcomes: [[RunOutcome]],
    _ seed: UInt64
  ) -> Result {
    let values = outcomes.map { SampleMoments($0.map(metric.value)).mean }
    let width = design.dimensions + 2
    let independent = values.indices.filter { $0 % width < 2 }.map { values[$0] }
    return Result(
      metric: metric, moments: SampleMoments(independent),
      indices: design.indices(
        of: values,
        bootstrap: Bootstrap(RandomStream(seed: seed, name: "sweep.sensitivity.draws"))))
  }
}
