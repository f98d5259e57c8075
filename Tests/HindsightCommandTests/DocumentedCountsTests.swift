import Foundation
import Scenarios
import Systems
import Testing

@testable import hindsight

/// What the documentation counts is what there is.
@Suite("Counts in the documentation")
struct DocumentedCountsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: Self.root.appending(path: path)), as: UTF8.self)
  }

  @Test("The facts of 16 March are as many as its scenario has")
  func facts() throws {
    let scenario = try ScenarioDocument(
      name: "discord", text: try text("scenarios/discord-2020-03-16.json"))
    let count = try #require(scenario.root["facts"]?.elements?.count)
    let pages = "Sources/hindsight/Hindsight.docc/"
    #expect(try text("README.md").contains("All \(count) facts of the account hold"))
    #expect(try text(pages + "Changelog.md").contains("*discord-2020-03-16* (\(count) facts,"))
    #expect(try text(pages + "HowTrue.md").contains("For 16 March 2020 there are \(count), from"))
  }

  @Test("The assumptions are as many as the parameters that say so")
  func assumptions() throws {
    let parameters = OutageScenario.description.declarations
    let count = parameters.count(where: { $0.source.name == "assumption" })
    let page = try text("Sources/hindsight/Hindsight.docc/HowTrue.md")
    #expect(page.contains("in <doc:Parameters>, \(count) parameters."))
  }
}
