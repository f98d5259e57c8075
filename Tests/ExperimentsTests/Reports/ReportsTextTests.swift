import Reports
import SimulationKernel
import Testing

@testable import Observation

@Suite("FactText")
struct FactTextTests {
  private func fact(_ unit: MetricUnit, _ min: Double?, _ max: Double?) -> Fact {
    RecordFixture.fact("id", "claim", "measure", unit, min, max)
  }

  @Test("A tolerance is written with its unit")
  func expected() {
    #expect(FactText.expected(fact(.share, 0.4, 0.6)) == "40% to 60%")
    #expect(FactText.expected(fact(.minutes, 50, 70)) == "50 to 70 min")
    #expect(FactText.expected(fact(.clock, 51_480, nil)) == "at least 14:18:00")
    #expect(FactText.expected(fact(.nodes, nil, 3)) == "at most 3")
    #expect(FactText.expected(fact(.count, 1, 1)) == "1")
  }

  @Test("A value that misses a bound by little is not written like the bound")
  func measured() {
    func text(_ fact: Fact, _ value: Double) -> String? {
      let pass = (fact.min.map { value >= $0 } ?? true) && (fact.max.map { value <= $0 } ?? true)
      return FactText.measured(FactVerdict(fact: fact, measured: value, pass: pass))
    }
    #expect(text(fact(.share, nil, 0.6), 0.6004) == "60.04%")
    #expect(text(fact(.share, nil, 0.6), 0.5999) == "60%")
    #expect(text(fact(.clock, nil, 51_480), 51_480.4) == "14:18:00.4")
    #expect(text(fact(.count, 1, nil), 0.9) == "0.9")
  }
}

@Suite("ShellWords")
struct ShellWordsTests {
  @Test(
    "A word is quoted when the shell would take it for something else",
    arguments: [
      ("plain-1.0/x=y:z", "plain-1.0/x=y:z"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"),
      ("$HOME", "'$HOME'"), ("a\nb", "$'a\\nb'"),
      ("it's\u{1B}[1m\\\u{202E}", "$'it\\'s\\033[1m\\\\\\342\\200\\256'"),
      ("{\"a\": 1}", "'{\"a\": 1}'"), ("~", "'~'"),
      ("*", "'*'"), ("é", "'é'"),
    ])
  func isQuoted(word: String, quoted: String) {
    #expect(ShellWords.quoted(word) == quoted)
  }
}

@Suite("TerminalText")
struct TerminalTextTests {
  @Test("Text is broken at spaces, and within a word only when it must be")
  func wraps() {
    #expect(TerminalText.wrapped("one two three", columns: 7) == ["one two", "three"])
    #expect(TerminalText.wrapped("abcdefgh i", columns: 4) == ["abcd", "efgh", "i"])
    #expect(TerminalText.wrapped("", columns: 4) == [""])
    #expect(TerminalText.wrapped("日本語", columns: 4) == ["日本", "語"])
  }
}

@Suite("RunRecord outcomes")
struct RunRecordOutcomeTests {
  @Test("Only a run that ended before its scenario was cut short")
  func isCutShort() {
    #expect(!RecordFixture.record().wasCutShort)
    #expect(RecordFixture.record(endedAt: "15:59:59").wasCutShort)
    #expect(!RecordFixture.record(end: .ranOut, endedAt: "15:00").wasCutShort)
  }

  @Test("A fact without a value fails a whole run and is not reached by a cut one")
  func outcomes() {
    let whole = RecordFixture.record()
    #expect(
      whole.facts.map { whole.outcome(of: $0) } == [
        .held, .held, .failed, .failed, .failed, .held, .held,
      ])
    let cut = RecordFixture.record(endedAt: "15:00")
    #expect(
      cut.facts.map { cut.outcome(of: $0) } == [
        .held, .held, .notReached, .notReached, .notReached, .held, .held,
      ])
  }

  @Test("A cut run holds unless a fact failed in time or an invariant broke")
  func holds() {
    var cut = RecordFixture.record(endedAt: "15:00")
    #expect(!cut.holds)
    cut.invariants = cut.invariants.filter { $0.verdict != .broken }
    #expect(cut.holds)
    #expect(!RecordFixture.record().holds)
  }
}
