import Experiments
import Foundation
import Scenarios
import SimulationKernel
import Systems

let path = CommandLine.arguments[2]
let text = try String(contentsOfFile: path, encoding: .utf8)
do throws(ScenarioErrors) {
  let file = try ScenarioFile(ScenarioDocument(name: path, text: text))
  let sets = CommandLine.arguments.dropFirst(3).map { argument in
    argument.hasPrefix("@") ? PatchSelection.hypothesis(String(argument.dropFirst())) : PatchSelection.set(argument)
  }
  let resolved = try file.resolve(Array(sets))
  let scenario = try OutageScenario(resolved.document)
  let began = ContinuousClock.now
  let record = Replay.run(scenario, version: "0")
  print("wall", ContinuousClock.now - began, "events", record.events, "digest", String(record.digest.value, radix: 16), record.end)
  for m in record.metrics.all { print(m.name, m.unit.rawValue, m.unit == .clock ? Instant(nanoseconds: Int64(m.value * 1e9)).description : "\(m.value)") }
  for f in record.facts { print(f.pass ? "ok  " : "FAIL", f.fact.id, f.measured ?? -1, f.fact.min ?? -1, f.fact.max ?? -1) }
  for i in record.invariants { print(i.verdict, i.id) }
  let names = ["users.served", "users.connected", "elixir.nodes.up", "guilds.loaded", "api.nodes.serving", "api.utilisation", "scylla.sessions.utilisation", "scylla.guilds.utilisation", "scylla.sessions.queue", "scylla.guilds.queue", "gateway.queue","clients.attempts","gateway.admitted"]
  print("time", names)
  for minute in stride(from: 0, to: 110, by: 2) {
    let t = Instant(nanoseconds: (14 * 3600 + Int64(minute) * 60) * 1_000_000_000)
    let row = names.map { name in
      let v = record.series(name)?.value(at: t) ?? -1
      return v > 1000 ? "\(Int(v / 1000))k" : v > 2 ? "\(Int(v))" : String(format: "%.2f", v)
    }
    print(t, row.joined(separator: "  "))
  }
} catch {
  print(ErrorRenderer().text(of: error))
}
