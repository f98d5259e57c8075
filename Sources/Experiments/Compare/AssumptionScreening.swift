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
  ///   - progress: Is told how many runs are done, of how many.
  /// - Returns: nil when it was stopped.
  public static func run(
    _ file: ScenarioFile, _ plan: ComparisonPlan, patches: [PatchSelection], version: String,
    jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async -> AssumptionScreening? {
    let isSmall = plan.header.scale < .oneIn(1_000)
    let sample: [PatchSelection] =
      isSmall
      ? [] : [.option(name: "--scale", path: DocumentPath(["scale"]), value: scale)]
    let common = plan.settings[0].patches + patches + sample
    let source = Points(file: file, common: common)
    var set = AssumptionSet(of: plan.cases[0].baseline, in: file)
    set.narrow(places: MorrisScreening.places()) { !isStopped() && source.accepts([$0]) }
    guard !isStopped() else { return nil }
    let assumptions = set.assumptions
    func none(_ failure: String?, redrawn: Int = 0) -> AssumptionScreening {
      AssumptionScreening(
        findings: [], omitted: set.omitted, runs: 0, trajectories: 0, redrawn: redrawn,
        failure: failure)
    }
    guard !assumptions.isEmpty else { return none(nil) }

    let seed = plan.header.seed
    var refusal: String?
    let design = MorrisScreening(
      dimensions: assumptions.count, trajectories: trajectories,
      by: RandomStream(seed: seed, name: "compare.screening")
    ) { point in
      guard !isStopped() else { return false }
      let problem = source.problem(sets(assumptions, at: point))
      refusal = problem ?? refusal
      return problem == nil
    }
    guard !isStopped() else { return nil }
    guard design.trajectories >= trajectoriesMin else {
      return none(refusal ?? "", redrawn: design.refused)
    }
    guard
      let values = await source.values(
        of: design.points.map { sets(assumptions, at: $0) },
        options: Replay.Options(seed: seed, until: plan.until), version: version, jobs: jobs,
        isStopped: isStopped, progress: progress)
    else { return nil }
    let effects = design.effects(
      of: values, bootstrap: Bootstrap(RandomStream(seed: seed, name: "compare.screening.draws")))
    let findings = zip(assumptions, effects).map { assumption, effect in
      Finding(
        assumption: assumption, magnitude: effect.magnitude, deviation: effect.deviation)
    }
    return AssumptionScreening(
      findings: findings.enumerated()
        .sorted { ($1.element.magnitude, $0.offset) < ($0.element.magnitude, $1.offset) }
        .map(\.element),
      omitted: set.omitted, runs: design.points.count, trajectories: design.trajectories,
      redrawn: design.refused, failure: nil)
  }

  /// How long a screening takes, in runs of a plan: about.
  public static func weight(of plan: ComparisonPlan) -> Double {
    let inputs = plan.cases[0].baseline.declarations.count { $0.source.isAssumption }
    let size = min(1, 0.001 / plan.cases[0].baseline.configuration.scale.fraction)
    return Double((inputs + 1) * trajectories) * size
  }

  private static func sets(_ assumptions: [Assumption], at point: [Double]) -> [String] {
    zip(assumptions, point).map { "\($0.path)=\($0.text(at: $1))" }
  }

  /// The scenarios of a design.
  private struct Points: Sendable {
    let file: ScenarioFile
    let common: [PatchSelection]

    func scenario(_ sets: [String]) throws(ScenarioErrors) -> OutageScenario {
      try OutageScenario(file.resolve(common + sets.map { .set($0) }).document)
    }

    /// What the scenario says against these values; nil when it accepts them.
    func problem(_ sets: [String]) -> String? {
      do throws(ScenarioErrors) {
        _ = try scenario(sets)
        return nil
      } catch {
        return error.errors.first?.message ?? ""
      }
    }

    func accepts(_ sets: [String]) -> Bool { problem(sets) == nil }

    /// The lost user-minutes at every point; nil when stopped.
    func values(
      of points: [[String]], options: Replay.Options, version: String, jobs: Int,
      isStopped: @escaping @Sendable () -> Bool, progress: (_ done: Int, _ of: Int) -> Void
    ) async -> [Double]? {
      var done = 0
      let outcomes = await ParallelRuns.map(
        count: points.count, jobs: jobs, isStopped: isStopped,
        work: { index -> Double? in
          guard let scenario = try? scenario(points[index]) else {
            preconditionFailure("a point that is run was accepted: \(points[index])")
          }
          let record = Replay.run(
            scenario, options: options, version: version, isStopped: isStopped)
          guard record.end != .stopped else { return nil }
          return ComparisonMetric.userMinutesLost.value(in: RunOutcome(record, of: scenario))
        },
        finished: { _, _ in
          done += 1
          progress(done, points.count)
        })
      let values = outcomes.compactMap { $0 ?? nil }
      return values.count == points.count ? values : nil
    }
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
