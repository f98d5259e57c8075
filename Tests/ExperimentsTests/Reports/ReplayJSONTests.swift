import GoldenTexts
import Observation
import Reports
import Scenarios
import SimulationKernel
import Testing

@Suite("ReplayJSON")
struct ReplayJSONTests {
  private func document(_ text: String) throws -> DocumentValue {
    try ScenarioParser.parse(SourceText(name: "replay.json", text: text))
  }

  private func keys(_ value: DocumentValue?) -> [String] { value?.members?.map(\.key) ?? [] }

  @Test("The JSON is the stored one")
  func isStored() throws {
    #expect(
      try GoldenText.difference(
        ReplayJSON.text(of: RecordFixture.record()), from: "Reports/replay.json") == nil)
  }

  @Test("It has the promised keys, sorted")
  func hasKeys() throws {
    let root = try document(ReplayJSON.text(of: RecordFixture.record()))
    #expect(
      keys(root) == [
        "assumptions", "digest", "end", "events", "facts", "invariants", "metrics", "patches",
        "scenario", "schema", "seed", "version",
      ])
    #expect(root["schema"]?.string == "hindsight.replay/1")
    #expect(root["seed"]?.number?.uint64 == .max)
    #expect(root["digest"]?.string == "00123456789abcde")
    #expect(
      keys(root["facts"]?.elements?.first) == ["claim", "expected", "id", "measured", "pass"])
    #expect(keys(root["invariants"]?.elements?.first) == ["at", "detail", "id", "verdict"])
    #expect(root["invariants"]?.elements?[1]["at"]?.string == "14:19:03.12")
    #expect(keys(root["assumptions"]?.elements?.first) == ["path", "range", "value"])
    let names = keys(root["metrics"])
    #expect(names.contains("users.unserved.minutes") && names == names.sorted())
  }

  @Test("Series come when they are asked for; what is no number is null")
  func hasSeries() throws {
    let root = try document(ReplayJSON.text(of: RecordFixture.record(), hasSeries: true))
    let series = try #require(root["series"])
    #expect(keys(series) == ["api.utilisation", "users.served"])
    #expect(keys(series["users.served"]) == ["step", "unit", "values"])
    #expect(series["users.served"]?["step"]?.string == "10s")
    #expect(series["users.served"]?["values"]?.elements?.count == 720)
    #expect(series["api.utilisation"]?["values"]?.elements?[1].isNull == true)
  }

  @Test(
    "The end of a run has one of three words",
    arguments: [
      (EndReason.reachedInstant, "horizon"), (.ranOut, "horizon"), (.stopped, "stopped"),
      (.conditionFailed, "stopped"), (.eventBudget, "budget"), (.timeBudget, "budget"),
      (.instantBudget, "budget"), (.reachedCount, "budget"),
    ])
  func hasEnd(reason: EndReason, word: String) throws {
    let root = try document(ReplayJSON.text(of: RecordFixture.record(end: reason)))
    #expect(root["end"]?.string == word)
  }

  @Test("A fact that was not reached neither passes nor fails")
  func isNotReached() throws {
    let record = RecordFixture.record(endedAt: "14:30")
    let facts = try #require(try document(ReplayJSON.text(of: record))["facts"]?.elements)
    let judged = facts.map { fact -> String in
      let verdict = fact["pass"]?.isNull == true ? "null" : "bool"
      return "\(fact["id"]?.string ?? "") \(verdict)"
    }
    #expect(
      judged == [
        "half-stops bool", "capacity-falls bool", "alerts null", "outage null", "recovered null",
        "lost bool", "one-value bool",
      ])
    #expect(facts[2]["measured"]?.isNull == true)
  }
}
