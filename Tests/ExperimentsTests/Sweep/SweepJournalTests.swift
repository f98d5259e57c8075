import Foundation
import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("Journals of a sweep")
struct SweepJournalTests {
  private static let plan = SweepPlan(
    name: "x", version: "test", scenarios: [.init(name: "s", bytes: [1, 2, 3])],
    axes: [SweepAxis(name: "a", levels: .list(["1", "2", "3"]))], design: .grid, patches: [],
    until: nil, replication: .init(firstSeed: 1, count: 2))

  private static func outcome(_ minutes: Double, seed: UInt64) -> RunOutcome {
    ComparisonFixture.outcome(minutes, seed: seed)
  }

  private static func journal(_ runs: Int) -> MemoryJournals {
    var journals = MemoryJournals()
    let file = journals.begin(plan)
    for run in 0..<runs {
      let seed = UInt64(run % 2 + 1)
      journals.append(
        outcome(Double(run) / 7, seed: seed), plan.keys(of: run / 2).key(seed: seed), to: file)
    }
    return journals
  }

  @Test("Every run is found again with the same doubles, whatever pieces are read")
  func reads() throws {
    let journals = Self.journal(6)
    for chunk in [1, 7, 64, 1 << 20] {
      let index = journals.index(chunk: chunk)
      #expect(index.runCount == 6)
      #expect(!index.files[0].isTorn && index.files[0].damaged.isEmpty)
      #expect(index.files[0].sweep == Self.plan.identity && index.files[0].shard == "0/1")
      for run in 0..<6 {
        let key = Self.plan.keys(of: run / 2).key(seed: UInt64(run % 2 + 1))
        let place = try #require(index.place(of: key))
        let record = try #require(index.record(journals.fetch(place)))
        let expected = Self.outcome(Double(run) / 7, seed: UInt64(run % 2 + 1))
        for metric in ComparisonMetric.allCases {
          #expect(metric.value(in: record.outcome) == metric.value(in: expected))
        }
        #expect(record.outcome.observed == expected.observed && record.seed == expected.seed)
      }
    }
  }

  @Test("A journal torn at any byte of its last line has all other runs, and says that it is torn")
  func torn() throws {
    let whole = Self.journal(4).files[0]
    let start = try #require(whole.dropLast().lastIndex(of: 0x0A)) + 1
    for end in start..<whole.count {
      var journals = MemoryJournals()
      journals.files = [Array(whole[..<end])]
      let index = journals.index()
      #expect(index.runCount == 3 && index.files[0].damaged.isEmpty, "cut at \(end)")
      #expect(index.files[0].isTorn == (end > start), "cut at \(end)")
      // Zeros in place of what was not written, as some file systems leave them.
      journals.files = [Array(whole[..<end]) + Array(repeating: 0, count: whole.count - end)]
      #expect(
        journals.index().runCount == 3 && journals.index().files[0].isTorn, "zeros from \(end)")
    }
  }

  @Test("A changed byte anywhere costs its own line and no other")
  func damage() {
    let whole = Self.journal(6).files[0]
    let seed = UInt64.random(in: .min ... .max)
    let stream = RandomStream(seed: seed, name: "test")
    let names = whole.split(separator: 0x0A, omittingEmptySubsequences: false)[1].count
    let header = whole.firstIndex(of: 0x0A) ?? 0
    for draw in 0..<300 {
      let place = Int(stream.bits(for: 1, draw: UInt64(draw)) % UInt64(whole.count))
      var changed = whole
      changed[place] ^= UInt8(1 << (stream.bits(for: 2, draw: UInt64(draw)) % 8))
      var journals = MemoryJournals()
      journals.files = [changed]
      let index = journals.index()
      // Without its list of names, no run can be read.
      let isNames = place >= header && place <= header + 1 + names
      let isFree = place < header
      let isBreak = whole[place] == 0x0A
      #expect(
        isNames
          ? index.runCount == 0
          : isFree ? index.runCount == 6 : index.runCount >= (isBreak ? 4 : 5),
        "seed \(seed), byte \(place)")
      if !isNames, !isFree, !isBreak { #expect(index.runCount == 5, "seed \(seed), byte \(place)") }
    }
  }

  @Test("The same run has the same line in every journal; another outcome of it is a contradiction")
  func duplicates() {
    var journals = Self.journal(6)
    let other = journals.begin(Self.plan)
    let keys = Self.plan.keys(of: 1)
    // Another list of metrics comes first in this journal.
    journals.append(
      ComparisonFixture.outcome(1, seed: 9, recovered: 3), keys.key(seed: 9), to: other)
    journals.append(Self.outcome(2.0 / 7, seed: 1), keys.key(seed: 1), to: other)
    let same = SweepResults(Self.plan, journals.index())
    #expect(same.index.duplicates.count == 1)
    #expect(same.contradictions(fetch: journals.fetch).isEmpty)
    journals.append(Self.outcome(0.5, seed: 2), keys.key(seed: 2), to: other)
    let results = SweepResults(Self.plan, journals.index())
    #expect(results.contradictions(fetch: journals.fetch).count == 1)
  }

  @Test("What Python reads of a journal and its tables is what was written")
  func json() throws {
    let journals = Self.journal(6)
    for line in String(decoding: journals.files[0], as: UTF8.self).split(separator: "\n") {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["check"] is String)
    }
    let csv = journals.tables(Self.plan).split(separator: "\n")
    #expect(csv[0] == "point,a,seed,metric,value")
    #expect(csv.contains("0,1,2,users.unserved.minutes,1428.5714285714284"))
    #expect(
      csv.contains(
        #"{"point":2,"a":3,"seed":1,"metric":"outage.probability","value":1.0}"#), "\(csv)")
  }

  @Test(
    "A column with a decimal number has a decimal point in every row, and one of whole numbers none",
    arguments: [
      (["0", "0.3", "-1", "2e3"], ["0.0", "0.3", "-1.0", "2e3"]), (["0", "1"], ["0", "1"]),
      (["0", "0.3s"], ["\"0\"", "\"0.3s\""]), (["1", "1e400"], ["\"1\"", "\"1e400\""]),
      (["1", "99999999999999999999"], ["1.0", "99999999999999999999.0"]),
    ])
  func decimals(values: [String], written: [String]) {
    let plan = SweepPlan(
      name: "x", version: "test", scenarios: [.init(name: "s", bytes: [])],
      axes: [SweepAxis(name: "a", levels: .list(values))], design: .grid, patches: [], until: nil,
      replication: .init(firstSeed: 1, count: 1))
    var journals = MemoryJournals()
    let file = journals.begin(plan)
    for point in values.indices {
      journals.append(Self.outcome(1, seed: 1), plan.keys(of: point).key(seed: 1), to: file)
    }
    let lines = journals.tables(plan).split(separator: "\n")
    for (point, text) in written.enumerated() {
      let field = text.filter { $0 != "\"" }
      #expect(lines.contains { $0.hasPrefix("\(point),\(field),1,") }, "\(values) in \(lines[1])")
      #expect(lines.contains { $0.hasPrefix("{\"point\":\(point),\"a\":\(text),") })
    }
  }

  @Test(
    "Fields of the CSV are quoted where they have to be",
    arguments: [
      ("a", "a"), ("a b", "a b"), ("", "\"\""), ("a,b", "\"a,b\""),
      ("say \"x\"", "\"say \"\"x\"\"\""),
      ("a\nb", "\"a\nb\""), (" a", "\" a\""),
    ])
  func fields(text: String, field: String) {
    #expect(SweepTables.csvField(text) == field)
  }
}
