import Experiments
import Foundation
import SimulationKernel
import Testing

@Suite("Sensitivity")
struct SensitivityTests {
  private let bootstrap = Bootstrap(RandomStream(seed: 5, name: "test.sensitivity"), resamples: 100)

  private static func ishigami(_ point: [Double]) -> Double {
    let x = point.map { (2 * $0 - 1) * .pi }
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * x[2] * x[2] * x[2] * x[2] * sin(x[0])
  }

  private static func sobolG(_ point: [Double]) -> Double {
    zip(point, [0, 1, 4.5, 9]).reduce(1) { $0 * (abs(4 * $1.0 - 2) + $1.1) / (1 + $1.1) }
  }

  @Test("On the same points, the indices are SALib's")
  func reference() throws {
    let cases: [([[Double]], ([Double]) -> Double)] = [
      (StatisticsReference.ishigamiIndices, SensitivityTests.ishigami),
      (StatisticsReference.sobolGIndices, SensitivityTests.sobolG),
    ]
    for (expected, function) in cases {
      let design = SobolIndices(dimensions: expected.count, count: 256, by: nil)
      let few = Bootstrap(RandomStream(key: 3), resamples: 2)
      let indices = try #require(
        design.indices(of: design.points.map(function), bootstrap: few))
      for (index, row) in zip(indices, expected) {
        #expect((index.first - row[0]).magnitude < 1e-9)
        #expect((index.total - row[1]).magnitude < 1e-9)
      }
    }
  }

  @Test("With scrambled points, intervals hold the exact indices of Ishigami's function")
  func ishigamiIndices() throws {
    let design = SobolIndices(
      dimensions: 3, count: 512, by: RandomStream(seed: 1, name: "test.saltelli"))
    let indices = try #require(
      design.indices(
        of: design.points.map(SensitivityTests.ishigami), confidence: 0.99, bootstrap: bootstrap))
    let exact = [(0.3139, 0.5576), (0.4424, 0.4424), (0, 0.2437)]
    for (index, (first, total)) in zip(indices, exact) {
      #expect(index.firstInterval.contains(first), "\(index)")
      #expect(index.totalInterval.contains(total), "\(index)")
      #expect(index.totalInterval.upperBound - index.totalInterval.lowerBound < 0.3)
    }
  }

  @Test("An outcome that does not vary has no indices")
  func constant() {
    let design = SobolIndices(dimensions: 2, count: 4, by: nil)
    #expect(
      design.indices(of: design.points.map { _ in 0.1 }, bootstrap: bootstrap) == nil)
  }

  @Test("A trajectory changes every input once, by the same large step")
  func trajectories() {
    let screening = MorrisScreening(
      dimensions: 5, trajectories: 6, by: RandomStream(seed: 2, name: "test.morris"))
    #expect(screening.points.count == 36)
    #expect(Set(screening.points).count > 30, "trajectories differ")
    for trajectory in 0..<6 {
      let points = Array(screening.points[(6 * trajectory)..<(6 * trajectory + 6)])
      var changed: Set<Int> = []
      for (before, after) in zip(points, points.dropFirst()) {
        let inputs = (0..<5).filter { before[$0] != after[$0] }
        #expect(inputs.count == 1)
        changed.formUnion(inputs)
        #expect(((before[inputs[0]] - after[inputs[0]]).magnitude - 2.0 / 3).magnitude < 1e-12)
      }
      #expect(changed.count == 5)
      #expect(points.joined().allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  @Test("A trajectory with a point that is not allowed is drawn again, and all others are")
  func refusedTrajectories() {
    func design(_ isAllowed: @escaping ([Double]) -> Bool) -> MorrisScreening {
      MorrisScreening(
        dimensions: 4, trajectories: 4, by: RandomStream(seed: 2, name: "test.morris"),
        isAllowed: isAllowed)
    }
    // The first may not be large beside a small second one: three of four trajectories are out.
    func isAllowed(_ point: [Double]) -> Bool { !(point[0] > 0.5 && point[1] < 0.5) }
    let some = design(isAllowed)
    #expect(some.trajectories == 4 && some.points.count == 20 && some.refused > 0)
    #expect(some.points.allSatisfy(isAllowed))
    #expect(some.points == design(isAllowed).points)
    #expect(design { _ in true }.refused == 0)
    let none = design { _ in false }
    #expect(none.trajectories == 0 && none.points.isEmpty && none.refused > 100)
  }

  @Test("On the same points, the effects are SALib's")
  func morrisReference() {
    let screening = MorrisScreening(
      dimensions: 3, trajectories: 4, by: RandomStream(seed: 4, name: "test.salib"))
    #expect(screening.points == StatisticsReference.morrisPoints)
    let effects = screening.effects(
      of: screening.points.map(SensitivityTests.ishigami), bootstrap: bootstrap)
    for (effect, row) in zip(effects, StatisticsReference.morrisEffects) {
      #expect((effect.mean - row[0]).magnitude < 1e-9)
      #expect((effect.magnitude - row[1]).magnitude < 1e-9)
      #expect((effect.deviation - row[2]).magnitude < 1e-9)
    }
  }

  @Test("A straight line has its slopes as effects; an input without effect has none")
  func linear() {
    let screening = MorrisScreening(
      dimensions: 3, trajectories: 5, by: RandomStream(seed: 3, name: "test.morris"))
    let effects = screening.effects(
      of: screening.points.map { 4 * $0[0] - 2 * $0[1] + 1 }, bootstrap: bootstrap)
    for (effect, slope) in zip(effects, [4.0, -2, 0]) {
      #expect((effect.mean - slope).magnitude < 1e-12)
      #expect((effect.magnitude - slope.magnitude).magnitude < 1e-12)
      #expect(effect.deviation < 1e-12)
    }
    #expect(effects[2].magnitudeInterval == 0...0)
  }

  @Test("Sobol's g function: the inputs come in the order of their weights")
  func screeningOrder() throws {
    let screening = MorrisScreening(
      dimensions: 4, trajectories: 20, by: RandomStream(seed: 6, name: "test.morris"))
    let effects = screening.effects(
      of: screening.points.map(SensitivityTests.sobolG), bootstrap: bootstrap)
    #expect(effects[0].magnitude > effects[1].magnitude)
    #expect(effects[1].magnitude > effects[2].magnitude)
    #expect(effects[2].magnitude > effects[3].magnitude)
    for effect in effects {
      #expect(try #require(effect.magnitudeInterval).contains(effect.magnitude))
    }
  }
}
