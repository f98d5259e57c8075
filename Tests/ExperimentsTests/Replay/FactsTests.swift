import Experiments
import Foundation
import Observation
import SimulationKernel
import Testing

@Suite("Facts of 16 March 2020")
struct FactsTests {
  /// What the account says about the lost nodes; true under every hypothesis.
  static let nodeFacts = [
    "join", "remote-disconnected", "empty-value", "watchers-crash", "loops-end", "nodes-stopped",
    "stopped-at-once", "several-clusters", "capacity-falls", "falls-at-once",
  ]
  static let hypotheses = ["window", "period", "phase"]

  @Test("The facts about the lost nodes hold under each hypothesis", arguments: hypotheses)
  func nodeFactsHold(hypothesis: String) throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let record = try Incident.discord.replay(Brief.nodes, hypothesis: hypothesis, seed: seed)
      for id in Self.nodeFacts {
        let verdict = try #require(record.facts.first { $0.fact.id == id })
        #expect(verdict.pass, "seed \(seed): \(id) is \(verdict.measured ?? .nan)")
      }
    }
  }

  @Test("A run that is too short for a fact does not pass it by having no figure")
  func noFigureIsNoPass() throws {
    let record = try Incident.discord.replay(["scale=1/20000", "start=14:16", "end=14:17"])
    for verdict in record.facts where verdict.measured == nil { #expect(!verdict.pass) }
    let passed = record.facts.filter(\.pass).map(\.fact.id)
    for id in ["join", "empty-value", "nodes-stopped", "most-unserved", "recovered", "fix-hit"] {
      #expect(!passed.contains(id), "\(id)")
    }
  }

  @Test(
    "Thorough: each fact holds for at least 95 of 100 seeds under the default hypothesis",
    .enabled(if: isThorough))
  func hundredSeeds() async throws {
    try await judge(hypothesis: nil, ids: nil, sets: [])
  }

  @Test(
    "Thorough: the facts about the lost nodes hold for at least 95 of 100 seeds",
    .enabled(if: isThorough), arguments: hypotheses)
  func hundredSeedsOfNodes(hypothesis: String) async throws {
    try await judge(hypothesis: hypothesis, ids: Self.nodeFacts, sets: ["end=14:22"])
  }

  private func judge(hypothesis: String?, ids: [String]?, sets: [String]) async throws {
    let seeds = Array(1...100 as ClosedRange<UInt64>)
    let verdicts = try await inParallel(seeds) { seed in
      try Incident.discord.replay(sets, hypothesis: hypothesis, seed: seed).facts
    }
    print("facts under '\(hypothesis ?? "default")', seeds 1...100 [Wilson 95 %]:")
    for index in verdicts[0].indices {
      let fact = verdicts[0][index].fact
      guard ids?.contains(fact.id) ?? true else { continue }
      let passes = verdicts.filter { $0[index].pass }.count
      let proportion = Proportion(passes, of: seeds.count)
      let range = proportion.interval()
      let failed = zip(seeds, verdicts).filter { !$0.1[index].pass }.map { "\($0.0)" }
      print(
        "  \(fact.id): \(passes)/100",
        String(format: "[%.3f, %.3f]", range.lowerBound, range.upperBound),
        Self.spread(of: verdicts.map { $0[index] }),
        failed.isEmpty ? "" : "fails with seed " + failed.joined(separator: " "))
      #expect(passes >= 95, "\(fact.id) holds for \(passes) of 100 seeds")
    }
  }

  /// Least, middle and greatest figure, and the bounds.
  private static func spread(of verdicts: [FactVerdict]) -> String {
    let fact = verdicts[0].fact
    let values = verdicts.compactMap(\.measured).sorted()
    func text(_ value: Double) -> String {
      fact.unit == .clock ? clock(value) : String(format: "%.4g", value)
    }
    guard let least = values.first, let most = values.last else { return "no figure" }
    let bounds = [fact.min, fact.max].map { $0.map(text) ?? "" }.joined(separator: "...")
    return "\(text(least)) \(text(values[values.count / 2])) \(text(most)) in \(bounds)"
  }
}
