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

  /// The one that matters most first.
  public let findings: [Finding]
  public let runs: Int

  /// Walks through the assumptions' ranges; two to four are enough to tell what matters from what
  /// does not.
  public static let trajectories = 4
  /// A sample this small shows what matters, and takes a second.
  static let scale = "1/1000"
  /// An assumption matters when its range moves the lost user-minutes by this share of the
  /// unmitigated run's.
  public static let shareMin = 0.05

  /// Screens the assumptions under a plan's first setting.
  ///
  /// A point whose parameters contradict each other takes the outcome of the point before it.
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
    jobs: Int, isStopped: @escaping @Sendable () -> Bool,
    progress: (_ done: Int, _ of: Int) -> Void
  ) async -> AssumptionScreening? {
    let assumptions = Assumption.all(of: plan.cases[0].baseline, in: file)
    guard !assumptions.isEmpty else { return AssumptionScreening(findings: [], runs: 0) }
    let seed = plan.header.seed
    let design = MorrisScreening(
      dimensions: assumptions.count, trajectories: trajectories,
      by: RandomStream(seed: seed, name: "compare.screening"))
    let common = plan.settings[0].patches + patches
    let isSmall = plan.header.scale < .oneIn(1_000)
    let sample: [PatchSelection] =
      isSmall
      ? [] : [.option(name: "--scale", path: DocumentPath(["scale"]), value: scale)]
    var done = 0
    let metric = ComparisonMetric.userMinutesLost
    let outcomes = await ParallelRuns.map(
      count: design.points.count, jobs: jobs, isStopped: isStopped,
      work: { index -> Double?? in
        let sets = zip(assumptions, design.points[index]).map { assumption, place in
          PatchSelection.set("\(assumption.path)=\(assumption.text(at: place))")
        }
        guard let resolved = try? file.resolve(common + sample + sets),
          let scenario = try? OutageScenario(resolved.document)
        else { return .some(nil) }
        let record = Replay.run(
          scenario, options: Replay.Options(seed: seed, until: plan.until), version: version,
          isStopped: isStopped)
        return record.end == .stopped
          ? nil : .some(metric.value(in: RunOutcome(record, of: scenario)))
      },
      finished: { _, _ in
        done += 1
        progress(done, design.points.count)
      })
    var values: [Double] = []
    for outcome in outcomes {
      guard case .some(.some(let value)) = outcome else { return nil }
      values.append(value ?? values.last ?? 0)
    }
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
      runs: design.points.count)
  }

  /// Both ends of the ranges of the assumptions that matter most.
  ///
  /// - Parameters:
  ///   - count: At most so many assumptions.
  ///   - reference: The unmitigated run's lost user-minutes.
  ///   - usual: What the first setting applies, which holds here too.
  /// - Returns: One setting per end, the assumption that matters most first.
  public func settings(
    most count: Int, reference: Double, usual: ComparisonPlan.Setting
  ) -> [ComparisonPlan.Setting] {
    findings.prefix(count).filter { $0.magnitude >= Self.shareMin * reference }
      .flatMap { finding in
        finding.assumption.ends.map { end in
          let text = "\(finding.assumption.path)=\(end)"
          return ComparisonPlan.Setting(name: text, patches: usual.patches + [.set(text)])
        }
      }
  }
}
