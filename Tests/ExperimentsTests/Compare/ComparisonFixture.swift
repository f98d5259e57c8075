import Observation
import Scenarios
import SimulationKernel

@testable import Experiments

/// Comparisons over outcomes that are made by hand, so that every figure can be checked.
enum ComparisonFixture {
  /// A scenario with two hypotheses and three mitigations; nobody runs it.
  static let text = """
    {
      "scenario": "fixture", "title": "A fixture", "end": "01:00:00", "scale": "1/10000",
      "hypothesis": "near",
      "hypotheses": {
        "far": { "summary": "Far.", "patch": { "announce": { "retryDelay": "60s" } } },
        "near": { "summary": "Near.", "patch": {} }
      },
      "mitigations": {
        "good": { "summary": "Sends one segment.", "patch": { "announce": { "segments": 1 } } },
        "idle": { "summary": "Changes nothing.", "patch": {} },
        "bad": { "summary": "Queues less.", "patch": { "gateway": { "queueBound": 5 } } }
      },
      "faults": { "cut": { "kind": "fin", "at": "00:10:00", "target": "newNodes", "afterSegment": 1 } }
    }
    """

  static func file(_ text: String = text) throws -> ScenarioFile {
    try ScenarioFile(ScenarioDocument(name: "fixture.json", text: text))
  }

  static func arms(_ names: [String], of file: ScenarioFile) throws -> [ComparisonPlan.Arm] {
    try names.map { try MitigationChoice.arm($0, option: "--mitigation", of: file) }
  }

  /// One run's figures: minutes of outage, and ten thousand user-minutes for each.
  static func outcome(_ minutes: Double, seed: UInt64 = 1, recovered: Double? = nil) -> RunOutcome {
    var metrics = Metrics()
    metrics.set("users.online.before", .users, 1_000)
    metrics.set("users.unserved.peak", .users, minutes > 0 ? 900 : 0)
    metrics.set("users.unserved.minutes", .userMinutes, minutes * 1e4)
    metrics.set("outage.minutes", .minutes, minutes)
    metrics.set("elixir.nodes.stopped", .nodes, minutes > 0 ? 200 : 0)
    metrics.set("outage.recovered.at", .minutes, recovered)
    metrics.set("scylla.sessions.wasted", .count, minutes)
    metrics.set("scylla.guilds.wasted", .count, 2 * minutes)
    return RunOutcome(seed: seed, observed: .minutes(50), metrics: metrics)
  }

  /// Runs by setting, run (the baseline first) and seed, from their minutes of outage.
  static func runs(_ minutes: [[[Double]]], arms: [String] = []) throws -> ComparisonRuns {
    let plan = try ComparisonPlan(file(), arms: self.arms(arms, of: file()))
    let count = minutes[0][0].count
    return ComparisonRuns(
      plan, version: "test", seeds: (1...UInt64(count)).map { $0 },
      outcomes: minutes.map { $0.map { $0.map { outcome($0, recovered: $0 > 0 ? $0 + 10 : nil) } } }
    )
  }
}
