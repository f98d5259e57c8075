import Scenarios
import SimulationKernel
import Testing

@testable import Experiments
@testable import Reports

@Suite("What a comparison concludes")
struct ComparisonTests {
  private static let luck: [Double] = [60, 64, 58, 61, 63, 57, 66, 62, 59, 65]
  /// In the file's order: good, idle, bad.
  private static let near = [luck, luck.map { $0 / 10 }, luck, luck.map { $0 + 5 + $0 / 20 }]

  private func comparison(
    _ far: [[Double]] = near, near: [[Double]] = near
  ) throws -> Comparison {
    Comparison(try ComparisonFixture.runs([near, far]))
  }

  private func arm(_ name: String, of comparison: Comparison) throws -> Comparison.ArmResult {
    try #require(comparison.arms.first { $0.arm.name == name })
  }

  @Test("The default hypothesis comes first, and every other one is a setting")
  func settings() throws {
    #expect(try comparison().plan.settings.map(\.name) == ["near", "far"])
  }

  @Test("A mitigation equal to the baseline differs by exactly zero, with an interval of no width")
  func identical() throws {
    let idle = try arm("idle", of: comparison())
    for effect in idle.effects {
      #expect(effect.difference == 0)
      #expect(effect.interval == 0...0, "\(effect.metric)")
      #expect(effect.pValue == 1)
      #expect(effect.method == .identical)
    }
    #expect(idle.verdict == .same && idle.holds == ["near", "far"])
  }

  @Test("Differences are of the same seeds, so that luck that both share is no spread")
  func paired() throws {
    let bad = try #require(try arm("bad", of: comparison()).effect(.outageMinutes))
    #expect((bad.difference - (5 + 61.5 / 20)).magnitude < 1e-9)
    let interval = try #require(bad.interval)
    // Unpaired it would be about 4 minutes wide; the spread of luck / 20 is a twentieth of that.
    #expect(interval.upperBound - interval.lowerBound < 0.25)
    #expect(try #require(bad.correlation) > 0.999)
    #expect(bad.verdict == .worse)
  }

  @Test("Ranks follow the user-minutes lost, and what differs is in groups of its own")
  func ranks() throws {
    let comparison = try comparison()
    #expect(comparison.arms.map(\.rank) == [1, 2, 3])
    #expect(comparison.arms.map(\.groups) == [[1], [2], [3]])
    #expect(comparison.arms.map(\.verdict) == [.better, .same, .worse])
  }

  /// The arm "good" differs from the baseline by less than its own luck.
  private static var unclear: [[Double]] {
    var near = near
    near[1] = zip(luck, [3.0, -4, 2, -3, 4, -2, 1, -1, 2, -3]).map { $0 + $1 }
    return near
  }

  @Test("Arms that differ by less than their luck share a group, and have no verdict to hold")
  func groups() throws {
    let comparison = try comparison(Self.unclear, near: Self.unclear)
    #expect(comparison.arms[0].groups == comparison.arms[1].groups)
    #expect(comparison.arms[0].verdict == .unclear)
    #expect(comparison.arms[0].holds.isEmpty && comparison.arms[0].turns.isEmpty)
    #expect(comparison.arms[0].unclear == ["near", "far"])
  }

  @Test(
    "A verdict holds under the settings that give the same one, and the order turns where it does")
  func turns() throws {
    var far = Self.near
    far.swapAt(1, 3)
    let comparison = try comparison(far)
    #expect(comparison.arms.map(\.holds) == [["near"], ["near", "far"], ["near"]])
    #expect(comparison.arms.map(\.turns) == [["far"], [], ["far"]])
    #expect(
      comparison.turns == [
        .init(setting: "far", first: "good", second: "idle"),
        .init(setting: "far", first: "good", second: "bad"),
        .init(setting: "far", first: "idle", second: "bad"),
      ])
    #expect(try self.comparison().turns.isEmpty)
  }

  @Test("Where nothing is lost without a mitigation either, nothing turns")
  func withoutLoss() throws {
    let far = Self.near.map { $0.map { _ in 0.0 } }
    let comparison = try comparison(far)
    let good = try arm("good", of: comparison)
    #expect(good.holds == ["near"] && good.turns.isEmpty && good.unclear.isEmpty)
    #expect(comparison.settingsWithoutLoss == ["far"])
    let text = text(of: comparison)
    #expect(text.contains("Under far nothing is lost"))
    #expect(text.contains("Every verdict holds under near.") && !text.contains("turns under"))
  }

  @Test("Seeds that do not tell are no turn, and are not said to be one")
  func notToldApart() throws {
    let comparison = try comparison(Self.unclear)
    let good = try arm("good", of: comparison)
    #expect(good.holds == ["near"] && good.turns.isEmpty && good.unclear == ["far"])
    let text = text(of: comparison)
    #expect(text.contains("helps under near; not told apart under far"))
    #expect(!text.contains("turns under"))
    var far = Self.near
    far.swapAt(1, 3)
    #expect(self.text(of: try self.comparison(far)).contains("turns under far (harms"))
    let never = self.text(of: try self.comparison(Self.unclear, near: Self.unclear))
    #expect(never.contains("Not told apart from no mitigation under any of near, far: good."))
    #expect(!never.contains("Every verdict holds"))
    #expect(self.text(of: try self.comparison()).contains("Every verdict holds under near, far."))
  }

  @Test("Correlations of every metric are told, those that there are none of too")
  func correlations() throws {
    let lines = text(of: try comparison()).split(separator: "\n").map(String.init)
    let first = try #require(lines.firstIndex { $0.hasPrefix("Correlation") })
    let rows = lines[(first + 2)...(first + 4)].map { $0.split(separator: " ").map(String.init) }
    // The fixture's recovery follows its outage, and as many nodes stop on every seed.
    #expect(rows[0] == ["good", "1.000", "1.000", "–", "–", "1.000", "1.000"])
    #expect(rows.map { $0[0] } == ["good", "idle", "bad"] && rows.allSatisfy { $0.count == 7 })
    #expect(lines[first + 5].contains("–: the metric is the same on every seed"))
    let none = try ComparisonFixture.runs([[[60], [6], [60], [68]], [[60], [6], [60], [68]]])
    #expect(!text(of: Comparison(none)).contains("Correlation"))
  }

  @Test(
    "What is not quite 1 is not called 1",
    arguments: [
      (0.9954, "0.995"), (0.99999, "0.999"), (1, "1.000"), (-0.9999, "-0.999"), (-1, "-1.000"),
      (0.0004, "0.000"), (-0.25, "-0.250"),
    ])
  func nearlyOne(value: Double, text: String) {
    #expect(CompareText.correlation(value) == text)
  }

  @Test("No line is wider than the page, and none has two columns that touch", arguments: 60...100)
  func fits(width: Int) throws {
    for hasUnicode in [true, false] {
      let text = text(
        of: try comparison(Self.unclear), TextStyle(width: width, hasUnicode: hasUnicode))
      for line in text.split(separator: "\n") where !line.hasPrefix("reproduce:") {
        #expect(TerminalText.width(String(line)) <= width, "\(line)")
        #expect(!line.contains(")0%") && !line.contains(")100%"), "\(line)")
        #expect(hasUnicode || line.utf8.allSatisfy { $0 < 0x80 }, "\(line)")
      }
      #expect(text.contains("itself: P(outage)") && text.contains("reads wasted, M"))
    }
  }

  private func text(of comparison: Comparison, _ style: TextStyle = TextStyle()) -> String {
    CompareText(
      comparison, patches: [], style: style, reproduce: ["hindsight", "compare"]
    ).text
  }

  @Test("An outage that no seed shows is not proof that there is none")
  func probability() throws {
    var near = Self.near
    near[1] = Self.luck.map { _ in 0 }
    let comparison = try comparison(near: near)
    let good = try arm("good", of: comparison)
    #expect(good.effect(.outage)?.mean == 0)
    #expect(good.outageProbability.lowerBound == 0)
    // Wilson's upper end for 0 of 10: z² / (n + z²).
    #expect((good.outageProbability.upperBound - 0.2775).magnitude < 1e-4)
    #expect(comparison.outageProbability.upperBound == 1)
    #expect(text(of: comparison).contains("0% (0% to 28%)"))
    #expect(text(of: comparison).contains("100% (72% to 100%)"))
  }

  @Test("A run that was not watched long enough counts with the time that it was watched")
  func unrecovered() {
    let never = ComparisonFixture.outcome(40)
    #expect(ComparisonMetric.isUnrecovered(never))
    #expect(ComparisonMetric.recoveryMinutes.value(in: never) == 50)
    let unharmed = ComparisonFixture.outcome(0)
    #expect(!ComparisonMetric.isUnrecovered(unharmed))
    #expect(ComparisonMetric.recoveryMinutes.value(in: unharmed) == 0)
    let back = ComparisonFixture.outcome(40, recovered: 45)
    #expect(!ComparisonMetric.isUnrecovered(back))
    #expect(ComparisonMetric.recoveryMinutes.value(in: back) == 45)
    #expect(ComparisonMetric.wastedWork.value(in: back) == 120)
  }

  @Test("Seeds are enough when every arm is known to within the share of the baseline")
  func narrow() throws {
    let runs = try ComparisonFixture.runs([Self.near, Self.near])
    #expect(Comparison.isNarrow(runs, halfWidth: 0.2, seedsMin: 4))
    #expect(!Comparison.isNarrow(runs, halfWidth: 0.0001, seedsMin: 4))
    #expect(!Comparison.isNarrow(runs, halfWidth: 0.2, seedsMin: 11))
    #expect(!Comparison(runs, halfWidth: 0.2).isNarrow, "ten seeds are too few to be told")
    let rows = Self.near.map { $0 + $0 + $0 }
    let comparison = Comparison(try ComparisonFixture.runs([rows, rows]), halfWidth: 0.2)
    #expect(comparison.isNarrow)
    let bad = try #require(try arm("bad", of: comparison).effect(.userMinutesLost))
    #expect(bad.method == .sequence)
    let plain = try #require(
      try arm("bad", of: self.comparison(rows, near: rows)).effect(.userMinutesLost))
    let (wide, narrow) = (try #require(bad.interval), try #require(plain.interval))
    #expect(wide.lowerBound < narrow.lowerBound && wide.upperBound > narrow.upperBound)
    #expect(bad.pValue > plain.pValue)
  }

  /// Few seeds that all differ alike.
  private func alike(_ seeds: Int) throws -> ComparisonRuns {
    let rows = [60.0, 50, 60, 70].map { Array(repeating: $0, count: seeds) }
    return try ComparisonFixture.runs([rows, rows])
  }

  @Test("Differences without spread stop nothing before others could, identical arms neither")
  func noSpread() throws {
    #expect(!Comparison.isNarrow(try alike(4), halfWidth: 1, seedsMin: 2))
    #expect(!Comparison.isNarrow(try alike(6), halfWidth: 1, seedsMin: 2))
    #expect(Comparison.isNarrow(try alike(7), halfWidth: 1, seedsMin: 2))
  }

  @Test(
    "A difference without an interval has no method either, and the text says why there is none")
  func withoutInterval() throws {
    func words(_ comparison: Comparison) -> String {
      text(of: comparison).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let few = Comparison(try alike(4))
    #expect(try arm("good", of: few).effect(.outageMinutes)?.interval == nil)
    #expect(words(few).contains("A difference without an interval is the same, and not zero"))
    let json = try ScenarioDocument(
      name: "json", text: CompareJSON.text(of: few, patches: [])
    ).root
    let arms = try #require(json["arms"]?.elements)
    for (arm, method) in zip(arms, [nil, "identical", nil] as [String?]) {
      let figure = try #require(arm["metrics"]?["outage.minutes"])
      #expect(figure["interval"]?.string == method && figure["low"]?.isNull == (method == nil))
    }
    #expect(!words(try comparison()).contains("A difference without an interval"))
    let one = try ComparisonFixture.runs([[[60], [6], [60], [68]], [[60], [6], [60], [68]]])
    #expect(!words(Comparison(one)).contains("A difference without an interval"))
  }

  @Test("Where seeds were added, no verdict stands beside an interval that holds zero")
  func sequentialVerdicts() throws {
    // For Student's test eight such seeds are plenty; for one who looked after each they are not.
    let luck = Array(Self.luck.prefix(8))
    let shift = zip(luck, [1.5, 4.5, 2, 5, 0.5, 6, 1.5, 3.5]).map { $0 - $1 }
    let rows = [luck, shift, luck, luck]
    let plain = Comparison(try ComparisonFixture.runs([rows, rows]))
    let sequential = Comparison(try ComparisonFixture.runs([rows, rows]), halfWidth: 0.5)
    #expect(try arm("good", of: plain).settings[0].pValue < 0.05)
    for result in sequential.arms {
      for effect in result.effects + result.settings where effect.isSignificant {
        #expect(try !#require(effect.interval).contains(0), "\(result.arm.name)")
      }
    }
    #expect(try arm("good", of: sequential).verdict == .unclear)
    #expect(sequential.arms[0].settings.allSatisfy { $0.method == .sequence })
    #expect(try arm("good", of: sequential).effect(.outage)?.method == .sequence)
    #expect(Set(sequential.arms.map(\.groups)).count == 1)
    let wilson = plain.outageProbability.lowerBound
    #expect(sequential.outageProbability.lowerBound < wilson)
  }

  @Test("What stopped the seeds is told as it was")
  func stops() throws {
    func text(_ halfWidth: Double, isInterrupted: Bool = false) throws -> String {
      let comparison = Comparison(
        try alike(Comparison.seedsMin), halfWidth: halfWidth, isInterrupted: isInterrupted)
      return self.text(of: comparison).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(try text(0.0001).contains("Seeds were added until every arm's user-minutes lost"))
    #expect(try text(0.0001).contains("within 0.01% of the baseline's mean"))
    let runs = try ComparisonFixture.runs([Self.near, Self.near])
    let wide = Comparison(runs, halfWidth: 0.0001)
    let words = self.text(of: wide).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("Stopped at 10 seeds, the most that were allowed, before every arm's"))
    #expect(words.contains("Below 30 seeds nothing counts as known."))
    let cut = Comparison(runs, halfWidth: 0.0001, isInterrupted: true)
    let cutWords = self.text(of: cut).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(cut.isIncomplete && cutWords.contains("Interrupted: only what was finished"))
    #expect(cutWords.contains("Interrupted at 10 seeds, before every arm's user-minutes lost"))
    #expect(!cutWords.contains("Student's of the pairs"))
  }

  @Test("A single seed has no intervals, and no verdict that could hold")
  func oneSeed() throws {
    let comparison = Comparison(
      try ComparisonFixture.runs([[[60], [6], [60], [68]], [[60], [6], [60], [68]]]))
    for arm in comparison.arms {
      #expect(arm.effect(.userMinutesLost)?.interval == nil)
      #expect(arm.verdict == .unclear && arm.holds.isEmpty)
    }
    let text = text(of: comparison)
    #expect(!text.contains("Every verdict holds") && !text.contains("The order turns"))
    #expect(text.contains("A single seed has no interval and no verdict"))
  }

  @Test("Assumptions that could not be screened are said to be so")
  func unscreened() throws {
    let failed = AssumptionScreening(
      findings: [], omitted: [.init(path: "alerts.a.for", reason: .plan)], runs: 0,
      trajectories: 0, redrawn: 200, failure: "'a' is more than 'b'")
    let runs = try ComparisonFixture.runs([Self.near, Self.near])
    let comparison = Comparison(runs, screening: failed)
    let words = text(of: comparison).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("The assumptions could not be screened"))
    #expect(words.contains("'a' is more than 'b'") && words.contains("alerts.a.for"))
    let json = CompareJSON.text(of: comparison, patches: [])
    #expect(json.contains(#""failure": "'a' is more than 'b'""#))
  }
}
