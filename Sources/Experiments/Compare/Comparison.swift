import SimulationKernel

/// What a comparison says: per arm its effects, its rank, and under which settings they hold.
public struct Comparison: Sendable {
  /// One metric without any mitigation.
  public struct BaselineFigure: Sendable {
    public let metric: ComparisonMetric
    public let mean: Double
    /// 95 %: Wilson's of a probability, Student's of the others; nil for a single seed.
    public let interval: ClosedRange<Double>?
  }

  /// One arm.
  public struct ArmResult: Sendable {
    public let arm: ComparisonPlan.Arm
    /// Under the first setting, in the order of `ComparisonMetric.allCases`.
    public let effects: [ArmEffect]
    /// Place by the mean of user-minutes lost, from 1; equal means share the better place.
    public let rank: Int
    /// From 1, the best; arms that cannot be told apart share one.
    public let group: Int
    /// Wilson's interval, 95 %, of the probability of an outage.
    public let outageProbability: ClosedRange<Double>
    /// Runs that did not recover while they were watched.
    public let unrecovered: Int
    /// The effect on user-minutes lost under each setting, in the plan's order.
    public let settings: [ArmEffect]
    /// Names of the settings under which the verdict on user-minutes lost is that of the first one.
    public let holds: [String]

    public func effect(_ metric: ComparisonMetric) -> ArmEffect? {
      effects.first { $0.metric == metric }
    }
    public var verdict: ArmVerdict { settings.first?.verdict ?? .same }
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
  public let seeds: [UInt64]
  public let version: String
  public let isIncomplete: Bool
  /// Half the width at which adding seeds was to stop, as a share of the baseline's mean; nil: the
  /// number of seeds was given.
  public let halfWidth: Double?
  public let baseline: [BaselineFigure]
  /// In the plan's order.
  public let arms: [ArmResult]
  public let turns: [Turn]
  public let baselineUnrecovered: Int
  /// Wilson's interval, 95 %, of the probability of an outage.
  public let outageProbability: ClosedRange<Double>

  /// - Precondition: There is a seed.
  public init(_ runs: ComparisonRuns, halfWidth: Double? = nil) {
    precondition(!runs.seeds.isEmpty, "a comparison has a seed")
    plan = runs.plan
    seeds = runs.seeds
    version = runs.version
    isIncomplete = runs.isIncomplete
    self.halfWidth = halfWidth
    let analysis = Analysis(runs, sequence: halfWidth == nil ? nil : Self.sequence)
    baseline = ComparisonMetric.allCases.map { metric in
      let moments = SampleMoments(analysis.baseline(metric, 0))
      return BaselineFigure(
        metric: metric, mean: moments.mean,
        interval: metric == .outage
          ? Self.wilson(runs.baseline(0)) : moments.interval())
    }
    outageProbability = Self.wilson(runs.baseline(0))
    baselineUnrecovered = runs.baseline(0).count(where: ComparisonMetric.isUnrecovered)
    arms = analysis.arms()
    turns = analysis.turns()
  }

  /// What intervals come from where seeds are added until they are narrow.
  public static let sequence = MeanSequence(countExpected: 30)

  /// Whether the user-minutes lost of every arm are known well enough to stop adding seeds.
  public static func isNarrow(_ runs: ComparisonRuns, halfWidth: Double, seedsMin: Int) -> Bool {
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

  static func wilson(_ outcomes: [RunOutcome]) -> ClosedRange<Double> {
    let outages = outcomes.count { ComparisonMetric.outage.value(in: $0) > 0 }
    return Proportion(outages, of: outcomes.count).interval()
  }
}

/// The figures behind a comparison's verdicts.
private struct Analysis {
  let runs: ComparisonRuns
  let sequence: MeanSequence?
  let bootstrap = Bootstrap(RandomStream(seed: 1, name: "compare.bootstrap"))
  /// Effects on user-minutes lost, by setting and arm.
  let lost: [[ArmEffect]]
  let rankings: [ArmRanking]

  init(_ runs: ComparisonRuns, sequence: MeanSequence?) {
    self.runs = runs
    self.sequence = sequence
    let metric = ComparisonMetric.userMinutesLost
    let (bootstrap, arms) = (bootstrap, runs.plan.arms.indices)
    func values(_ setting: Int) -> [[Double]] {
      arms.map { runs.arm($0, setting).map(metric.value) }
    }
    lost = runs.plan.settings.indices.map { setting in
      ArmEffect.effects(
        of: metric, baseline: runs.baseline(setting).map(metric.value), arms: values(setting),
        bootstrap: bootstrap, sequence: setting == 0 ? sequence : nil)
    }
    rankings = runs.plan.settings.indices.map { ArmRanking(values($0)) }
  }

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
          bootstrap: bootstrap, sequence: sequence)
    }
    return runs.plan.arms.indices.map { arm in
      let settings = lost.map { $0[arm] }
      let verdict = settings[0].verdict
      return Comparison.ArmResult(
        arm: runs.plan.arms[arm], effects: effects.map { $0[arm] },
        rank: rankings[0].ranks[arm], group: rankings[0].groups[arm],
        outageProbability: Comparison.wilson(runs.arm(arm, 0)),
        unrecovered: runs.arm(arm, 0).count(where: ComparisonMetric.isUnrecovered),
        settings: settings,
        holds: zip(runs.plan.settings, settings).filter { $1.verdict == verdict }.map(\.0.name))
    }
  }

  /// Pairs that are told apart under the first setting and, the other way round, under another.
  func turns() -> [Comparison.Turn] {
    guard let usual = rankings.first else { return [] }
    var turns: [Comparison.Turn] = []
    for (setting, ranking) in zip(runs.plan.settings, rankings).dropFirst() {
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
