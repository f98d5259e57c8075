import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

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
    #expect(idle.verdict == .same)
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
    #expect(comparison.arms.map(\.group) == [1, 2, 3])
    #expect(comparison.arms.map(\.verdict) == [.better, .same, .worse])
  }

  @Test("Arms that differ by less than their luck share a group")
  func groups() throws {
    var near = Self.near
    near[1] = zip(Self.luck, [3.0, -4, 2, -3, 4, -2, 1, -1, 2, -3]).map { $0 + $1 }
    let comparison = try comparison(near: near)
    #expect(comparison.arms[0].group == comparison.arms[1].group)
    #expect(comparison.arms[0].verdict == .same)
  }

  @Test(
    "A verdict holds under the settings that give the same one, and the order turns where it does")
  func turns() throws {
    var far = Self.near
    far.swapAt(1, 3)
    let comparison = try comparison(far)
    #expect(comparison.arms.map(\.holds) == [["near"], ["near", "far"], ["near"]])
    #expect(
      comparison.turns == [
        .init(setting: "far", first: "good", second: "idle"),
        .init(setting: "far", first: "good", second: "bad"),
        .init(setting: "far", first: "idle", second: "bad"),
      ])
    #expect(try self.comparison().turns.isEmpty)
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
    #expect(Comparison.isNarrow(runs, halfWidth: 0.1, seedsMin: 4))
    #expect(!Comparison.isNarrow(runs, halfWidth: 0.0001, seedsMin: 4))
    #expect(!Comparison.isNarrow(runs, halfWidth: 0.1, seedsMin: 11))
    let comparison = Comparison(runs, halfWidth: 0.1)
    let bad = try #require(try arm("bad", of: comparison).effect(.userMinutesLost))
    #expect(bad.method == .sequence)
    let plain = try #require(try arm("bad", of: self.comparison()).effect(.userMinutesLost))
    let (wide, narrow) = (try #require(bad.interval), try #require(plain.interval))
    #expect(wide.lowerBound < narrow.lowerBound && wide.upperBound > narrow.upperBound)
  }

  @Test("A single seed has no intervals, and no verdict either")
  func oneSeed() throws {
    let comparison = Comparison(
      try ComparisonFixture.runs([[[60], [6], [60], [68]], [[60], [6], [60], [68]]]))
    for arm in comparison.arms {
      #expect(arm.effect(.userMinutesLost)?.interval == nil)
      #expect(arm.verdict == .same)
    }
  }
}
