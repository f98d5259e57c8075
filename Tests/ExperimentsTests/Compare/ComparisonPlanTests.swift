import Foundation
import Scenarios
import Systems
import Testing

@testable import Experiments

@Suite("Plans of comparisons")
struct ComparisonPlanTests {
  @Test("Without names every mitigation is an arm, in the order of the file")
  func all() throws {
    let plan = try ComparisonPlan(ComparisonFixture.file())
    #expect(plan.arms.map(\.name) == ["good", "idle", "bad"])
    #expect(plan.arms[0].summary == "Sends one segment.")
  }

  @Test("Mitigations joined by a plus are one arm with both patches")
  func pairs() throws {
    let file = try ComparisonFixture.file()
    let plan = try ComparisonPlan(
      file, arms: ComparisonFixture.arms(["good+bad", "bad"], of: file))
    #expect(plan.arms.map(\.mitigations) == [["good", "bad"], ["bad"]])
    #expect(plan.arms[0].summary == "Sends one segment. Queues less.")
    let both = plan.cases[0].arms[0].configuration
    #expect(both.network.segments == 1)
    #expect(both.gateway.queueBound == 5)
    #expect(plan.cases[0].arms[1].configuration.network.segments == 2)
  }

  @Test("A hypothesis that is named is the only setting, and patches hold for the baseline too")
  func hypothesis() throws {
    let plan = try ComparisonPlan(
      ComparisonFixture.file(), patches: [.hypothesis("far"), .set("announce.segments=1")])
    #expect(plan.settings.map(\.name) == ["far"])
    #expect(plan.cases[0].baseline.configuration.network.segments == 1)
    #expect(plan.cases[0].baseline.configuration.api.announceRetryDelay == .seconds(60))
  }

  @Test("Several hypotheses that are named hold together, as one setting")
  func hypotheses() throws {
    let plan = try ComparisonPlan(
      ComparisonFixture.file(), patches: [.hypothesis("far"), .hypothesis("near")])
    #expect(plan.settings.map(\.name) == ["far+near"])
    #expect(plan.cases[0].baseline.configuration.api.announceRetryDelay == .seconds(60))
  }

  @Test(
    "A mitigation that sets what all runs have in common is no arm, but may be there",
    arguments: [
      ("seed", "1"), ("scale", "1"), ("start", #""00:01:00""#), ("end", #""00:30:00""#),
      ("compare.until", #""00:30:00""#),
    ])
  func incomparable(path: String, value: String) throws {
    let keys = path.split(separator: ".")
    let key = keys[keys.count - 1]
    let patch =
      keys.map { "\"\($0)\": " }.joined(separator: "{ ") + value
      + keys.dropFirst().map { _ in " }" }.joined()
    let text = ComparisonFixture.text.replacing(#""gateway": { "queueBound": 5 }"#, with: patch)
    let file = try ComparisonFixture.file(text)
    let error = try #require(throws: ScenarioErrors.self) { try ComparisonPlan(file) }
    let first = try #require(error.errors.first)
    #expect(error.errors.count == 1)
    #expect(first.message == "the mitigation 'bad' sets '\(path)' and cannot be compared")
    #expect(first.location?.text == "\"\(key)\"")
    #expect(
      try ComparisonPlan(file, arms: ComparisonFixture.arms(["good"], of: file)).arms.count == 1)
  }

  @Test("Runs end with the scenario unless it says how long to compare")
  func until() throws {
    #expect(try ComparisonPlan(ComparisonFixture.file()).until.description == "01:00:00")
    let text = ComparisonFixture.text.replacing(
      #""scale""#, with: #""compare": { "until": "00:40:00" }, "scale""#)
    #expect(try ComparisonPlan(ComparisonFixture.file(text)).until.description == "00:40:00")
    let late = text.replacing("00:40:00", with: "02:00:00")
    #expect(throws: ScenarioErrors.self) {
      try ComparisonPlan(ComparisonFixture.file(late))
    }
  }

  @Test("Of two mitigations, one of which removes what the other changes, nothing else is said")
  func removes() throws {
    let text = try String(contentsOfFile: Incident.discord.path, encoding: .utf8)
    let file = try ScenarioFile(ScenarioDocument(name: "discord", text: text))
    let error = try #require(throws: ScenarioErrors.self) {
      try ComparisonPlan(
        file, arms: ComparisonFixture.arms(["throttle-from-the-start+earlier-throttle"], of: file))
    }
    #expect(
      error.errors.map(\.message) == [
        "--mitigation earlier-throttle changes 'operators.throttle', "
          + "which --mitigation throttle-from-the-start takes away"
      ])
  }

  @Test(
    "A throttle from the start is the only one: no operator sets another or takes it off",
    arguments: [
      .mitigation("throttle-from-the-start"), .withoutCause("missing-throttle"),
    ] as [PatchSelection])
  func throttleFromTheStart(selection: PatchSelection) throws {
    let text = try String(contentsOfFile: Incident.discord.path, encoding: .utf8)
    let file = try ScenarioFile(ScenarioDocument(name: "discord", text: text))
    let scenario = try OutageScenario(file.resolve([selection]).document)
    #expect(scenario.configuration.gateway.throttleRate == 2_000)
    let steps = scenario.configuration.people.steps
    #expect(steps.count == 5)
    for step in steps {
      if case .setThrottle = step.action { Issue.record("'\(step.name)' sets the throttle") }
    }
  }
}
