import Experiments
import Scenarios

/// The arms at the ends of the assumptions that matter.
extension CompareCommand {
  /// Seeds at the ends of assumptions: enough to tell which way an effect goes.
  static let endSeedsMax = 5

  /// How many of the assumptions that matter are run at their ends.
  enum AssumptionCount: Equatable {
    case most(Int)
    case all

    var isNone: Bool { self == .most(0) }

    /// nil: all.
    var limit: Int? {
      if case .most(let count) = self { count } else { nil }
    }
  }

  func assumptions() throws(CommandFailure) -> AssumptionCount {
    guard arguments.value("assumptions") != "all",
      let count = try arguments.count("assumptions", in: 0...100)
    else { return .all }
    return .most(count)
  }

  func screen(
    _ file: ScenarioFile, _ plan: ComparisonPlan, jobs: Int, showing phases: inout ComparePhases
  ) async -> AssumptionScreening? {
    let screening = await AssumptionScreening.run(
      file, plan, patches: selections, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      planning: { phases.plan($0) },
      progress: { done, all in phases.update(Double(done) / Double(all)) })
    phases.next()
    return screening
  }

  /// The arms at both ends of the assumptions that matter; nil when none does.
  func ends(
    _ file: ScenarioFile, _ runs: ComparisonRuns, _ screening: AssumptionScreening?,
    most: AssumptionCount, from first: UInt64?, jobs: Int, showing phases: inout ComparePhases
  ) async -> AssumptionEnds? {
    let lost = SampleMoments(runs.baseline(0).map(ComparisonMetric.userMinutesLost.value))
    let settings =
      screening?.settings(most: most.limit, reference: lost.mean, usual: runs.plan.settings[0])
      ?? []
    guard !settings.isEmpty else { return nil }
    var ends = AssumptionEnds(
      file, of: runs.plan, patches: selections, at: settings, version: HindsightVersion.text)
    let seeds = min(Self.endSeedsMax, runs.seeds.count)
    phases.expect(runs: settings.count * (runs.plan.arms.count + 1) * seeds)
    await ends.runs?.extend(
      by: seeds, from: first, jobs: jobs, isStopped: { Interruption.wasRequested },
      progress: { done, all in phases.update(Double(done) / Double(all)) })
    return ends
  }
}
