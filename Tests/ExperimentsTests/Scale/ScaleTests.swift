import Experiments
import Foundation
import Observation
import SimulationKernel
import Testing

@Suite("Scale: samples of the users")
struct ScaleTests {
  @Test("What happens to the nodes does not depend on how many users are sampled")
  func nodesAreNotScaled() throws {
    let records = try ["1/20000", "1/4000", "1/1000"].map { scale in
      try Incident.discord.replay(["scale=\(scale)", "start=14:16", "end=14:19"])
    }
    for name in [
      "elixir.nodes.stopped", "elixir.watchers.crashed", "etcd.corrupt.written",
      "faults.connection.first.at", "capacity.fall.at", "elixir.nodes.stopped.clusters",
    ] {
      let values = Set(records.map { $0.metrics[name] })
      #expect(values.count == 1 && values.first != .some(nil), "\(name): \(values)")
    }
    // Sampled, and still the same share of ten million: the ring deals sessions to nodes unevenly.
    let lost = records.compactMap { $0.metrics["clients.connections.lost"] }
    #expect(lost.count == 3)
    for value in lost { #expect((4.5e6...6e6).contains(value)) }
  }

  static let metrics = [
    "elixir.nodes.stopped.share", "outage.minutes", "outage.recovered.clock",
    "alerts.cleared.clock", "guilds.loaded.clock", "clients.attempts", "clients.connections.lost",
    "users.unserved.minutes", "scylla.repair.relief", "throttle.raises.gain",
  ]

  @Test(
    "Thorough: users sampled 1:1000, 1:100 and 1:10 give the same facts",
    .enabled(if: isThorough))
  func samplesConverge() async throws {
    let scales = ["1/1000", "1/100", "1/10"]
    let seeds: [UInt64] = [20_200_316, 1, 2, 3]
    let runs = scales.flatMap { scale in seeds.map { (scale, $0) } }
    let records = try await inParallel(runs) { scale, seed in
      try Incident.discord.replay(["scale=\(scale)"], seed: seed)
    }
    for ((scale, seed), record) in zip(runs, records) {
      let figures = Self.metrics.map { name in
        let value = record.metrics[name]
        let isClock = record.metrics.unit(of: name) == .clock
        return isClock ? clock(value) : value.map { String(format: "%.4g", $0) } ?? "none"
      }
      let failed = record.facts.filter { !$0.pass }.map(\.fact.id)
      print("\(scale) seed \(seed):", figures.joined(separator: " "), "failed: \(failed)")
      #expect(failed.isEmpty, "\(scale), seed \(seed)")
    }
    print("(\(Self.metrics.joined(separator: " ")))")
  }
}
