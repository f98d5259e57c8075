import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Events in words")
struct EventWordsTests {
  @Test("People read words, programs the names of cases")
  func sentences() throws {
    let scenario = try ForkRuns.scenario()
    let words = EventWords(scenario, scenario)
    let stopped = OutageEvent.elixir(.nodeStopped(ElixirNodeID(119)))
    #expect(words.sentence(stopped) == "elixir: node stopped, elixir node 119")
    #expect(words.text(stopped) == "elixir(nodeStopped(ElixirNodeID(rawValue: 119)))")
    let restart = words.sentence(.elixir(.restartRequested(count: 3)))
    #expect(restart.hasPrefix("elixir: restart requested, ") && restart.hasSuffix("3"))
    #expect(
      words.sentence(.elixir(.guildLoadTimedOut(GuildID(5), load: 2)))
        == "elixir: guild load timed out, guild 5, load 2")
    #expect(words.sentence(.operations(.trafficDue)) == "operations: traffic due")
    #expect(words.sentence(.operations(.throttleSet(7))) == "throttle set to 7/s")
  }

  @Test("Names are taken apart where a word begins")
  func spaced() {
    #expect(EventWords.spaced("nodeStopped") == "node stopped")
    #expect(EventWords.spaced("APINodeID") == "api node id")
    #expect(EventWords.spaced("up") == "up")
  }

  @Test("A report keeps within the terminal, has no Swift, and says how a condition is looked at")
  func report() async throws {
    let outcome = try await Fork.run(
      ForkRuns.plan(
        at: "elixir.nodes.up < 90%", [ForkRuns.request("narrow", ["gateway.queueBound=900"])]),
      version: "test")
    guard case .forked(let fork) = outcome else {
      Issue.record("the condition holds in this scenario")
      return
    }
    let text = ForkText(fork, style: TextStyle(width: 80), reproduce: ["x"]).text
    for line in text.split(separator: "\n") {
      #expect(TerminalText.width(String(line)) <= 80, "\(line)")
    }
    #expect(!text.contains("rawValue"))
    #expect(text.contains("the first second at which elixir.nodes.up < 90%"))
    #expect(text.contains("Looked at on every second"))
  }
}
