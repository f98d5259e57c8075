import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Golden")
struct GoldenTests {
  private static func record(_ text: String = TinyCheck.text()) async throws -> Golden {
    var subject = try TinyCheck.subject(text)
    subject.golden = .record(scale: "1/100000", replacing: nil)
    let check = await TinyCheck.check(subject)
    return Golden(
      try #require(check.scenarios[0].runs.golden), of: subject.file.document.root)
  }

  private static func compare(
    _ golden: Golden, _ text: String = TinyCheck.text()
  ) async throws -> CheckCase {
    var subject = try TinyCheck.subject(text)
    subject.golden = .compare(golden)
    return try #require(await TinyCheck.check(subject).only("digest"))
  }

  @Test("What is written reads back as it was")
  func roundTrip() async throws {
    let golden = try await Self.record()
    let document = try ScenarioDocument(name: "g.json", text: golden.text)
    let again = try Golden(document)
    #expect(again == golden && again.text == golden.text)
    #expect(golden.trail.checkpoints.count <= 64 && golden.trail.checkpoints.count > 10)
    #expect(document.root["scenario"] == nil, "it must not be taken for a scenario")
  }

  @Test(
    "Damage is noticed before anything is reckoned with, and named",
    arguments: [
      ("\n  \"seed\": 3", "\n  \"seed\": -3", "'seed'"),
      ("\"interval\": ", "\"interval\": 3", "'interval'"),
      ("\"interval\": ", "\"interval\": 9223372036854775808, \"x\": ", "'interval'"),
      ("\"checkpoints\": [", "\"checkpoints\": [\"xyz\", ", "'checkpoints'"),
      ("\"checkpoints\": [", "\"checkpoints\": [5, ", "'checkpoints'"),
      ("\"checkpoints\": [", "\"checkpoints\": [], \"x\": [", "'checkpoints' has 0 entries"),
      ("\"digest\": \"", "\"digest\": \"-", "'digest'"), ("golden/1", "golden/2", "'schema'"),
      ("\"events\": ", "\"events\": 0, \"y\": ", "'interval'"),
      ("\"document\": ", "\"document\": 5, \"y\": ", "'document' is not the scenario 'tiny'"),
      ("\"scenario\": \"", "\"scenario\": \"x", "'document' is not the scenario 'tiny'"),
      ("\"metrics\": ", "\"m\": ", "'metrics' is no object"),
      ("\"verdicts\": ", "\"verdicts\": 3, \"v\": ", "'verdicts' is no object"),
      ("stopped\": 2.0", "stopped\": \"2\"", "'elixir.nodes.stopped' is no number"),
      ("stopped\": 2.0", "stopped\": null", "'elixir.nodes.stopped' is no number"),
      ("stopped\": \"held\"", "stopped\": 1", "'facts.stopped' is no text"),
    ])
  func damage(part: String, damaged: String, reason: String) async throws {
    let text = try await Self.record().text
    #expect(text.contains(part))
    let document = try ScenarioDocument(
      name: "g.json", text: text.replacing(part, with: damaged, maxReplacements: 1))
    let damage = #expect(throws: Golden.Damage.self) { try Golden(document) }
    #expect(damage?.reason.contains(reason) == true, "\(String(describing: damage))")
  }

  @Test("Checkpoints that no run of the recorded digest has are told")
  func checkpoints() async throws {
    let text = try await Self.record().text
    let entry = #/"[0-9a-f]{16}"(?=,?\s+("[0-9a-f]{16}"|\]))/#
    let zeros = text.replacing(entry, with: "\"0000000000000000\"")
    try #require(zeros != text)
    let golden = try Golden(try ScenarioDocument(name: "g.json", text: zeros))
    let found = try await Self.compare(golden)
    #expect(found.outcome == .failed)
    #expect(CheckWords.finding(found).hasSuffix("the recording is damaged"))
  }

  @Test("Another scenario with the same events is a warning, and so is one that was not recorded")
  func stale() async throws {
    let other = TinyCheck.text().replacing("Two nodes stop", with: "Two stop")
    let changed = try await Self.compare(try await Self.record(), other)
    #expect(changed.outcome == .warned)
    #expect(CheckWords.finding(changed).contains("and the scenario is not; --update"))
    let text = try await Self.record().text.replacing("\"document\": ", with: "\"x\": ")
    let old = try Golden(try ScenarioDocument(name: "g.json", text: text))
    let missing = try await Self.compare(old)
    #expect(missing.outcome == .warned)
    #expect(CheckWords.finding(missing).hasPrefix("recorded without its scenario"))
  }

  @Test("A fact or invariant that claims less than the recorded one is drift")
  func claims() async throws {
    let invariant = "\"invariants\": { \"up\": \"always(elixir.nodes.up >= 10%)\" },"
    let golden = try await Self.record(TinyCheck.text(invariant))
    let weaker = TinyCheck.text(
      invariant.replacing("10%", with: "5%"), facts: TinyCheck.fact("stopped", min: 1))
    let found = try await Self.compare(golden, weaker)
    #expect(found.outcome == .failed)
    #expect(
      CheckWords.details(found) == [
        "claimed otherwise: facts.stopped.min 2 -> 1, invariants.up.that "
          + "always(elixir.nodes.up >= 10%) -> always(elixir.nodes.up >= 5%)"
      ])
    // The long form says the same.
    let long = invariant.replacing("\"always", with: "{ \"why\": \"so\", \"that\": \"always")
      .replacing("%)\"", with: "%)\" }")
    #expect(try await Self.compare(golden, TinyCheck.text(long)).outcome == .warned)
  }

  @Test("The same run is no drift, whatever the seeds of the check are")
  func same() async throws {
    let found = try await Self.compare(try await Self.record())
    #expect(found.outcome == .passed)
  }

  @Test("A run that parts later is found between two checkpoints")
  func drift() async throws {
    let golden = try await Self.record()
    let later = TinyCheck.text().replacing("\"count\": 2", with: "\"count\": 3")
    let found = try await Self.compare(golden, later)
    #expect(found.outcome == .failed)
    guard case .drift(let drift) = found.evidence else {
      Issue.record("no drift: \(found)")
      return
    }
    let (agreed, differs) = try #require(drift.interval)
    let step = max(drift.old.trail.interval, drift.new.trail.interval)
    #expect(agreed.events > 0 && differs.events - agreed.events <= step)
    #expect(try #require(agreed.at) <= .start + .seconds(10))
    #expect(try #require(differs.at) >= .start + .seconds(10))
    // The event itself, from both versions' lists.
    func list(_ text: String) throws -> [Replay.ListedEvent] {
      var events: [Replay.ListedEvent] = []
      Replay.list(
        events: (agreed.events + 1)...differs.events, of: try TinyCheck.subject(text).scenario
      ) { events.append($0) }
      return events
    }
    let (old, new) = (try list(TinyCheck.text()), try list(later))
    let parts = try #require(zip(old, new).first { $0 != $1 })
    // The third node stops, where the recorded run had nothing more at that time.
    #expect(parts.1.time == .start + .seconds(10) && parts.0.time > parts.1.time)
    #expect(old[0].number == agreed.events + 1 && old[0] == new[0])
    #expect(drift.changes.contains { $0.name == "elixir.nodes.stopped" && $0.new == "3" })
  }

  @Test("A run that is longer parts at its first event that the other has not")
  func longer() async throws {
    let golden = try await Self.record()
    let found = try await Self.compare(golden, TinyCheck.text().replacing(":30\"", with: ":35\""))
    guard case .drift(let drift) = found.evidence, let interval = drift.interval else {
      Issue.record("no drift: \(found)")
      return
    }
    #expect(interval.agreed.events <= golden.events)
    #expect(interval.differs.events <= golden.events + 1)
  }

  @Test("Figures that are others are drift, new ones are not")
  func figures() async throws {
    let golden = try await Self.record()
    let claims = TinyCheck.text(
      facts: TinyCheck.fact("stopped", min: 2) + "," + TinyCheck.fact("more", min: 1))
    #expect(try await Self.compare(golden, claims).outcome == .warned)
    let failing = try await Self.compare(
      golden, TinyCheck.text(facts: TinyCheck.fact("stopped", min: 3)))
    #expect(failing.outcome == .failed)
    #expect(
      CheckWords.details(failing) == [
        "facts.stopped held -> failed", "claimed otherwise: facts.stopped.min 2 -> 3",
      ])
  }

  @Test("A scenario without one is a warning")
  func missing() async throws {
    var subject = try TinyCheck.subject()
    subject.golden = .missing
    let check = await TinyCheck.check(subject)
    #expect(check.only("digest")?.outcome == .warned && check.result == .passed)
  }

  @Test("Recording says what has changed")
  func update() async throws {
    let golden = try await Self.record()
    var subject = try TinyCheck.subject(
      TinyCheck.text().replacing("\"count\": 2", with: "\"count\": 3"))
    subject.golden = .record(scale: "1/100000", replacing: golden)
    let check = await TinyCheck.check(subject)
    let found = try #require(check.only("digest"))
    #expect(found.outcome == .passed)
    let details = CheckWords.details(found)
    #expect(details.first?.hasPrefix("the scenario has changed") == true, "\(details)")
    let text = CheckText(check, style: TextStyle(), reproduce: []).text
    #expect(text.contains("  new  digest recorded anew: \(golden.digest)"))
  }
}
