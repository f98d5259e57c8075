import Scenarios
import SimulationKernel
import Systems

/// Looks for the throttle that would have lost the fewest user-minutes.
///
/// The ramp has a few knees at fixed times from people's first setting to their last; what is looked
/// for are the rates at the knees, by an evolution strategy on the same seeds for every ramp. A ramp
/// is allowed when neither database, once relieved by the throttle, is saturated again. The best ramp
/// is then held against people's on seeds that the search has not seen.
public struct ThrottleSearch: Sendable {
  /// How the search is done.
  public struct Options: Sendable {
    public var knees = 5
    /// Ramps that are tried.
    public var evaluations = 120
    /// Seeds that every ramp is tried on.
    public var searchSeeds = 6
    /// Other seeds that the best is judged on: without one saturation in 300, its probability is at
    /// most 1 % at 95 % confidence.
    public var proofSeeds = 300

    public init() {}
  }

  /// A ramp on the seeds that it is judged by.
  public struct Judgement: Sendable {
    public let ramp: ThrottleRamp
    /// User-minutes lost, one per seed.
    public let lost: [Double]
    /// Seeds on which a database was saturated again for a minute or more, whichever of them it was.
    public let resaturated: Proportion
    /// Of those, the seeds on which the sessions database was.
    public let sessionsResaturated: Int
    /// Of those, the seeds on which the guilds database was.
    public let guildsResaturated: Int

    /// What the seeds say of the constraint: saturated again in under `resaturationShareMax` of them.
    public var feasibility: Feasibility {
      if resaturated.upperBound() <= ThrottleSearch.resaturationShareMax { return .met }
      let share = resaturated.share ?? 0
      return share >= ThrottleSearch.resaturationShareMax ? .violated : .unproven
    }
  }

  /// Whether a ramp keeps the constraint.
  public enum Feasibility: String, Sendable {
    /// The probability is below the bound, at 95 % (Clopper and Pearson, one-sided).
    case met
    /// Too few seeds to say so, though the share is below the bound.
    case unproven
    /// The share of the seeds is not below the bound.
    case violated
  }

  /// The share of seeds under which a database may be saturated again.
  public static let resaturationShareMax = 0.01

  public let header: ScenarioHeader
  public let setting: String
  public let version: String
  public let options: Options
  /// Seed of the first run of the search; those of the proof follow.
  public let firstSeed: UInt64
  public let human: Judgement
  public let best: Judgement
  /// Best less human, on the seeds of the proof.
  public let difference: PairedDifference
  /// Ramps that were tried.
  public let evaluations: Int
  public let events: UInt64
  public let isIncomplete: Bool

  /// What a search had found when it was stopped, on the seeds that it was found on.
  public struct Interim: Sendable {
    public let header: ScenarioHeader
    public let setting: String
    public let version: String
    public let firstSeed: UInt64
    /// The best so far; one that keeps the constraint if any does.
    public let ramp: ThrottleRamp
    /// User-minutes, mean over the seeds of the search.
    public let lost: Double
    /// Whether neither database was saturated again on any of them, for however short a time.
    public let isFeasible: Bool
    public let searchSeeds: Int
    /// Ramps that were tried.
    public let evaluations: Int
  }

  /// A scenario whose people set a throttle at two times or more.
  public struct Plan: Sendable {
    let base: OutageScenario
    let setting: String
    let names: [String]
    public let human: ThrottleRamp
    public var until: Instant
    public var header: ScenarioHeader { base.header }

    /// Why a sample of this size cannot mean what the whole would, or nil if it can.
    public var sampleWarning: String? { base.configuration.sampleWarning }

    /// - Returns: nil when people set no throttle that could be searched.
    /// - Throws: Every error of the patched document.
    public init?(_ file: ScenarioFile, patches: [PatchSelection]) throws(ScenarioErrors) {
      let setting = ComparisonPlan.hypotheses(of: file, patches)[0]
      base = try OutageScenario(file.resolve(setting.patches + patches).document)
      self.setting = setting.name
      guard let human = ThrottleRamp.human(of: base) else { return nil }
      names = human.names
      self.human = human.ramp
      until = base.comparedUntil ?? base.header.end
    }

    /// The instant of people's first setting: until then all ramps are alike.
    var from: Instant { human.knees[0].at }

    /// Times of the knees, on whole minutes.
    func times(_ count: Int) -> [Instant] {
      let span = human.knees[human.knees.count - 1].at - from
      return (0..<count).map { index in
        let exact = span.nanoseconds / Int64(max(1, count - 1)) * Int64(index)
        return from + .minutes(exact / Duration.minutes(1).nanoseconds)
      }
    }

    func scenario(of ramp: ThrottleRamp) throws(ScenarioErrors) -> OutageScenario {
      guard let document = base.document else {
        preconditionFailure("a scenario was read from a document")
      }
      let patch = try ramp.patch(replacing: names)
      return try OutageScenario(
        ScenarioDocument(root: document.root.applying(patch, keepsNulls: true)))
    }
  }

  /// Minutes of saturation from which on a run counts as saturated again.
  static let resaturationMin = 1.0

  /// Searches, and proves what it found.
  ///
  /// - Parameters:
  ///   - plan: The scenario.
  ///   - options: How hard to look.
  ///   - first: The first seed; nil: the scenario's.
  ///   - version: Of the executable.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - progress: Is told the share that is done.
  ///   - interim: Is told what was found by then, if anything, when it was stopped before anything
  ///     could be proved.
  /// - Returns: nil when it was stopped before anything could be proved.
  public static func run(
    _ plan: Plan, options: Options = Options(), from first: UInt64? = nil, version: String,
    jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (Double) -> Void = { _ in }, interim: (Interim) -> Void = { _ in }
  ) async -> ThrottleSearch? {
    let seed = first ?? plan.header.seed
    let times = plan.times(options.knees)
    let trunks = await ParallelRuns.map(
      count: options.searchSeeds, jobs: jobs, isStopped: isStopped,
      work: { index -> OngoingRun in
        var run = OngoingRun(plan.base, seed: seed &+ UInt64(index))
        run.advance(to: plan.from, isStopped: isStopped)
        return run
      }
    ).compactMap { $0 }
    guard trunks.count == options.searchSeeds, !isStopped() else { return nil }

    let rates = plan.human.knees.map(\.rate)
    let low = KernelMath.log((rates.min() ?? 1) / 4)
    let high = KernelMath.log((rates.max() ?? 1) * 4)
    var strategy = EvolutionStrategy(
      box: times.map { _ in low...high },
      start: times.map { KernelMath.log(plan.human.stepRate(at: $0)) },
      by: RandomStream(seed: seed, name: "compare.optimise"))
    func ramp(_ point: [Double]) -> ThrottleRamp {
      ThrottleRamp(zip(times, point).map { .init(at: $0, rate: KernelMath.exp($1)) })
    }
    var events: UInt64 = 0
    // The proof takes as long as so many evaluations of the search.
    let proofShare =
      Double(options.proofSeeds * 2)
      / Double(options.proofSeeds * 2 + options.evaluations * options.searchSeeds)
    while strategy.evaluations < options.evaluations, !isStopped() {
      let points = strategy.ask()
      let scenarios = points.map { try? plan.scenario(of: ramp($0)) }
      let outcomes = await ParallelRuns.map(
        count: points.count * trunks.count, jobs: jobs, isStopped: isStopped,
        work: { index -> Trial? in
          guard let scenario = scenarios[index / trunks.count] else { return nil }
          return trial(trunks[index % trunks.count], plan, scenario, version, isStopped)
        })
      let trials = outcomes.compactMap { $0 ?? nil }
      guard trials.count == outcomes.count else { break }
      events = trials.reduce(events) { $0 &+ $1.events }
      strategy.tell(
        points.indices.map { point in
          let own = trials[(point * trunks.count)..<((point + 1) * trunks.count)]
          let lost = own.reduce(0) { $0 + $1.lost } / Double(own.count)
          // Not even for less than `resaturationMin`: what just passes on these few seeds would break
          // the constraint on others.
          let saturated = own.reduce(0) { $0 + $1.sessionsResaturated + $1.guildsResaturated }
          return EvolutionStrategy.Evaluation(objective: lost, violation: saturated)
        })
      progress(
        min(1, Double(strategy.evaluations) / Double(options.evaluations)) * (1 - proofShare))
    }
    guard let found = strategy.best, let scenario = try? plan.scenario(of: ramp(found.point))
    else { return nil }

    var done = 0
    let proofs = await ParallelRuns.map(
      count: options.proofSeeds, jobs: jobs, isStopped: isStopped,
      work: { index -> (human: Trial, best: Trial)? in
        var trunk = OngoingRun(
          plan.base, seed: seed &+ UInt64(options.searchSeeds) &+ UInt64(index))
        guard trunk.advance(to: plan.from, isStopped: isStopped) != .stopped,
          let best = trial(trunk, plan, scenario, version, isStopped),
          let human = trial(trunk, plan, nil, version, isStopped)
        else { return nil }
        return (human, best)
      },
      finished: { _, _ in
        done += 1
        progress(1 - proofShare + proofShare * Double(done) / Double(options.proofSeeds))
      })
    // A prefix, so that what is counted does not depend on which runs came first.
    let pairs = proofs.prefix { ($0 ?? nil) != nil }.compactMap { $0 ?? nil }
    guard !pairs.isEmpty else {
      interim(
        Interim(
          header: plan.header, setting: plan.setting, version: version, firstSeed: seed,
          ramp: ramp(found.point), lost: found.evaluation.objective,
          isFeasible: found.evaluation.violation == 0, searchSeeds: options.searchSeeds,
          evaluations: strategy.evaluations))
      return nil
    }
    func judgement(_ ramp: ThrottleRamp, _ trials: [Trial]) -> Judgement {
      let sessions = trials.map { $0.sessionsResaturated >= resaturationMin }
      let guilds = trials.map { $0.guildsResaturated >= resaturationMin }
      return Judgement(
        ramp: ramp, lost: trials.map(\.lost),
        resaturated: Proportion(zip(sessions, guilds).count { $0 || $1 }, of: trials.count),
        sessionsResaturated: sessions.count { $0 }, guildsResaturated: guilds.count { $0 })
    }
    let human = judgement(plan.human, pairs.map(\.human))
    let best = judgement(ramp(found.point), pairs.map(\.best))
    return ThrottleSearch(
      header: plan.header, setting: plan.setting, version: version, options: options,
      firstSeed: seed, human: human, best: best,
      difference: PairedDifference(
        arm: best.lost, baseline: human.lost,
        bootstrap: Bootstrap.ofComparisons),
      evaluations: strategy.evaluations,
      events: pairs.reduce(events) { $0 &+ $1.human.events &+ $1.best.events },
      isIncomplete: pairs.count < options.proofSeeds)
  }

  /// One ramp on one seed.
  private struct Trial: Sendable {
    let lost: Double
    /// Minutes.
    let sessionsResaturated: Double
    let guildsResaturated: Double
    let events: UInt64
  }

  /// Goes on from the first setting of the throttle; without a scenario, as people did.
  private static func trial(
    _ trunk: OngoingRun, _ plan: Plan, _ scenario: OutageScenario?, _ version: String,
    _ isStopped: () -> Bool
  ) -> Trial? {
    var run = trunk
    if let scenario {
      do throws(ScenarioErrors) {
        try run.apply(FutureChange(from: plan.base, to: scenario))
      } catch {
        preconditionFailure("steps from the first setting on can be changed then: \(error)")
      }
    }
    let before = run.simulation.eventCount
    let end = run.advance(to: plan.until, isStopped: isStopped)
    guard end != .stopped else { return nil }
    let record = Replay.record(of: run, patches: [], end: end, version: version)
    return Trial(
      lost: record.metrics["users.unserved.minutes"] ?? 0,
      sessionsResaturated: record.metrics["scylla.sessions.resaturated"] ?? 0,
      guildsResaturated: record.metrics["scylla.guilds.resaturated"] ?? 0,
      events: record.events - before)
  }
}
