import Observation
import SimulationKernel
import Testing

@testable import Reports

@Suite("ReplayHTML")
struct ReplayHTMLTests {
  private func page(_ record: RunRecord = RecordFixture.record()) -> PageReader {
    PageReader(ReplayHTML(record, reproduce: RecordFixture.reproduce).text)
  }

  @Test("The verdict says what happened, and what does not hold")
  func verdict() throws {
    let text = try #require(page().first(id: "verdict")?.text)
    #expect(
      text == "245 of 470 real-time nodes stopped, and up to 7,849,840 of 9,812,300 users were not "
        + "served. For 35.2 min it was under half of them. 99% were back 52 min after the first "
        + "fault. 3 of 7 facts of the account do not hold. One invariant broke.")
    var calm = RecordFixture.record()
    calm.metrics.set("users.unserved.peak", .users, 9_812)
    let nearly = try #require(page(calm).first(id: "verdict"))
    #expect(nearly.text.hasPrefix("Nearly nothing was lost: at least 99.9% of 9,812,300 users"))
    calm.metrics.set("users.unserved.peak", .users, 0)
    (calm.facts, calm.invariants) = ([], [])
    let verdict = try #require(page(calm).first(id: "verdict"))
    #expect(
      verdict.text == "Nothing was lost: all 9,812,300 users were served all the time.")
    #expect(verdict.attributes["class"] == "verdict good")
  }

  @Test("A run that ends before its users are back says so")
  func unrecovered() {
    var record = RecordFixture.record()
    (record.metrics, record.facts, record.invariants) = (Metrics(), [], [])
    record.metrics.set("users.online.before", .users, 1_000)
    record.metrics.set("users.unserved.peak", .users, 900)
    #expect(
      RunVerdict(record).sentence.text == "Up to 900 of 1,000 users were not served. Fewer than "
        + "99% were back when the run ended.")
  }

  @Test("A run that was cut short judges nothing that it did not reach")
  func cutShort() throws {
    let page = page(RecordFixture.record(endedAt: "14:30"))
    #expect(page.text.contains("cut short at 14:30:00"))
    #expect(page.text.contains("not reached"))
  }

  @Test("The reproduce line is that of the text report, and the policy of facts too")
  func reproduce() throws {
    let page = page()
    #expect(page.all("pre").map(\.text) == [ShellWords.line(RecordFixture.reproduce)])
    let tags = page.elements.filter { $0.attributes["class"]?.hasPrefix("tag ") == true }
    #expect(tags.prefix(3).allSatisfy { $0.text == "✗ failed" }, "what failed stands first")
  }

  @Test("The causal chain is there when somebody asked for it")
  func causes() {
    #expect(page().first(id: "causes") == nil)
    let at = RecordFixture.at("14:18:26.5")
    let effect = CauseStory.Effect(
      members: "213 sessions nodes", examples: [], hasMore: false, from: at,
      to: RecordFixture.at("14:18:30"), what: "watcher crashed 4 times, node stopped")
    let story = CauseStory(
      question: "Why sessions-3 stopped",
      steps: [
        .init(at: at, "a value is written"), .init(at: at, "3 times", round: ["it is read"]),
      ], firstCause: "the fault cut",
      effects: [.init(shown: [effect], rest: "and 7 more in 2 other ways")])
    let page = PageReader(
      ReplayHTML(RecordFixture.record(), story: story, reproduce: []).text)
    #expect(page.first(id: "causes")?.text == "Causal chain")
    let items = page.all("li").filter { $0.path.last == "ol" }
    #expect(items.map(\.text).first?.hasSuffix("a value is written") == true)
    #expect(page.all("time").count == 2)
    // A click on a step's time shows it in the charts.
    let jumps = page.all("button").filter {
      $0.attributes["class"] == "jump" && $0.text == "14:18:26.500"
    }
    #expect(jumps.count == 2)
    #expect(page.text.contains("213 sessions nodes") && page.text.contains("the fault cut"))
    #expect(page.text.contains("and 7 more in 2 other ways"))
    #expect(page.text.contains("those of the sample, 1/100 of all; nodes are all of them."))
    var whole = RecordFixture.record()
    whole.scaleFraction = 1
    #expect(
      !PageReader(ReplayHTML(whole, story: story, reproduce: []).text).text.contains("the sample"))
  }

  @Test("Faults, actions and facts are marked with the signs of the timeline")
  func signs() throws {
    let page = page()
    let flags = page.elements.filter { $0.attributes["class"]?.hasPrefix("flag ") == true }
    let texts = flags.map { $0.attributes["class"] ?? "" }
    #expect(texts.count { $0 == "flag fault" } == 1)
    #expect(texts.count { $0 == "flag action" } == 5)
    #expect(texts.count { $0 == "flag fact" } == 2)
    #expect(texts.count { $0 == "flag fact reported" } == 4)
    // 14:18 is 108 samples of ten seconds after 14:00.
    #expect(flags.first?.attributes["data-at"] == "108")
    let buttons = page.all("button").filter { $0.attributes["class"] == "jump" }
    #expect(buttons.first?.attributes["data-at"] == "108" && buttons.first?.text == "14:18:00")
  }

  @Test("A run without samples has no charts, and is told all the same")
  func bare() {
    var record = RecordFixture.record()
    record.series = []
    let page = page(record)
    #expect(page.first(id: "charts") == nil && page.first(id: "timeline") != nil)
    record.series = [
      TimeSeries(name: "users.served", unit: .users, start: record.start, step: .seconds(10))
    ]
    #expect(self.page(record).first(id: "charts") == nil)
  }
}
