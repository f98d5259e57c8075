import Observation
import SimulationKernel
import Testing

@testable import hindsight

@Suite("Exit codes")
struct ExitCodeTests {
  private func record(_ end: EndReason, _ verdict: InvariantVerdict.Verdict) -> RunRecord {
    RunRecord(
      scenario: "s", title: "", seed: 1, version: "", patches: [], scale: "1", scaleFraction: 1,
      start: .start, digest: Digest(), digestTrail: DigestTrail(), events: 1, end: end,
      endedAt: .start, metrics: Metrics(), series: [], facts: [],
      invariants: [InvariantVerdict(id: "i", verdict: verdict)], assumptions: [], timeline: [])
  }

  @Test(
    "A broken invariant counts however the run ended, and then what is missing",
    arguments: [
      (.reachedInstant, .held, .held), (.ranOut, .vacuous, .held),
      (.reachedInstant, .broken, .failed), (.eventBudget, .broken, .failed),
      (.eventBudget, .held, .incomplete), (.instantBudget, .held, .incomplete),
      (.stopped, .held, .incomplete),
    ] as [(EndReason, InvariantVerdict.Verdict, ExitCode)])
  func codes(end: EndReason, verdict: InvariantVerdict.Verdict, code: ExitCode) {
    #expect(ReplayCommand.exitCode(of: record(end, verdict)) == code)
  }

  @Test("The numbers are those of the contract")
  func numbers() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 70, 74, 75, 130])
  }
}
