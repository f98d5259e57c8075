import Experiments
import Observation
import Reports
import Systems

extension ReplayCommand {
  /// The page of `--report`, with why it went wrong: found by running again with causes remembered.
  func page(
    of record: RunRecord, _ scenario: OutageScenario, reproduce: [String], on console: Console
  ) -> String {
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
    let story: CauseStory?
    switch outcome {
    case .explained(let explanation): story = CauseStory(explanation)
    case .nothing, .full: story = nil
    }
    return ReplayHTML(record, story: story, reproduce: reproduce).text
  }
}
