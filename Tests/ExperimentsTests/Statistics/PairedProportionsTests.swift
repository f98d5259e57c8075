import Experiments
import SimulationKernel
import Testing

@Suite("PairedProportions")
struct PairedProportionsTests {
  @Test(
    "McNemar's p and Newcombe's interval are the references'",
    arguments: StatisticsReference.pairedProportions)
  func reference(row: [Double]) {
    let pairs = PairedProportions(
      both: Int(row[0]), onlyArm: Int(row[1]), onlyBaseline: Int(row[2]), neither: Int(row[3]))
    #expect((pairs.pValue / row[4] - 1).magnitude < 1e-9)
    #expect((pairs.interval().lowerBound - row[5]).magnitude < 1e-12)
    #expect((pairs.interval().upperBound - row[6]).magnitude < 1e-12)
  }

  @Test("Outcomes are counted seed by seed")
  func counting() {
    let pairs = PairedProportions(
      arm: [true, true, false, false, false], baseline: [true, false, true, false, false])
    #expect(pairs == PairedProportions(both: 1, onlyArm: 1, onlyBaseline: 1, neither: 2))
    #expect(pairs.difference == 0)
    #expect(pairs.pValue == 1)
  }

  @Test("Without seeds nothing is known")
  func noSeeds() {
    let pairs = PairedProportions(arm: [], baseline: [])
    #expect(pairs.difference == nil)
    #expect(pairs.interval() == -1...1)
    #expect(pairs.pValue == 1)
  }

  @Test("Newcombe's interval holds the truth of dependent pairs")
  func coverage() {
    let random = RandomStream(seed: 8, name: "test.pairs")
    let series = 1_000
    let held = (0..<UInt64(series)).reduce(0) { count, entity in
      // One uniform for both, as common random numbers have it: 0.3 and 0.5.
      let draws = (0..<40).map { random.unit(for: entity, draw: $0) }
      let pairs = PairedProportions(
        arm: draws.map { $0 < 0.3 }, baseline: draws.map { $0 < 0.5 })
      return count + (pairs.interval().contains(-0.2) ? 1 : 0)
    }
    #expect(Proportion(held, of: series).interval(confidence: 0.999).overlaps(0.935...0.99))
  }
}
