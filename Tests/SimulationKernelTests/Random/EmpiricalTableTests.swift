import SimulationKernel
import Testing

@Suite("EmpiricalTable")
struct EmpiricalTableTests {
  let stream = RandomStream(seed: 51, name: "table")

  @Test("Weighted spans come up with their shares, whatever their order")
  func weightsAreShares() throws {
    let table = try EmpiricalTable(weights: [
      (.milliseconds(3), 5), (.milliseconds(1), 2), (.milliseconds(2), 0), (.milliseconds(9), 1),
      (.milliseconds(3), 2),
    ])
    var counts = Array(repeating: 0, count: 10)
    for draw in 0..<UInt64(10_000) {
      let span = table.duration(from: stream, for: 0, draw: draw)
      counts[Int(span.nanoseconds / 1_000_000)] += 1
    }
    #expect(counts[2] == 0)
    let found = [counts[1], counts[3], counts[9]]
    let critical = Statistics.chiSquareCritical(freedom: 2)
    #expect(Statistics.chiSquare(found, shares: [0.2, 0.7, 0.1]) < critical)
    #expect(Statistics.chiSquare(found, shares: [0.25, 0.65, 0.1]) > critical)
    #expect(table.mean == .microseconds(3_200))
    #expect(table.range == .milliseconds(1)...(.milliseconds(9)))
  }

  @Test("Between quantiles the spans go in a straight line")
  func quantilesAreLines() throws {
    let table = try EmpiricalTable(quantiles: [
      (0, .seconds(1)), (0.5, .seconds(2)), (0.9, .seconds(10)), (0.9999, .seconds(10)),
      (1, .seconds(60)),
    ])
    let spans = (0..<UInt64(20_000)).map {
      table.duration(from: stream, for: 1, draw: $0).seconds
    }
    #expect(spans.allSatisfy { $0 >= 1 && $0 <= 60 })
    let flat = spans.count { $0 == 10 }
    let z = (Double(flat) / 20_000 - 0.0999) / (0.0999 * 0.9001 / 20_000).squareRoot()
    #expect(z.magnitude < Statistics.normalCritical())
    // Below the flat part the law is continuous.
    let below = spans.filter { $0 < 10 }
    let critical = Statistics.kolmogorovSmirnovCritical(count: below.count)
    func law(_ knee: Double) -> (Double) -> Double {
      { x in x < 2 ? (x - 1) * knee / 0.9 : (knee + (x - 2) / 8 * (0.9 - knee)) / 0.9 }
    }
    #expect(Statistics.kolmogorovSmirnov(below, law(0.5)) < critical)
    #expect(Statistics.kolmogorovSmirnov(below, law(0.53)) > critical)
    // 0.5 * 1.5 + 0.4 * 6 + 0.0999 * 10 + 0.0001 * 35 s
    #expect((table.mean.seconds - 4.1525).magnitude < 1e-9)
  }

  @Test("A table as wide as a duration does not trap")
  func widestTable() throws {
    let least = Duration(nanoseconds: .min)
    let greatest = Duration(nanoseconds: .max)
    let lines = try EmpiricalTable(quantiles: [(0, least), (1, greatest)])
    let weights = try EmpiricalTable(weights: [(least, .max - 1), (greatest, 1)])
    let spans = (0..<UInt64(500)).map { lines.duration(from: stream, for: 2, draw: $0) }
    #expect(spans.contains { $0 < .zero } && spans.contains { $0 > .zero })
    #expect(weights.duration(from: stream, for: 2, draw: 0) == least)
    #expect(lines.mean.nanoseconds.magnitude < 2_000)
  }

  @Test("Tables without meaning are refused, with a reason")
  func refusesNonsense() {
    let second = Duration.seconds(1)
    #expect(throws: DistributionError.emptyTable) { try EmpiricalTable(weights: []) }
    #expect(throws: DistributionError.emptyTable) { try EmpiricalTable(weights: [(second, 0)]) }
    #expect(throws: DistributionError.weightsOverflow) {
      try EmpiricalTable(weights: [(second, .max), (.zero, 1)])
    }
    #expect(throws: DistributionError.emptyTable) { try EmpiricalTable(quantiles: [(0, second)]) }
    #expect(throws: DistributionError.quantilesIncomplete) {
      try EmpiricalTable(quantiles: [(0.1, second), (1, second)])
    }
    #expect(throws: DistributionError.quantilesIncomplete) {
      try EmpiricalTable(quantiles: [(0, second), (0.99, second)])
    }
    for fraction in [0, -1, 1, 2, .nan] as [Double] {
      #expect(throws: DistributionError.self) {
        try EmpiricalTable(quantiles: [(0, second), (fraction, second), (1, second)])
      }
    }
    #expect(throws: DistributionError.quantilesNotRising(at: 1)) {
      try EmpiricalTable(quantiles: [(0, second), (1, .zero)])
    }
  }
}
