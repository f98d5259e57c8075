import Experiments
import Observation
import SimulationKernel
import Systems
import Testing

/// Runs of the incident in small, with causes remembered.
enum ExplainRuns {
  /// Eighty seconds around a cut of whatever announces itself: enough where it does not matter whose.
  static let short = [
    "scale=1/10000", "start=14:17:40", "end=14:19:00",
    "faults.first-announce-cut.target=anyNode",
  ]

  /// What went wrong in the brief run, with all that came of it.
  static let usual = Result {
    try explanation([], options: .init(wantsEffects: true))
  }

  /// Of the brief run whose nodes are those of the whole.
  static func outcome(
    _ words: [String], _ sets: [String] = Brief.nodes, options: Explain.Options = .init()
  ) throws -> Explain.Outcome {
    let scenario = try Incident.discord.scenario(sets)
    return Explain.run(
      try ExplainTarget(words, in: scenario), of: scenario, options: options, version: "test")
  }

  static func explanation(
    _ words: [String], _ sets: [String] = Brief.nodes, options: Explain.Options = .init()
  ) throws -> Explanation {
    let outcome = try outcome(words, sets, options: options)
    guard case .explained(let explanation) = outcome else {
      Issue.record("\(words) is explained: \(outcome)")
      throw Unexplained()
    }
    return explanation
  }

  struct Unexplained: Error {}

  /// Everything that the incident's run did, with its causes.
  static func log(
    of incident: Incident, _ sets: [String]
  ) throws -> (log: CauseLog, run: CausalSimulation<OutageWorld>, plain: Simulation<OutageWorld>) {
    let scenario = try incident.scenario(sets)
    var plain = scenario.simulation(seed: 5)
    plain.run(until: scenario.header.end)
    var run = CausalSimulation(scenario.simulation(seed: 5))
    var recorder = CauseRecorder(limit: 10_000_000)
    run.run(until: scenario.header.end, observer: &recorder)
    return (recorder.log, run, plain)
  }
}
