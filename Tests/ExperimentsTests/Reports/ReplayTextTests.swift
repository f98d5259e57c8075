import GoldenTexts
import Observation
import Reports
import SimulationKernel
import Testing

@Suite("ReplayText")
struct ReplayTextTests {
  private func text(_ style: TextStyle, _ record: RunRecord = RecordFixture.record()) -> String {
    ReplayText(record, style: style, reproduce: RecordFixture.reproduce).text
  }

  @Test(
    "The report is the stored one",
    arguments: [
      (TextStyle(width: 100), "replay-100.txt"), (TextStyle(width: 80), "replay-80.txt"),
      (TextStyle(width: 80, hasUnicode: false), "replay-80-ascii.txt"),
      (TextStyle(width: 100, hasColor: true), "replay-100-colour.txt"),
    ])
  func isStored(style: TextStyle, name: String) throws {
    #expect(try GoldenText.difference(text(style), from: "Reports/\(name)") == nil)
  }

  @Test("A run that was cut short is the stored one, and judges what it reached only")
  func isCutShort() throws {
    let record = RecordFixture.record(end: .eventBudget, endedAt: "14:30")
    let text = text(TextStyle(width: 100), record)
    #expect(try GoldenText.difference(text, from: "Reports/replay-cut-short.txt") == nil)
    #expect(text.contains("not reached") && text.contains("out of budget at 14:30:00"))
  }

  @Test("No line is wider than the page", arguments: [60, 72, 80, 91, 100])
  func fits(width: Int) {
    for hasUnicode in [true, false] {
      let lines = text(TextStyle(width: width, hasUnicode: hasUnicode)).split(separator: "\n")
      // Only the line to paste stays whole.
      for line in lines where !line.hasPrefix("reproduce:") {
        #expect(TerminalText.width(String(line)) <= width, "\(line)")
      }
    }
  }

  @Test("Without colour there are no escape sequences, without Unicode only ASCII")
  func isPlain() {
    #expect(!text(TextStyle()).contains("\u{1B}"))
    #expect(text(TextStyle(hasUnicode: false)).utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("Colours are all that a coloured report adds")
  func addsColoursOnly() {
    let colored = text(TextStyle(hasColor: true))
    let stripped = colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    #expect(colored != stripped)
    #expect(stripped == text(TextStyle()))
  }

  @Test("A scenario's words cannot write escape sequences")
  func isSafe() {
    var record = RecordFixture.record()
    record.title = "evil \u{1B}[2J\u{202E}title\nline"
    record.scenario = "s\u{07}"
    record.patches = ["--set title=\u{1B}]0;x\u{07}"]
    record.timeline = [
      TimelineEntry(.action, "a\u{1B}[1A\rb", reported: nil, simulated: record.start)
    ]
    let text = ReplayText(record, style: TextStyle(), reproduce: ["hindsight"]).text
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
  }

  @Test("A record without anything is still a report")
  func isEmpty() {
    var record = RecordFixture.record()
    record.series = []
    record.metrics = Metrics()
    record.facts = []
    record.invariants = []
    record.assumptions = []
    record.timeline = []
    record.patches = []
    let text = text(TextStyle(), record)
    #expect(text.contains("facts       none\n") && text.contains("invariants  none\n"))
    #expect(text.contains("digest      00123456789abcde\n"))
    #expect(text.hasSuffix("--set 'title=it'\\''s \"odd\"'\n"))
  }
}
