import Experiments
import Foundation
import Observation
import Scenarios
import SimulationKernel
import Systems
import Testing

/// The incident cut short, with people at work soon after the cut.
enum ForkRuns {
  static let sets = [
    "scale=1/10000", "start=14:17:40", "end=14:19:00",
    "faults.first-announce-cut.target=anyNode",
    "operators.restart-nodes.at=14:18:10", "operators.throttle.at=14:18:30",
    "operators.pause-sessions-repair.at=14:18:30", "operators.pause-guilds-repair.at=14:18:40",
    #"faults.later={"kind":"connections","at":"14:18:35","share":0.2}"#,
  ]

  static func file() throws -> ScenarioFile {
    let text = try String(contentsOfFile: Incident.discord.path, encoding: .utf8)
    return try ScenarioFile(ScenarioDocument(name: "discord.json", text: text))
  }

  static func scenario(_ more: [String] = []) throws -> OutageScenario {
    try Incident.discord.scenario(sets + more)
  }

  /// An outage and the way back in small: nodes stop, people throttle, restart, open the throttle and
  /// take it off, and nearly everybody is served again.
  static func recovery() throws -> OutageScenario {
    let text = """
      {
        "scenario": "recovery", "seed": 5, "scale": "1/1000", "start": "14:00:30", "end": "14:05:30",
        "clients": { "online": 100000 }, "guilds": { "loadConcurrency": 800 },
        "elixir": { "clusters": { "sessions": 20, "guilds": 6, "presence": 3, "other": 3 } },
        "alerts": { "down": { "when": "users.served < 99%", "for": "20s", "severity": 1 } },
        "faults": {
          "stop": { "kind": "elixirNodes", "at": "14:01", "cluster": "sessions", "count": 8 }
        },
        "operators": {
          "throttle": { "at": "14:01:20", "action": "setThrottle", "rate": "2000/s" },
          "restart": { "at": "14:01:30", "action": "restartNodes", "perMinute": 20 },
          "pause": { "at": "14:02", "action": "pauseRepair", "cluster": "sessions" },
          "raise": { "at": "14:02:30", "action": "setThrottle", "rate": "6000/s" },
          "off": { "at": "14:03:30", "action": "liftThrottle" }
        }
      }
      """
    let file = try ScenarioFile(ScenarioDocument(name: "recovery.json", text: text))
    return try OutageScenario(file.resolve([]).document)
  }

  static func change(_ patches: [String], on scenario: OutageScenario) throws -> FutureChange {
    try FutureChange(
      file().combined(
        patches.map { .set($0) }, on: #require(scenario.document).root), on: scenario)
  }

  static func plan(
    at point: String, _ futures: [ForkPlan.Request], given: [String] = []
  ) throws -> ForkPlan {
    try ForkPlan(
      file(), given: (sets + given).map { .set($0) }, at: ForkPoint(parsing: point),
      futures: futures)
  }

  static func request(_ name: String, _ sets: [String]) -> ForkPlan.Request {
    ForkPlan.Request(name: name, patches: sets.map { .set($0) })
  }
}

/// What two runs must have in common to be the same.
func expectSame(
  _ left: RunRecord, _ right: RunRecord, _ comment: Comment? = nil,
  _ location: Testing.SourceLocation = #_sourceLocation
) {
  #expect(left.digest == right.digest, comment, sourceLocation: location)
  #expect(left.events == right.events, comment, sourceLocation: location)
  #expect(left.digestTrail == right.digestTrail, comment, sourceLocation: location)
  #expect(left.metrics == right.metrics, comment, sourceLocation: location)
  #expect(left.series == right.series, comment, sourceLocation: location)
}
