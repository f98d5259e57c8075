import Experiments
import Scenarios

/// The arms at the ends of the assumptions that matter.
extension CompareCommand {
  /// Seeds at the ends of assumptions: enough to tell which way an effect goes.
  static let endSeedsMax = 5

  func screen(
    _ file: ScenarioFile, _ plan: ComparisonPlan, jobs: Int, on console: Console
  ) async -> AssumptionScreening? {
    var progress = ProgressBar("screen assumptions", on: console)
    defer { progress.finish() }
    return await AssumptionScreening.run(
      file, plan, patches: selections, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
  }

  /// The arms at both ends of the assumptions that matter; nil when none does.
  func ends(
    _ file: ScenarioFile, _ runs: ComparisonRuns, _ screening: AssumptionScreening?, most: Int,
    from first: UInt64?, jobs: Int, on console: Console
  ) async throws(CommandFailure) -> ComparisonRuns? {
    let lost = SampleMoments(runs.baseline(0).map(ComparisonMetric.userMinutesLost.value))
    let settings =
      screening?.settings(most: most, reference: lost.mean, usual: runs.plan.settings[0]) ?? []
    guard !settings.isEmpty else { return nil }
    var plan: ComparisonPlan
    do throws(ScenarioErrors) {
      plan = try ComparisonPlan(file, patches: selections, arms: arms, settings: settings)
    } catch {
      throw .scenario(console.text(of: error))
    }
    plan.until = runs.plan.until
    var ends = ComparisonRuns(plan, version: HindsightVersion.text)
    var progress = ProgressBar("assumptions", on: console)
    defer { progress.finish() }
    await ends.extend(
      by: min(Self.endSeedsMax, runs.seeds.count), from: first, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
    return ends
  }
}
