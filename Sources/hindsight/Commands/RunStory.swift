import Experiments
import Observation
import Reports
import Systems

/// Why a run went wrong, for its page: found by running again with causes remembered.
enum RunStory {
  /// - Returns: Nil where nothing went wrong, or there is more to remember than `explain` does.
  static func of(
    _ record: RunRecord, _ scenario: OutageScenario, on console: Console
  ) -> CauseStory? {
    var progress = ProgressBar("explain", on: console)
    defer { progress.finish() }
    var options = Explain.Options(seed: record.seed, until: record.endedAt, wantsEffects: true)
    func explain() -> Explain.Outcome {
      Explain.run(
        .usual, of: scenario, patches: record.patches, options: options, known: record,
        version: record.version, progress: { progress.update($0) })
    }
    var outcome = explain()
    if case .full = outcome {
      // What came of it takes all of the run; how it came about ends where it happened.
      options.wantsEffects = false
      outcome = explain()
    }
    switch outcome {
    case .explained(let explanation): return CauseStory(explanation)
    case .nothing, .full: return nil
    }
  }
}

extension CompareCommand {
  /// The first seed without a mitigation, for the page of `--report`: what happened, and why.
  ///
  /// - Returns: Nil when the comparison was interrupted: nobody waits for more.
  func happened(
    _ comparison: Comparison, _ patches: [String], on console: Console
  ) -> ReplayHTML? {
    guard arguments.has("report"), !comparison.isIncomplete, let seed = comparison.seeds.first
    else { return nil }
    let scenario = comparison.plan.baseline
    var progress = ProgressBar("replay", on: console)
    let record = Replay.run(
      scenario, patches: patches,
      options: Replay.Options(seed: seed, until: comparison.plan.until),
      version: comparison.version, progress: { progress.update($0) })
    progress.finish()
    return ReplayHTML(record, story: RunStory.of(record, scenario, on: console), reproduce: [])
  }
}
