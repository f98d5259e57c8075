import Experiments
import Reports
import Scenarios

/// The search for a better throttle.
extension CompareCommand {
  func searchThrottle(
    seeds: Int, from first: UInt64?, jobs: Int, _ watch: Stopwatch, on console: inout Console
  ) async throws(CommandFailure) -> ExitCode {
    let file = try scenarioFile(console)
    // A search takes thousands of runs; a sample this small tells ramps apart.
    let patches = arguments.has("scale") ? selections : [.scale("1/1000")] + selections
    let found: ThrottleSearch.Plan?
    do throws(ScenarioErrors) {
      found = try ThrottleSearch.Plan(file, patches: patches)
    } catch {
      throw .scenario(console.text(of: error))
    }
    guard var plan = found else {
      return nothing(
        "operators set no throttle that could be searched",
        help: "the search needs two steps of 'operators' that set a rate at a time",
        words(first: first, count: seeds), on: console)
    }
    if let until = try ReplayCommand.until(arguments.value("until"), of: plan.header) {
      plan.until = until
    }
    guard plan.until > plan.human.end else {
      throw .usage(
        UsageError(
          "runs end at \(plan.until), before the throttle is set for the last time at "
            + "\(plan.human.end)",
          help: "a ramp is judged by what comes after it: give a later '--until'"))
    }
    console.warn(plan.sampleWarning)
    Interruption.becomeGraceful()
    var options = ThrottleSearch.Options()
    options.proofSeeds = seeds
    var progress = ProgressBar("optimise", on: console)
    let runWatch = Stopwatch()
    var interim: ThrottleSearch.Interim?
    let search = await ThrottleSearch.run(
      plan, options: options, from: first, version: HindsightVersion.text, jobs: jobs,
      isStopped: { Interruption.wasRequested }, progress: { progress.update($0) },
      interim: { interim = $0 })
    progress.finish()
    let runSeconds = runWatch.seconds
    let words = patches.map(\.description)
    guard let search else {
      let again = self.words(first: interim?.firstSeed ?? first, count: seeds)
      guard let unjudged = interim else {
        return interrupted("before a ramp could be judged", again, on: console)
      }
      try console.write(
        arguments, json: ThrottleSearchJSON.text(of: unjudged, patches: words),
        text: { ThrottleSearchText.text(of: unjudged, style: $0, reproduce: again) },
        reproduce: again)
      return .interrupted
    }
    let reproduce = self.words(first: search.firstSeed, count: search.best.lost.count)
    try console.write(
      arguments, json: ThrottleSearchJSON.text(of: search, patches: words),
      text: {
        ThrottleSearchText(
          search, patches: words, style: $0, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    try TimingsFile.write(
      timings(search.events, runSeconds, watch), command: "compare", arguments)
    if search.isIncomplete { return .interrupted }
    return search.best.feasibility == .violated ? .failed : .held
  }
}
