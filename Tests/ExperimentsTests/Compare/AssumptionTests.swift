import Scenarios
import Systems
import Testing

@testable import Experiments

@Suite("Assumptions as an experiment varies them")
struct AssumptionTests {
  private func assumptions(_ sets: [String] = []) throws -> [Assumption] {
    let file = try ComparisonFixture.file()
    let document = try file.resolve(sets.map { .set($0) }).document
    return Assumption.all(of: try OutageScenario(document), in: file)
  }

  private func assumption(_ path: String, _ sets: [String] = []) throws -> Assumption {
    try #require(try assumptions(sets).first { $0.path == path })
  }

  @Test("Every value that one can take is one that a scenario may have")
  func isReadable() throws {
    let file = try ComparisonFixture.file()
    let all = try assumptions()
    #expect(all.count > 80)
    for assumption in all {
      #expect(!assumption.ends.isEmpty && !assumption.ends.contains(assumption.value))
      for text in assumption.ends + [0, 0.25, 0.5, 1].map(assumption.text) {
        // Two parameters may contradict each other; a wrong value is another kind of error.
        do throws(ScenarioErrors) {
          let document = try file.resolve([.set("\(assumption.path)=\(text)")]).document
          _ = try OutageScenario(document)
        } catch {
          #expect(
            error.errors.allSatisfy { $0.kind == .conflict },
            "\(assumption.path)=\(text): \(error.errors.map(\.message))")
        }
      }
    }
  }

  @Test("A narrow range is walked from end to end, and a wide one around the value")
  func ends() throws {
    #expect(try assumption("clients.timeout").ends == ["5s", "20s"])
    #expect(try assumption("clients.timeout").text(at: 0.5) == "12.5s")
    // 100 to 10 million is no belief.
    #expect(try assumption("gateway.concurrency").ends == ["30000", "120000"])
    #expect(
      try assumption("gateway.concurrency", ["gateway.concurrency=150"]).ends == ["100", "300"])
    #expect(try assumption("guilds.skew").ends == ["0", "0.9"])
  }

  @Test("Of a choice every word is met, and both ends are others than the present one")
  func words() throws {
    let jitter = try assumption("clients.backoff.jitter")
    #expect(Set([0, 0.3, 0.6, 1].map(jitter.text)) == ["none", "equal", "full", "decorrelated"])
    #expect(jitter.ends == ["none", "decorrelated"])
    #expect(try assumption("clients.silentLoss").ends == ["true"])
  }

  @Test("What has a source, or is set by a hypothesis, is not varied")
  func leavesOut() throws {
    let paths = Set(try assumptions().map(\.path))
    #expect(!paths.contains("announce.retryDelay") && !paths.contains("clients.heartbeat"))
    #expect(paths.contains("announce.interval"))
  }
}
