import Scenarios
import SimulationKernel
import Systems

/// The incident taken apart: what each of its causes contributed to the lost user-minutes.
///
/// Every coalition of causes is run on the same seeds, the other causes taken away. From their
/// losses come what removing one cause or two prevents, and each cause's share (Shapley's value).
public struct CauseAnalysis: Sendable {
  /// One cause.
  public struct Finding: Sendable {
    public let name: String
    public let summary: String
    /// What taking this cause alone away changes, on the same seeds; negative where it helps.
    public let removal: PairedDifference
    public let part: Shapley.Part
  }

  /// Two causes taken away together.
  public struct PairFinding: Sendable {
    public let first: String
    public let second: String
    public let removal: PairedDifference
  }

  public let header: ScenarioHeader
  public let setting: String
  public let until: Instant
  public let seeds: [UInt64]
  public let version: String
  public let isIncomplete: Bool
  /// User-minutes lost with every cause and with none, one value per seed.
  public let losses: [Double]
  public let remainders: [Double]
  public let findings: [Finding]
  public let pairs: [PairFinding]
  public let events: UInt64

  /// What a run of coalitions is asked.
  public struct Plan: Sendable {
    public let causes: [NamedPatch]
    public let setting: ComparisonPlan.Setting
    public var until: Instant
    /// By coalition: bit i is set where cause i is there.
    let scenarios: [OutageScenario]

    public var header: ScenarioHeader { scenarios[scenarios.count - 1].header }

    /// Why a sample of this size cannot mean what the whole would, or nil if it can.
    public var sampleWarning: String? {
      scenarios[scenarios.count - 1].configuration.sampleWarning
    }

    /// - Parameters:
    ///   - file: A scenario with 1 to 8 causes.
    ///   - patches: Changes that hold for every run.
    /// - Throws: Every error of the patched documents.
    public init(_ file: ScenarioFile, patches: [PatchSelection]) throws(ScenarioErrors) {
      precondition(
        (1...Shapley.causesMax).contains(file.causes.count), "causes are 1 to 8 in number")
      causes = file.causes
      setting = ComparisonPlan.hypotheses(of: file, patches)[0]
      var scenarios: [OutageScenario] = []
      for coalition in 0..<(1 << file.causes.count) {
        let absent = file.causes.indices.filter { coalition & (1 << $0) == 0 }
        let removals = absent.map { PatchSelection.withoutCause(file.causes[$0].name) }
        scenarios.append(
          try OutageScenario(file.resolve(setting.patches + patches + removals).document))
      }
      self.scenarios = scenarios
      let whole = scenarios[scenarios.count - 1]
      until = whole.comparedUntil ?? whole.header.end
    }
  }

  /// Runs every coalition on every seed.
  ///
  /// - Parameters:
  ///   - plan: The coalitions.
  ///   - count: Seeds, above zero: the first and those that follow it by one each.
  ///   - first: nil: the scenario's seed.
  ///   - version: Of the executable.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are; whole seeds that were finished count.
  ///   - progress: Is told how many runs are done, of how many.
  /// - Returns: nil when not even the first seed was finished.
  public static func run(
    _ plan: Plan, seeds count: Int, from first: UInt64? = nil, version: String, jobs: Int,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async -> CauseAnalysis? {
    let base = first ?? plan.header.seed
    let coalitions = plan.scenarios.count
    var done = 0
    let outcomes = await ParallelRuns.map(
      count: count * coalitions, jobs: jobs, isStopped: isStopped,
      work: { index -> RunOutcome? in
        let scenario = plan.scenarios[index % coalitions]
        let seed = base &+ UInt64(index / coalitions)
        let record = Replay.run(
          scenario, options: Replay.Options(seed: seed, until: plan.until), version: version,
          isStopped: isStopped)
        return record.end == .stopped ? nil : RunOutcome(record, of: scenario)
      },
      finished: { _, _ in
        done += 1
        progress(done, count * coalitions)
      })
    var seeds: [[RunOutcome]] = []
    for seed in 0..<count {
      let whole = outcomes[(seed * coalitions)..<((seed + 1) * coalitions)].compactMap { $0 ?? nil }
      guard whole.count == coalitions else { break }
      seeds.append(whole)
    }
    guard !seeds.isEmpty else { return nil }
    return CauseAnalysis(plan, seeds, from: base, asked: count, version: version)
  }

  init(
    _ plan: Plan, _ outcomes: [[RunOutcome]], from base: UInt64, asked: Int, version: String
  ) {
    header = plan.header
    setting = plan.setting.name
    until = plan.until
    self.version = version
    seeds = outcomes.indices.map { base &+ UInt64($0) }
    isIncomplete = outcomes.count < asked
    events = outcomes.joined().reduce(0) { $0 &+ $1.events }
    let metric = ComparisonMetric.userMinutesLost
    let values = outcomes.map { $0.map(metric.value) }
    let all = plan.scenarios.count - 1
    let whole = values.map { $0[all] }
    losses = whole
    remainders = values.map { $0[0] }
    let bootstrap = Bootstrap.ofComparisons
    func removal(_ causes: [Int]) -> PairedDifference {
      let coalition = causes.reduce(all) { $0 & ~(1 << $1) }
      return PairedDifference(
        arm: values.map { $0[coalition] }, baseline: whole, bootstrap: bootstrap)
    }
    let shapley = Shapley(losses: values, bootstrap: bootstrap)
    findings = plan.causes.indices.map { cause in
      Finding(
        name: plan.causes[cause].name, summary: plan.causes[cause].summary,
        removal: removal([cause]), part: shapley.parts[cause])
    }
    pairs = plan.causes.indices.flatMap { first in
      plan.causes.indices.filter { $0 > first }.map { second in
        PairFinding(
          first: plan.causes[first].name, second: plan.causes[second].name,
          removal: removal([first, second]))
      }
    }
  }
}
