import HindsightTesting
import Testing

@Suite("A restart of session nodes")
struct RestartTests {
  private let scenario = Result { try ScenarioUnderTest(contentsOf: "scenarios/restart.json") }

  @Test("No client is lost, whatever the luck")
  func conserves() async throws {
    let runs = try await scenario.get().run(seeds: 20)
    #expect(runs.failure(of: "clients.conserved") == nil)
    #expect(runs.failure(of: "two-stop") == nil)
  }

  @Test("With half of the nodes it is another incident, and says so")
  func mitigated() async throws {
    let runs = try await scenario.get().mitigated(by: "half").run(seeds: 2)
    let failure = try #require(runs.failure(of: "two-stop"))
    let command = "hindsight replay scenarios/restart.json --seed 1 --mitigation half"
    #expect(failure.contains("reproduce: \(command)"))
  }
}
