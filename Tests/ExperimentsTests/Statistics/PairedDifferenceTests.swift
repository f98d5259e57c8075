import Experiments
import SimulationKernel
import Testing

@Suite("PairedDifference")
struct PairedDifferenceTests {
  private let bootstrap = Bootstrap(RandomStream(seed: 4, name: "test.bootstrap"), resamples: 400)

  @Test("Mean, interval, p and correlation are scipy's", arguments: StatisticsReference.paired)
  func reference(row: [Double]) throws {
    let count = Int(row[0])
    let difference = PairedDifference(
      arm: Array(row[1...count]), baseline: Array(row[(count + 1)...(2 * count)]),
      bootstrap: bootstrap)
    let student = try #require(difference.student)
    let found = [
      difference.difference, difference.deviation, difference.skewness, student.lowerBound,
      student.upperBound, difference.pValue, try #require(difference.correlation),
      try #require(difference.varianceReduction),
    ]
    for (value, expected) in zip(found, row[(2 * count + 1)...]) {
      #expect((value - expected).magnitude < 1e-9 * max(1, expected.magnitude))
    }
  }

  @Test("An arm equal to the baseline differs by exactly zero, without width")
  func equalArm() {
    let values = [0.1, 0.7, 0.30000000000000004, 1e9, -3.3]
    let difference = PairedDifference(arm: values, baseline: values, bootstrap: bootstrap)
    #expect(difference.difference == 0)
    #expect(difference.student == 0...0)
    #expect(difference.bootstrap == 0...0)
    #expect(difference.pValue == 1)
    #expect(difference.correlation.map { $0 > 0.999999 } == true)
    #expect(difference.varianceReduction == nil)
  }

  @Test("Few equal differences tell nothing, many have no width and the sign test's p value")
  func constantDifference() {
    let few = PairedDifference(arm: [3, 5, 9], baseline: [1, 3, 7], bootstrap: bootstrap)
    #expect(few.difference == 2 && few.interval == nil && few.bootstrap == nil)
    #expect(few.pValue == 1)
    let baseline = (0..<10).map(Double.init)
    let many = PairedDifference(
      arm: baseline.map { $0 + 2 }, baseline: baseline, bootstrap: bootstrap)
    #expect(many.interval == 2...2)
    #expect((many.pValue * 512 - 1).magnitude < 1e-12)
  }

  @Test("One pair has a difference but no interval")
  func onePair() {
    let difference = PairedDifference(arm: [3], baseline: [1], bootstrap: bootstrap)
    #expect(difference.difference == 2)
    #expect(difference.interval == nil)
    #expect(difference.pValue == 1)
  }

  @Test("Symmetric differences show Student's interval, one outlier in twenty the bootstrap's")
  func shownInterval() throws {
    let baseline = (0..<20).map(Double.init)
    let symmetric = PairedDifference(
      arm: baseline.map { $0 + ($0.truncatingRemainder(dividingBy: 4) - 1.5) }, baseline: baseline,
      bootstrap: bootstrap)
    #expect(symmetric.shown == .student)
    #expect(symmetric.interval == symmetric.student)
    var arm = baseline
    arm[7] += 100
    let skewed = PairedDifference(arm: arm, baseline: baseline, bootstrap: bootstrap)
    #expect(skewed.shown == .bootstrap)
    #expect(skewed.interval == skewed.bootstrap)
    let low = try #require(skewed.bootstrap).lowerBound
    #expect(low == 0, "no resample's mean is below zero where no difference is")
    #expect(try #require(skewed.student).lowerBound < 0)
    let few = PairedDifference(
      arm: Array(arm[3..<9]), baseline: Array(baseline[3..<9]), bootstrap: bootstrap)
    #expect(few.shown == .student, "six pairs have no shape")
  }

  @Test("Pairs of unequal number and values without meaning are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) {
      _ = PairedDifference(
        arm: [1, 2], baseline: [1], bootstrap: Bootstrap(RandomStream(key: 1)))
    }
    await #expect(processExitsWith: .failure) { _ = SampleMoments([1, .infinity]) }
    await #expect(processExitsWith: .failure) { _ = SampleMoments([]) }
  }
}
