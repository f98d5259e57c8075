import Scenarios
import SimulationKernel
import Systems

/// Which assumptions the lost user-minutes depend on: a Morris screening of the unmitigated run.
public struct AssumptionScreening: Sendable {
  /// How much one assumption matters.
  public struct Finding: Sendable {
    public let assumption: Assumption
    /// Mean magnitude (mu*) of the change of the lost user-minutes over the assumption's range.
    public let magnitude: Double
    /// Of `magnitude`, by the bootstrap over the walks; nil of one walk.
    public let magnitudeInterval: ClosedRange<Double>?
    /// Mean change (mu), with its sign: whether more of the assumption is worse.
    public let mean: Double
    /// Standard deviation of the changes: how much they depend on the other assumptions.
    public let deviation: Double
  }

  /// The one that matters most first; empty where the screening failed.
  public let findings: [Finding]
  /// What was not varied, and why.
  public let omitted: [AssumptionSet.Omitted]
  public let runs: Int
  /// Walks through the ranges that were run.
  public let trajectories: Int
  /// Walks that were drawn again since the scenario refuses one of their points.
  public let redrawn: Int
  /// Why there is no result: what the scenario says of the last point that it refused; nil where
  /// there is one.
  public let failure: String?

  /// Walks through the assumptions' ranges; two to four are enough to tell what matters from what
  /// does not.
  public static let trajectories = 4
  /// One walk cannot tell an effect from where it was seen.
  static let trajectoriesMin = 2
  /// A sample this small shows what matters, and takes a second.
  static let scale = "1/1000"
  /// An assumption matters when its range moves the lost user-minutes by this share of the
  /// unmitigated run's.
  public static let shareMin = 0.05

  /// Screens the assumptions under a plan's first setting.
  ///
  /// Every point of the design is a scenario that can be run: each range ends where the scenario
  /// accepts it by itself, and a walk that comes to a point whose values contradict each other is
  /// drawn again.
  ///
  /// - Parameters:
  ///   - file: The scenario.
  ///   - plan: Its first setting and its end are used.
  ///   - patches: Changes that hold for every run.
  ///   - version: Of the executable.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - planning: Is told which share of the points is chosen, before the first run.
  ///   - progress: Is told how many runs are done, of how many.
  /// - Returns: nil when it was stopped.
  public static func run(
    _ file: ScenarioFile, _ plan: ComparisonPlan, patches: [PatchSelection], version: String,
    jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    planning: (Double) -> Void = { _ in },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async -> AssumptionScreening? {
    let isSmall = plan.header.scale < .oneIn(1_000)
    let sample: [PatchSelection] = isSmall ? [] : [.scale(scale)]
    let common = plan.settings[0].patches + patches + sample
    var trials: ScenarioTrials
    do throws(ScenarioErrors) {
      trials = try ScenarioTrials(file, common: common, version: version)
    } catch {
      return AssumptionScreening(failure: error.errors.first?.message ?? "")
    }
    trials.until = plan.until
    return await run(
      trials, hypotheses: .setting, jobs: jobs, isStopped: isStopped, planning: planning,
      progress: progress)
  }

  /// Screens the assumptions of a scenario.
  ///
  /// - Parameters:
  ///   - trials: The scenario.
  ///   - role: What the values that its hypotheses set are.
  ///   - trajectories: Walks, at least 2.
  ///   - seeds: Of every point, the same at all; nil: the scenario's. What is screened is the mean
  ///     over them.
  ///   - jobs: Runs at a time.
  ///   - isStopped: Once true, runs end where they are.
  ///   - planning: Is told which share of the points is chosen, before the first run.
  ///   - progress: Is told how many runs are done, of how many.
  /// - Returns: nil when it was stopped.
  static func run(
    _ trials: ScenarioTrials, hypotheses role: AssumptionSet.HypothesisRole,
    trajectories: Int = AssumptionScreening.trajectories,
    seeds: [UInt64]? = nil, jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    planning: (Double) -> Void = { _ in },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async -> AssumptionScreening? {
    var set = AssumptionSet(of: trials.base, in: trials.file, hypotheses: role)
    // Ranges and walks take about as long, unless many walks are refused.
    set.narrow(places: MorrisScreening.places(), progress: { planning($0 / 2) }) {
      !isStopped() && trials.problem([$0]) == nil
    }
    guard !isStopped() else { return nil }
    let assumptions = set.assumptions
    guard !assumptions.isEmpty else { return AssumptionScreening(omitted: set.omitted) }

    let seed = seeds?.first ?? trials.header.seed
    var refusal: String?
    var looks = 0
    let wanted = trajectories * (assumptions.count + 1)
    let design = MorrisScreening(
      dimensions: assumptions.count, trajectories: trajectories,
      by: RandomStream(seed: seed, name: "compare.screening")
    ) { point in
      guard !isStopped() else { return false }
      let problem = trials.problem(sets(assumptions, at: point))
      refusal = problem ?? refusal
      // Walks that are refused on their way count too; they are not told beforehand.
      looks += 1
      planning(min(1, 0.5 + 0.5 * Double(looks) / Double(wanted)))
      return problem == nil
    }
    guard !isStopped() else { return nil }
    guard design.trajectories >= trajectoriesMin else {
      return AssumptionScreening(
        omitted: set.omitted, redrawn: design.refused, failure: refusal ?? "")
    }
    let points = design.points.map { sets(assumptions, at: $0) }
    guard
      let outcomes = await trials.outcomes(
        at: points, seeds: seeds ?? [seed], jobs: jobs, isStopped: isStopped,
        progress: { progress($0, points.count * (seeds?.count ?? 1)) })
    else { return nil }
    let values = outcomes.map { runs in
      SampleMoments(runs.map(ComparisonMetric.userMinutesLost.value)).mean
    }
    let effects = design.effects(
      of: values, bootstrap: Bootstrap(RandomStream(seed: seed, name: "compare.screening.draws")))
    let findings = zip(assumptions, effects).map { assumption, effect in
      Finding(
        assumption: assumption, magnitude: effect.magnitude,
        magnitudeInterval: effect.magnitudeInterval, mean: effect.mean,
        deviation: effect.deviation)
    }
    return AssumptionScreening(
      findings: findings.enumerated()
        .sorted { ($1.element.magnitude, $0.offset) < ($0.element.magnitude, $1.offset) }
        .map(\.element),
      omitted: set.omitted, runs: design.points.count * (seeds?.count ?? 1),
      trajectories: design.trajectories, redrawn: design.refused)
  }

  init(
    findings: [Finding] = [], omitted: [AssumptionSet.Omitted] = [], runs: Int = 0,
    trajectories: Int = 0, redrawn: Int = 0, failure: String? = nil
  ) {
    self.findings = findings
    self.omitted = omitted
    self.runs = runs
    self.trajectories = trajectories
    self.redrawn = redrawn
    self.failure = failure
  }

  /// How long a screening takes, in runs of a plan: about.
  public static func weight(of plan: ComparisonPlan) -> Double {
    let inputs = plan.cases[0].baseline.declarations.count { $0.source.isAssumption }
    let size = min(1, 0.001 / plan.cases[0].baseline.configuration.scale.fraction)
    return Double((inputs + 1) * trajectories) * size
  }

  static func sets(_ assumptions: [Assumption], at point: [Double]) -> [String] {
    zip(assumptions, point).map { "\($0.path)=\($0.text(at: $1))" }
  }
}

extension AssumptionScreening {
  /// The assumptions whose range moves the loss by `shareMin` and more of an unmitigated run's.
  public func mattering(_ reference: Double) -> [Finding] {
    findings.filter { $0.magnitude > 0 && $0.magnitude >= Self.shareMin * reference }
  }

  /// Both ends of the ranges of the assumptions that matter most.
  ///
  /// - Parameters:
  ///   - count: At most so many assumptions; nil: all that matter.
  ///   - reference: The unmitigated run's lost user-minutes.
  ///   - usual: What the first setting applies, which holds here too.
  /// - Returns: One setting per end, the assumption that matters most first.
  public func settings(
    most count: Int?, reference: Double, usual: ComparisonPlan.Setting
  ) -> [ComparisonPlan.Setting] {
    mattering(reference).prefix(count ?? .max).flatMap { finding in
      finding.assumption.ends.map { end in
        let text = "\(finding.assumption.path)=\(end)"
        return ComparisonPlan.Setting(name: text, patches: usual.patches + [.set(text)])
      }
    }
  }
}
