import Testing

@testable import Reports

@Suite("ForkHTML")
struct ForkHTMLTests {
  @Test("The signs in the charts have a key: the timeline of the run as it was")
  func timeline() throws {
    let page = PageReader(PageFixture.fork(nil, "plain", count: 2))
    #expect(page.first(id: "timeline")?.text == "Timeline (as it was)")
    #expect(page.first(id: "facts")?.text == "Facts of the account (as it was)")
    #expect(page.first(id: "findings")?.text == "Findings (as it was)")
    #expect(page.first(id: "causes") == nil)
    // The charts begin with the fork at 14:10; 14:18 is 48 samples of ten seconds later.
    let jump = try #require(page.all("button").first { $0.attributes["class"] == "jump" })
    #expect(jump.text == "14:18:00" && jump.attributes["data-at"] == "48")
    let letters = page.all("span").compactMap { element -> String? in
      element.attributes["class"]?.hasPrefix("letter ") == true ? element.text : nil
    }
    let signs = page.all("text").filter { $0.path.contains("svg") && $0.attributes["x"] == "3" }
    #expect(!signs.isEmpty && Set(signs.map(\.text)).isSubset(of: letters))
  }

  @Test("A counter is drawn as what it grows by in a second, where futures differ")
  func rate() throws {
    let page = PageReader(PageFixture.fork(nil, "plain", count: 2))
    let titles = page.all("b").map(\.text)
    #expect(titles.contains("Refused by the throttle, a second"))
    #expect(!titles.contains("Longest wait at etcd so far"), "nothing differs in it")
    let lines = page.all("path").filter {
      $0.attributes["data-unit"] == "/s" && $0.attributes["data-values"] != nil
    }
    #expect(lines.map { $0.attributes["data-name"] } == ["as it was", "plain 0", "plain 1"])
    // Ten a sample are one a second; the first sample has nothing before it.
    #expect(lines.map { $0.attributes["data-values"] } == ["0,1*660", "0,2*660", "0,3*660"])
  }
}
