import Experiments
import Reports
import Scenarios

/// The incident taken apart into its causes.
extension CompareCommand {
  func takeApart(
    seeds count: Int, from first: UInt64?, jobs: Int, _ watch: Stopwatch, on console: inout Console
  ) async throws(CommandFailure) -> ExitCode {
    let file = try scenarioFile(console)
    guard (1...Shapley.causesMax).contains(file.causes.count) else {
      return nothing(
        file.causes.isEmpty
          ? "the scenario names no causes"
          : "the scenario names \(file.causes.count) causes, more than \(Shapley.causesMax)",
        help: "'causes' holds named patches, each of which takes one cause away",
        words(first: first, count: count), on: console)
    }
    var plan: CauseAnalysis.Plan
    do throws(ScenarioErrors) {
      plan = try CauseAnalysis.Plan(file, patches: selections)
    } catch {
      throw .scenario(console.text(of: error))
    }
    if let until = try ReplayCommand.until(arguments.value("until"), of: plan.header) {
      plan.until = until
    }
    console.warn(plan.sampleWarning)
    Interruption.becomeGraceful()
    var progress = ProgressBar("causes", on: console)
    let runWatch = Stopwatch()
    let analysis = await CauseAnalysis.run(
      plan, seeds: count, from: first, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested },
      progress: { done, all in progress.update(Double(done) / Double(all)) })
    progress.finish()
    let runSeconds = runWatch.seconds
    guard let analysis else {
      return interrupted(
        "before the first seed was finished", words(first: first, count: count), on: console)
    }
    let patches = selections.map(\.description)
    let reproduce = words(first: analysis.seeds[0], count: analysis.seeds.count)
    try console.write(
      arguments, json: CausesJSON.text(of: analysis, patches: patches),
      text: {
        CausesText(
          analysis, patches: patches, style: $0, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    try TimingsFile.write(
      timings(analysis.events, runSeconds, watch), command: "compare", arguments)
    return analysis.isIncomplete ? .interrupted : .held
  }
}
