import Foundation
import SimulationKernel

@testable import Systems

/// One scripted tree that was run in real time on Erlang/OTP 25, and what became of it.
struct RecordedSupervisorCase: Decodable, Sendable {
  struct Level: Decodable, Sendable {
    let strategy: String
    let intensity: Int32
    let periodS: Int32
  }
  struct Worker: Decodable, Sendable { let restart: String }
  struct Crash: Decodable, Sendable {
    let tMs: Int64
    let worker: Int
    let reason: String
  }
  struct Poison: Decodable, Sendable {
    let mode: String
    let fromMs: Int64
    let toMs: Int64
    let delayMs: Int64
  }
  struct CrashOutcome: Decodable, Hashable, Sendable {
    let worker: Int
    let hit: Bool
    let restarted: Bool
    let workersStartedAfter: [Int]
    let restartMs: Int64?
  }
  struct GiveUp: Decodable, Hashable, Sendable {
    let level: Int
    let reason: String
    let tMs: Int64
  }
  struct Outcome: Decodable, Sendable {
    var crashes: [CrashOutcome] = []
    var giveUps: [GiveUp] = []
    var nodeStops = false
    var nodeStopMs: Int64?
    var workerStarts: [Int]
    var workerStartFailures: [Int]
    var supervisorStarts: [Int]
    var aliveAtEnd: [Int] = []
    var poisonCrashes = 0
  }

  let id: String
  let kind: String
  let phaseMs: Int64
  let levels: [Level]
  let workers: [Worker]
  let crashes: [Crash]
  let poison: Poison?
  let observedUntilMs: Int64
  let outcome: Outcome
  /// False when the five recorded runs of the case did not agree.
  let deterministic: Bool

  struct Unreadable: Error { let text: String }

  /// All cases of a file with one JSON object per line.
  static func load(_ file: URL) throws -> [RecordedSupervisorCase] {
    let text = try String(contentsOf: file, encoding: .utf8)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map { line in
      try decoder.decode(RecordedSupervisorCase.self, from: Data(line.utf8))
    }
  }

  func configuration() throws -> Supervision.Configuration {
    let strategies: [String: Supervision.Strategy] = [
      "one_for_one": .oneForOne, "one_for_all": .oneForAll, "rest_for_one": .restForOne,
    ]
    let types: [String: Supervision.RestartType] = [
      "permanent": .permanent, "transient": .transient, "temporary": .temporary,
    ]
    return try Supervision.Configuration(
      levels: levels.map { level in
        guard let strategy = strategies[level.strategy] else {
          throw Unreadable(text: level.strategy)
        }
        return Supervision.Level(
          strategy: strategy, intensity: level.intensity, period: level.periodS)
      },
      workers: workers.map { worker in
        guard let type = types[worker.restart] else { throw Unreadable(text: worker.restart) }
        return type
      })
  }
}
