import SimulationKernel

/// What a comparison says: per arm its effects, its rank, and under which settings they hold.
public struct Comparison: Sendable {
  /// One metric without any mitigation.
  public struct BaselineFigure: Sendable {
    public let metric: ComparisonMetric
    public let mean: Double
    /// 95 %: Wilson's of a probability, Student's of the others, or those of confidence sequences;
    /// nil for a single seed.
    public let interval: ClosedRange<Double>?
  }

  /// One arm.
  public struct ArmResult: Sendable {
    public let arm: ComparisonPlan.Arm
    /// Under the first setting, in the order of `ComparisonMetric.allCases`.
    public let effects: [ArmEffect]
    /// Place by the mean of user-minutes lost, from 1; equal means share the better place.
    public let rank: Int
    /// Ascending, from 1, the best; two arms share one exactly when they are not told apart.
    public let groups: [Int]
    /// 95 %, of the probability of an outage: Wilson's, or of a confidence sequence.
    public let outageProbability: ClosedRange<Double>
    /// Runs that did not recover while they were watched.
    public let unrecovered: Int
    /// The effect on user-minutes lost under each of the comparison's settings.
    public let settings: [ArmEffect]
    /// Names of the settings under which the verdict on user-minutes lost is that of the first one;
    /// none where that one is unclear, since there is nothing that could hold.
    public let holds: [String]
    /// Names of the settings with another verdict, where it turns.
    ///
    /// Where nothing is lost with or without the arm, nothing turns.
    public let turns: [String]
    /// Names of the settings with no verdict, whose seeds do not tell it apart.
    public let unclear: [String]

    public func effect(_ metric: ComparisonMetric) -> ArmEffect? {
      effects.first { $0.metric == metric }
    }
    public var verdict: ArmVerdict { settings.first?.verdict ?? .unclear }
  }

  /// Two arms whose order under a setting is the reverse of that under the first.
  public struct Turn: Sendable, Equatable {
    public let setting: String
    /// Better under the first setting.
    public let first: String
    /// Better under this one.
    public let second: String
  }

  public let plan: ComparisonPlan
  /// What verdicts are held under: the plan's settings, and then the ends of assumptions.
  public let settings: [ComparisonPlan.Setting]
  public let seeds: [UInt64]
  /// Settings that were planned, and that an interruption left without a run on every seed.
  public let unrunSettings: [ComparisonPlan.Setting]
  /// Seeds of the runs at the ends of assumptions; zero where none were run.
  public let assumptionSeeds: Int
  /// What the screening of the assumptions found; nil where there was none.
  public let screening: AssumptionScreening?
  public let version: String
  public let isIncomplete: Bool
  /// Whether the ends of assumptions were run with fewer seeds than planned, or not at all.
  public let areEndsIncomplete: Bool
  /// Half the width at which adding seeds was to stop, as a share of the baseline's mean; nil: the
  /// number of seeds was given.
  public let halfWidth: Double?
  /// Whether every arm was known that well in the end; true where no width was asked for.
  public let isNarrow: Bool
  /// Assumptions that matter and were not run at their ends.
  public let unrun: [AssumptionScreening.Finding]
  /// Ends of assumptions that contradict a mitigation and were not run.
  public let refusedEnds: [AssumptionEnds.Refused]
  public let baseline: [BaselineFigure]
  /// In the plan's order.
  public let arms: [ArmResult]
  public let turns: [Turn]
  /// Names of the settings under which the baseline loses next to nothing of what it usually does, so
  /// that there is nothing to prevent.
  public let settingsWithoutLoss: [String]
  public let baselineUnrecovered: Int
  /// 95 %, of the probability of an outage: Wilson's, or of a confidence sequence.
  public let outageProbability: ClosedRange<Double>

  /// - Parameters:
  ///   - runs: Of the plan's settings, with a seed at least.
  ///   - halfWidth: At which adding seeds was to stop, if it was.
  ///   - screening: Which assumptions matter.
  ///   - ends: Runs of the same arms at the ends of those assumptions.
  ///   - isInterrupted: Whether something that was asked for is missing beside seeds.
  /// - Precondition: There is a seed.
  public init(
    _ runs: ComparisonRuns, halfWidth: Double? = nil, screening: AssumptionScreening? = nil,
    ends: AssumptionEnds? = nil, isInterrupted: Bool = false
  ) {
    precondition(!runs.seeds.isEmpty, "a comparison has a seed")
    let endRuns = ends?.runs.flatMap { $0.seeds.isEmpty ? nil : $0 }
    plan = runs.plan
    settings = runs.plan.settings + (endRuns?.plan.settings ?? [])
    seeds = runs.seeds
    unrunSettings = runs.unrunSettings + (endRuns?.unrunSettings ?? [])
    assumptionSeeds = endRuns?.seeds.count ?? 0
    self.screening = screening
    version = runs.version
    areEndsIncomplete = ends?.runs?.isIncomplete == true
    isIncomplete = isInterrupted || runs.isIncomplete || areEndsIncomplete
    self.halfWidth = halfWidth
    isNarrow = halfWidth.map { Self.isNarrow(runs, halfWidth: $0) } ?? true
    let sequence = halfWidth == nil ? nil : Self.sequence
    let analysis = Analysis(runs, endRuns, sequence: sequence)
    baseline = ComparisonMetric.allCases.map { metric in
      let moments = SampleMoments(analysis.baseline(metric, 0))
      return BaselineFigure(
        metric: metric, mean: moments.mean,
        interval: metric == .outage
          ? Self.outages(runs.baseline(0), sequence)
          : sequence.map { $0.interval(moments) } ?? moments.interval())
    }
    outageProbability = Self.outages(runs.baseline(0), sequence)
    baselineUnrecovered = runs.baseline(0).count(where: ComparisonMetric.isUnrecovered)
    arms = analysis.arms()
    turns = analysis.turns()
    settingsWithoutLoss = analysis.settingsWithoutLoss
    refusedEnds = ends?.refused ?? []
    let reference = baseline.first { $0.metric == .userMinutesLost }?.mean ?? 0
    unrun = (screening?.mattering(reference) ?? []).filter { finding in
      !(endRuns?.plan.settings ?? []).contains { $0.name.hasPrefix(finding.assumption.path + "=") }
    }
  }

  /// What intervals come from where seeds are added until they are narrow.
  public static let sequence = MeanSequence(countExpected: 30)

  /// Seeds without which nothing is narrow, whatever it looks like.
  ///
  /// What happens in one seed of ten has been seen by then, in all but 4 % of comparisons. Of 4,000
  /// simulated comparisons, watched after every second seed from the 30th to the 200th, 98 % held the
  /// truth all along for normal differences, 95 % for exponential, 88 % for lognormal ones (sigma 1)
  /// and 90 % for a jump in a tenth of the seeds; at the moment of stopping 100, 98, 95 and 95 %.
  /// Watched from the first end of the sequence on it was 98, 90, 79 and 53 %. A sequence for bounded
  /// differences (I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by
  /// betting", JRSS B 86(1), 2024) would hold for all of them; but the bound is all users for all of
  /// the time, and such an interval would take hundreds of seeds and more.
  public static let seedsMin = 30

  /// Whether the user-minutes lost of every arm are known well enough to stop adding seeds.
  public static func isNarrow(
    _ runs: ComparisonRuns, halfWidth: Double, seedsMin: Int = Comparison.seedsMin
  ) -> Bool {
    let metric = ComparisonMetric.userMinutesLost
    let baseline = runs.baseline(0).map(metric.value)
    guard baseline.count >= seedsMin else { return false }
    let rule = StoppingRule(
      .relative(halfWidth), countMin: max(2, seedsMin), countMax: .max, sequence: sequence)
    let reference = SampleMoments(baseline).mean
    return runs.plan.arms.indices.allSatisfy { arm in
      let differences = zip(runs.arm(arm, 0), baseline).map { metric.value(in: $0) - $1 }
      return rule.decision(after: differences, reference: reference) == .reached
    }
  }

  static func outages(
    _ outcomes: [RunOutcome], _ sequence: MeanSequence?
  ) -> ClosedRange<Double> {
    let outages = Proportion(
      outcomes.count { ComparisonMetric.outage.value(in: $0) > 0 }, of: outcomes.count)
    return sequence.map { ProportionSequence(confidence: $0.confidence).interval(outages) }
      ?? outages.interval()
  }
}

/// The figures behind a comparison's verdicts.
private struct Analysis {
  let runs: ComparisonRuns
  let settings: [ComparisonPlan.Setting]
  let sequence: MeanSequence?
  let bootstrap = Bootstrap.ofComparisons
  /// Effects on user-minutes lost, by setting and arm.
  let lost: [[ArmEffect]]
  let rankings: [ArmRanking]
  let settingsWithoutLoss: [String]

  init(_ runs: ComparisonRuns, _ ends: ComparisonRuns?, sequence: MeanSequence?) {
    self.runs = runs
    self.sequence = sequence
    let metric = ComparisonMetric.userMinutesLost
    let bootstrap = bootstrap
    var settings: [ComparisonPlan.Setting] = []
    var lost: [[ArmEffect]] = []
    var rankings: [ArmRanking] = []
    var losses: [Double] = []
    let parts: [(runs: ComparisonRuns?, sequence: MeanSequence?)] = [
      (runs, sequence), (ends, nil),
    ]
    for (part, sequence) in parts {
      guard let part else { continue }
      for (index, setting) in part.plan.settings.enumerated() {
        losses.append(SampleMoments(part.baseline(index).map(metric.value)).mean)
        let values = part.plan.arms.indices.map { part.arm($0, index).map(metric.value) }
        lost.append(
          ArmEffect.effects(
            of: metric, baseline: part.baseline(index).map(metric.value), arms: values,
            identical: part.identicalArms(index), bootstrap: bootstrap, sequence: sequence))
        rankings.append(ArmRanking(values, sequence: sequence))
        settings.append(setting)
      }
    }
    settingsWithoutLoss = zip(settings, losses).filter { $1 < losses[0] * Self.lossShareMin }
      .map(\.0.name)
    self.settings = settings
    self.lost = lost
    self.rankings = rankings
  }

  /// Of the usual loss; less is next to nothing.
  private static let lossShareMin = 0.001

  func baseline(_ metric: ComparisonMetric, _ setting: Int) -> [Double] {
    runs.baseline(setting).map(metric.value)
  }

  func arms() -> [Comparison.ArmResult] {
    let effects = ComparisonMetric.allCases.map { metric in
      metric == .userMinutesLost
        ? lost[0]
        : ArmEffect.effects(
          of: metric, baseline: baseline(metric, 0),
          arms: runs.plan.arms.indices.map { runs.arm($0, 0).map(metric.value) },
          identical: runs.identicalArms(0), bootstrap: bootstrap, sequence: sequence)
    }
    return runs.plan.arms.indices.map { arm in
      let settings = lost.map { $0[arm] }
      let verdict = settings[0].verdict
      func names(_ isMeant: (ArmVerdict) -> Bool) -> [String] {
        zip(self.settings, settings).filter { isMeant($1.verdict) }.map(\.0.name)
      }
      return Comparison.ArmResult(
        arm: runs.plan.arms[arm], effects: effects.map { $0[arm] },
        rank: rankings[0].ranks[arm], groups: rankings[0].groups[arm],
        outageProbability: Comparison.outages(runs.arm(arm, 0), sequence),
        unrecovered: runs.arm(arm, 0).count(where: ComparisonMetric.isUnrecovered),
        settings: settings,
        holds: names { $0 != .unclear && $0 == verdict },
        turns: names { $0 != .unclear && $0 != verdict && verdict != .unclear }.filter { name in
          !settingsWithoutLoss.contains(name)
            || zip(self.settings, settings).contains { $0.name == name && $1.verdict != .same }
        },
        unclear: names { $0 == .unclear })
    }
  }

  /// Pairs that are told apart under the first setting and, the other way round, under another.
  func turns() -> [Comparison.Turn] {
    guard let usual = rankings.first else { return [] }
    var turns: [Comparison.Turn] = []
    for (setting, ranking) in zip(settings, rankings).dropFirst() {
      for first in usual.means.indices {
        for second in usual.means.indices
        where usual.means[first] < usual.means[second]
          && ranking.means[first] > ranking.means[second]
          && usual.isDistinct(first, second) && ranking.isDistinct(first, second)
        {
          turns.append(
            Comparison.Turn(
              setting: setting.name, first: runs.plan.arms[first].name,
              second: runs.plan.arms[second].name))
        }
      }
    }
    return turns
  }
}
