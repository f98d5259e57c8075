import Scenarios
import Testing

@testable import Experiments

@Suite("Which mitigations are asked for")
struct MitigationChoiceTests {
  private func choice(
    lists: [String] = [], single: [String] = []
  ) throws -> [String] {
    let file = try ComparisonFixture.file()
    var choice = MitigationChoice()
    for list in lists { try choice.add(list: list, option: "--mitigations", of: file) }
    for name in single { try choice.add(name, option: "--mitigation", of: file) }
    return choice.arms(of: file).map(\.name)
  }

  @Test("All of them and a pair are all of them and the pair")
  func allAndMore() throws {
    #expect(try choice(lists: ["all"]) == ["good", "idle", "bad"])
    #expect(
      try choice(lists: ["all"], single: ["good+bad"]) == ["good", "idle", "bad", "good+bad"])
    #expect(try choice(lists: ["idle+bad,all"]) == ["good", "idle", "bad", "idle+bad"])
    #expect(try choice(lists: ["all,good"]) == ["good", "idle", "bad"])
    #expect(try choice(lists: ["bad,good+idle"], single: ["idle"]) == ["bad", "good+idle", "idle"])
    #expect(try choice() == [])
  }

  @Test(
    "An unknown, empty or repeated name is an error at its place",
    arguments: [
      ("goood", 1, "there is no mitigation 'goood'"),
      ("good,bda", 6, "there is no mitigation 'bda'"),
      ("idle+goood", 6, "there is no mitigation 'goood'"), ("good+", 6, "expected the name"),
      ("+", 1, "expected the name"), ("good,,bad", 6, "expected the name"),
      ("", 1, "expected the name"), ("good,good", 6, "'good' is asked for twice"),
      ("bad,good+good", 10, "'good' stands here twice"),
    ])
  func wrong(list: String, column: Int, message: String) throws {
    let error = try #require(throws: ScenarioErrors.self) { try choice(lists: [list]) }
    let first = try #require(error.errors.first)
    #expect(first.message.hasPrefix(message), "\(first.message)")
    #expect(first.location?.fileName == "--mitigations")
    #expect(first.location?.column == column)
  }

  @Test("Every wrong name of a list is told")
  func allWrong() throws {
    let error = try #require(throws: ScenarioErrors.self) { try choice(lists: ["x,good,y+z"]) }
    #expect(error.errors.count == 3)
  }

  @Test("A repetition in another option is one too")
  func repeatedOption() {
    #expect(throws: ScenarioErrors.self) { try choice(lists: ["good"], single: ["good"]) }
    #expect(throws: ScenarioErrors.self) { try choice(single: ["good+bad", "good+bad"]) }
  }
}
