import Experiments
import Scenarios
import SimulationKernel
import Systems

/// A run of the simulated company as every command does it, with invariants of its scenario or without:
/// a third of the session nodes stops, and their users come back.
enum CompanyRun {
  /// Of every operator, with windows and a distribution, looked at at the usual step.
  static let invariants = [
    "always(users.connected <= users.online)",
    "always(users.served >= 10% or elixir.nodes.up < 99%)",
    "never(rate(clients.attempts, 5m) > 1000000/s)",
    "sometimes(users.served < 99%)",
    "eventually(within: 15m, elixir.nodes.stopped > 0)",
    "leadsTo(users.served < 50%, users.served >= 50%)",
    "stays(for: 1m, users.served >= 99%)",
    "atEnd(max(scylla.sessions.utilisation, 10m) <= 100%)",
    "always(p99(rpc.latency, 1m) < 1h)",
    "always(max(gateway.queue, 5m) + guilds.queue * 2 < 1000000000)",
  ]

  static func scenario(
    scale: String, end: String, invariants: [String]
  ) throws(ScenarioErrors) -> OutageScenario {
    let members = invariants.enumerated().map { "\"i\($0)\": \"\($1)\"" }.joined(separator: ", ")
    let text = """
      { "scenario": "benchmark", "end": "\(end)", "scale": "\(scale)",
        "invariants": { \(members) },
        "faults": {
          "stop": { "kind": "elixirNodes", "at": "00:04:00", "cluster": "sessions", "count": 60 } } }
      """
    return try OutageScenario(ScenarioDocument(name: "benchmark.json", text: text))
  }

  static func measure(isQuick: Bool, invariants: [String]) -> Sample {
    let scenario: OutageScenario
    do {
      scenario = try self.scenario(
        scale: isQuick ? "1/10000" : "1/100", end: isQuick ? "00:10:00" : "00:30:00",
        invariants: invariants)
    } catch {
      preconditionFailure("the scenario of a benchmark is sound: \(error)")
    }
    var run = OngoingRun(scenario, seed: 1)
    let time = nanoseconds { run.advance(to: scenario.header.end) }
    return Sample(
      nanoseconds: time, operations: Int(run.simulation.eventCount), digest: run.simulation.digest,
      pending: run.simulation.pendingEvents, queueBytes: nil)
  }

  /// The same run without anything that watches it, plain or with causes remembered.
  static func measureCauses(isQuick: Bool, hasCauses: Bool) -> Sample {
    let scenario: OutageScenario
    do {
      scenario = try self.scenario(
        scale: isQuick ? "1/10000" : "1/100", end: isQuick ? "00:10:00" : "00:30:00",
        invariants: [])
    } catch {
      preconditionFailure("the scenario of a benchmark is sound: \(error)")
    }
    let end = scenario.header.end
    var plain = scenario.simulation(seed: 1)
    guard hasCauses else {
      let time = nanoseconds { plain.run(until: end) }
      return Sample(
        nanoseconds: time, operations: Int(plain.eventCount), digest: plain.digest,
        pending: plain.pendingEvents, queueBytes: nil)
    }
    var causal = CausalSimulation(plain)
    var recorder = CauseRecorder(limit: 100_000_000)
    let time = nanoseconds { causal.run(until: end, observer: &recorder) }
    precondition(recorder.log.count == Int(causal.eventCount), "every event is remembered")
    return Sample(
      nanoseconds: time, operations: Int(causal.eventCount), digest: causal.digest,
      pending: causal.pendingEvents, queueBytes: nil)
  }
}
