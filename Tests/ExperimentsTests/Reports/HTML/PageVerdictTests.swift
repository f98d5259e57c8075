import Testing

@testable import Experiments
@testable import Reports

@Suite("Verdicts of pages")
struct PageVerdictTests {
  private static let luck: [Double] = [60, 64, 58, 61, 63, 57, 66, 62, 59, 65]
  /// Now better and now worse than without it.
  private static let unclear = luck.enumerated().map { $1 + ($0 % 2 == 0 ? 3 : -3) }

  // Minutes of outage of three mitigations, by seed.
  private func comparison(_ arms: [[Double]]) throws -> String {
    let runs = try ComparisonFixture.runs([[Self.luck] + arms, [Self.luck] + arms])
    let html = CompareHTML(Comparison(runs), patches: [], reproduce: ["hindsight"]).text
    return try #require(PageReader(html).first(id: "verdict")?.text)
  }

  @Test("A comparison says of a mitigation no more than what is shown")
  func shown() throws {
    let (luck, unclear) = (Self.luck, Self.unclear)
    let (good, bad) = (luck.map { $0 / 10 }, luck.map { $0 + 5 + $0 / 20 })
    let none = try comparison([unclear, unclear, unclear])
    #expect(none.hasPrefix("Of 3 mitigations none is shown to help: of 3 it cannot be told. "))
    let mixed = try comparison([unclear, luck, bad])
    #expect(
      mixed.hasPrefix(
        "Of 3 mitigations none is shown to help: 1 would have harmed, 1 would have changed nothing, "
          + "of 1 it cannot be told. "))
    let one = try comparison([good, unclear, luck])
    #expect(
      one.hasPrefix(
        "Of 3 mitigations 1 would have helped, 1 would have changed nothing, of 1 it cannot be told. "
      ))
    let same = try comparison([luck, luck, luck])
    #expect(
      same.hasPrefix("Of 3 mitigations none would have helped, 3 would have changed nothing. "))
  }

  @Test("A phase diagram says how many of its points were not tried")
  func untried() throws {
    let page = PageReader(try PageFixture.page(.phase))
    let verdict = try #require(page.first(id: "verdict")?.text)
    #expect(
      verdict.hasSuffix(
        "at 2 of 4 points that could be judged; the edge runs between them. Of these 4 points 2 were "
          + "not tried, but taken from tried points around that agree."))
    let plane = PageReader(try PageFixture.plane(4))
    #expect(plane.first(id: "verdict")?.text.hasSuffix("the edge runs between them.") == true)
  }
}
