import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Divergence of scenarios")
struct DivergenceTests {
  @Test(
    "Scenarios run alike until the first step or fault that differs; from the start otherwise",
    arguments: [
      (["operators.throttle.at=14:18:20"], "14:18:20"),
      (["operators.throttle.rate=7/s"], "14:18:30"),
      (["operators.throttle=null", "faults.later.share=0.3"], "14:18:30"),
      (["faults.first-announce-cut.afterSegment=2"], "14:18:00"),
      (["operators.deploy-fix.set.announce.segments=2"], "23:00:00"),
      (["title=other", "timeline=[]"], "14:19:00"),
      (["gateway.queueBound=900"], nil),
      (["operators.throttle.at=null", "operators.throttle.when=users.served < 50%"], nil),
    ] as [([String], String?)])
  func divergence(patch: [String], expected: String?) throws {
    let (base, changed) = (try ForkRuns.scenario(), try ForkRuns.scenario(patch))
    #expect(changed.divergence(from: base) == expected.flatMap { Instant(parsing: $0) })
    #expect(base.divergence(from: changed) == changed.divergence(from: base))
    #expect(base.divergence(from: base) == base.header.end)
  }

  @Test("A comparison gives the same outcomes with shared prefixes and without, with any jobs")
  func sharing() async throws {
    let text = """
      { "scenario": "small", "scale": "1/10000", "start": "14:18", "end": "14:30", "seed": 3,
        "compare": { "until": "14:18:40" },
        "operators": {
          "throttle": { "at": "14:18:20", "action": "setThrottle", "rate": "600/s" },
          "restart": { "at": "14:18:10", "action": "restartNodes" } },
        "faults": { "stop": { "kind": "connections", "at": "14:18:05", "share": 0.5 } },
        "mitigations": {
          "later": { "summary": "L.",
            "patch": { "operators": { "throttle": { "at": "14:18:30" } } } },
          "narrow": { "summary": "N.", "patch": { "gateway": { "queueBound": 900 } } },
          "none": { "summary": "X.", "patch": { "operators": { "restart": null } } },
          "beyond": { "summary": "B.",
            "patch": { "operators": { "more": { "at": "14:25", "action": "restartNodes" } } } } } }
      """
    let plan = try ComparisonPlan(ScenarioFile(ScenarioDocument(name: "s", text: text)))
    var (shared, alone) = (
      ComparisonRuns(plan, version: "test"), ComparisonRuns(plan, version: "test")
    )
    var told: [Int] = []
    await shared.extend(by: 2, jobs: 2, progress: { done, _ in told.append(done) })
    await alone.extend(by: 2, jobs: 1, sharesPrefixes: false)
    #expect(shared.seeds == [3, 4] && alone.seeds == [3, 4] && told.last == 10)
    #expect(shared.baseline(0) == alone.baseline(0))
    for arm in 0..<4 { #expect(shared.arm(arm, 0) == alone.arm(arm, 0), "arm \(arm)") }
    #expect(shared.arm(3, 0).map(\.digest) == shared.baseline(0).map(\.digest))
    #expect(shared.arm(0, 0).map(\.digest) != shared.baseline(0).map(\.digest))
  }
}
