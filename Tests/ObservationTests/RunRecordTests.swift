import SimulationKernel
import Testing

@testable import Observation

@Suite("RunRecord")
struct RunRecordTests {
  private func at(_ seconds: Int64) -> Instant { .start + .seconds(seconds) }

  private func verdict(_ pass: Bool, measured: Double? = 1, reported: Int64? = nil) -> FactVerdict {
    let fact = Fact(
      id: "f", claim: "", source: "", reported: reported.map(at), measure: "m", unit: .count,
      min: nil, max: nil)
    return FactVerdict(fact: fact, measured: measured, pass: pass)
  }

  private func record(
    _ facts: [FactVerdict] = [], _ invariants: [InvariantVerdict] = [],
    end: EndReason = .reachedInstant, endedAt: Int64 = 100, scenarioEnd: Int64? = 100
  ) -> RunRecord {
    RunRecord(
      scenario: "s", title: "", seed: 1, version: "", patches: [], scale: "1", scaleFraction: 1,
      start: .start, digest: Digest(), digestTrail: DigestTrail(), events: 1, end: end,
      endedAt: at(endedAt), metrics: Metrics(), series: [], facts: facts, invariants: invariants,
      assumptions: [], timeline: [], scenarioEnd: scenarioEnd.map(at))
  }

  @Test(
    "A run is cut short when it ends before its scenario does, unless nothing was left to happen",
    arguments: [
      (.reachedInstant, 100, 100, false), (.reachedInstant, 99, 100, true),
      (.eventBudget, 40, 100, true), (.ranOut, 40, 100, false), (.reachedInstant, 40, nil, false),
    ] as [(EndReason, Int64, Int64?, Bool)])
  func cutShort(end: EndReason, endedAt: Int64, scenarioEnd: Int64?, isCut: Bool) {
    let record = record(end: end, endedAt: endedAt, scenarioEnd: scenarioEnd)
    #expect(record.wasCutShort == isCut)
  }

  @Test("A whole run judges every fact, and no value is a failure")
  func judges() {
    let record = record()
    #expect(record.outcome(of: verdict(true)) == .held)
    #expect(record.outcome(of: verdict(false)) == .failed)
    #expect(record.outcome(of: verdict(false, measured: nil)) == .failed)
    #expect(record.outcome(of: verdict(false, reported: 200)) == .failed)
  }

  @Test("A run that was cut short judges only what it has seen")
  func judgesPart() {
    let record = record(endedAt: 50)
    #expect(record.outcome(of: verdict(false, measured: nil, reported: 10)) == .notReached)
    #expect(record.outcome(of: verdict(true)) == .held)
    #expect(record.outcome(of: verdict(false)) == .notReached)
    #expect(record.outcome(of: verdict(false, reported: 49)) == .failed)
    #expect(record.outcome(of: verdict(true, reported: 49)) == .held)
    #expect(record.outcome(of: verdict(true, reported: 50)) == .notReached)
  }

  @Test("What no longer run could mend has failed, and what still can fall has not")
  func beyondRepair() {
    var metrics = Metrics()
    metrics.set("m", .count, 5)
    func fact(min: Double? = nil, max: Double? = nil) -> Fact {
      Fact(
        id: "f", claim: "", source: "", reported: nil, measure: "m", unit: .count, min: min,
        max: max)
    }
    let record = record(endedAt: 50)
    let exceeded = fact(max: 4)
    #expect(record.outcome(of: exceeded.verdict(in: metrics, onlyGrows: true)) == .failed)
    #expect(record.outcome(of: exceeded.verdict(in: metrics)) == .notReached)
    #expect(record.outcome(of: fact(min: 6).verdict(in: metrics, onlyGrows: true)) == .notReached)
    #expect(record.outcome(of: fact(max: 5).verdict(in: metrics, onlyGrows: true)) == .held)
    #expect(
      record.outcome(of: exceeded.verdict(in: Metrics(), onlyGrows: true)) == .notReached)
  }

  @Test("A record holds when no fact failed and no invariant broke")
  func holds() {
    func invariant(_ verdict: InvariantVerdict.Verdict) -> InvariantVerdict {
      InvariantVerdict(id: "i", verdict: verdict)
    }
    #expect(record([verdict(true)], [invariant(.held), invariant(.vacuous)]).holds)
    #expect(!record([verdict(true), verdict(false)]).holds)
    #expect(!record([verdict(true)], [invariant(.held), invariant(.broken)]).holds)
    #expect(record([verdict(false)], endedAt: 50).holds)
    #expect(!record([verdict(false)], [invariant(.broken)], endedAt: 50).holds)
  }

  @Test("A timeline entry is told by what happened, when it was reported and when it was simulated")
  func entries() {
    let entry = TimelineEntry(.outcome, "a", reported: at(1), simulated: nil)
    #expect(entry.fact == nil)
    #expect(entry == TimelineEntry(.outcome, "a", reported: at(1), simulated: nil))
    #expect(entry != TimelineEntry(.action, "a", reported: at(1), simulated: nil))
    #expect(entry != TimelineEntry(.outcome, "a", reported: nil, simulated: at(1)))
    #expect(entry != TimelineEntry(.outcome, "a", reported: at(1), simulated: nil, fact: "f"))
  }
}
