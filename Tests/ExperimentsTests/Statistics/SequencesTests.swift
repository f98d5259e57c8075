import Experiments
import SimulationKernel
import Testing

@Suite("Confidence sequences")
struct SequencesTests {
  @Test(
    "The mean's reach is where the Bayes factor meets the level",
    arguments: StatisticsReference.meanSequence)
  func meanReference(row: [Double]) throws {
    let sequence = MeanSequence(confidence: row[0], countExpected: Int(row[1]))
    let reach = try #require(sequence.criticalValue(count: Int(row[2])))
    #expect((reach / row[3] - 1).magnitude < 1e-8)
  }

  @Test(
    "The probability's ends are where the mixture meets the level",
    arguments: StatisticsReference.proportionSequence)
  func proportionReference(row: [Double]) {
    let interval = ProportionSequence().interval(Proportion(Int(row[0]), of: Int(row[1])))
    #expect((interval.lowerBound - row[2]).magnitude < 1e-10)
    #expect((interval.upperBound - row[3]).magnitude < 1e-10)
  }

  @Test("Few values have no interval; equal ones have one without width as soon as others have one")
  func few() {
    let sequence = MeanSequence()
    #expect(sequence.interval(SampleMoments([1])) == nil)
    #expect(sequence.interval(SampleMoments([1, 2, 4])) == nil)
    #expect(sequence.interval(SampleMoments([2, 2, 2])) == nil)
    let needed = (2...100).first { sequence.criticalValue(count: $0) != nil } ?? 0
    #expect(needed > 5)
    func equal(_ count: Int) -> SampleMoments {
      SampleMoments(Array(repeating: 2, count: count))
    }
    #expect(sequence.interval(equal(needed - 1)) == nil)
    #expect(sequence.interval(equal(needed)) == 2...2)
    #expect(sequence.pValue(equal(needed - 1)) > 0.05 && sequence.pValue(equal(needed)) <= 0.05)
    #expect(ProportionSequence().interval(Proportion(0, of: 0)) == 0...1)
  }

  @Test("A p value is at most 5 % exactly where the interval leaves zero out")
  func pValues() throws {
    let random = RandomStream(seed: 36, name: "test.pvalues")
    let sequence = MeanSequence(countExpected: 30)
    #expect(sequence.pValue(SampleMoments([1])) == 1)
    #expect(sequence.pValue(SampleMoments([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])) == 1)
    var excluded = 0
    for entity in 0..<200 as Range<UInt64> {
      let count = 3 + Int(entity % 40)
      let moments = SampleMoments(
        (0..<count).map { random.normal(mean: 0.5, deviation: 1, for: entity, draw: UInt64($0)) })
      let leavesOut = sequence.interval(moments).map { !$0.contains(0) } ?? false
      #expect((sequence.pValue(moments) <= 0.05) == leavesOut, "\(entity)")
      if leavesOut { excluded += 1 }
    }
    #expect(excluded > 40 && excluded < 160)
  }

  @Test("Two probabilities watched after every pair: the difference is held, the p value agrees")
  func pairs() {
    let random = RandomStream(seed: 37, name: "test.pairs")
    let sequence = PairedProportionsSequence()
    #expect(sequence.interval(PairedProportions(arm: [], baseline: [])) == -1...1)
    let alike = PairedProportions(both: 0, onlyArm: 0, onlyBaseline: 0, neither: 10)
    let interval = sequence.interval(alike)
    // Ten pairs that agree do not prove that none would disagree.
    #expect(interval.contains(0) && interval.upperBound > 0.1)
    #expect(sequence.pValue(alike) == 1)
    var held = 0
    for entity in 0..<60 as Range<UInt64> {
      var (both, onlyArm, onlyBaseline, neither) = (0, 0, 0, 0)
      var isHeld = true
      for pair in 0..<60 as Range<UInt64> {
        switch random.unit(for: entity, draw: pair) {
        case ..<0.1: both += 1
        case ..<0.2: onlyArm += 1
        case ..<0.7: onlyBaseline += 1
        default: neither += 1
        }
        let pairs = PairedProportions(
          both: both, onlyArm: onlyArm, onlyBaseline: onlyBaseline, neither: neither)
        let interval = sequence.interval(pairs)
        if !interval.contains(-0.4) { isHeld = false }
        #expect((sequence.pValue(pairs) <= 0.05) == !interval.contains(0))
      }
      if isHeld { held += 1 }
    }
    #expect(held >= 56, "\(held)")
  }

  @Test("Watched after every value, the sequence holds; Student's interval does not")
  func continuousMonitoring() throws {
    let seed: UInt64 = 33
    let random = RandomStream(seed: seed, name: "test.monitoring")
    let series = 500
    let counts = 20...150
    let sequence = MeanSequence()
    let reaches = try counts.map { try #require(sequence.criticalValue(count: $0)) }
    let students = counts.map {
      StudentT(degreesOfFreedom: Double($0 - 1)).criticalValue(confidence: 0.95)
    }
    var held = 0
    var studentHeld = 0
    for entity in 0..<UInt64(series) {
      var sum = 0.0
      var squares = 0.0
      var worst = 0.0
      var studentWorst = 0.0
      for draw in 1...counts.upperBound {
        let value = random.standardNormal(for: entity, draw: UInt64(draw))
        sum += value
        squares += value * value
        guard draw >= counts.lowerBound else { continue }
        let size = Double(draw)
        let variance = (squares - sum * sum / size) / (size - 1)
        let t = sum.magnitude / (variance * size).squareRoot()
        worst = max(worst, t / reaches[draw - counts.lowerBound])
        studentWorst = max(studentWorst, t / students[draw - counts.lowerBound])
      }
      if worst <= 1 { held += 1 }
      if studentWorst <= 1 { studentHeld += 1 }
    }
    #expect(Double(held) >= 0.95 * Double(series), "seed \(seed): \(held)")
    #expect(Double(studentHeld) < 0.85 * Double(series), "seed \(seed): \(studentHeld)")
  }

  /// Shapes of differences, with their mean taken off.
  enum Shape: CaseIterable {
    case normal, exponential, jump

    /// What the sequence of comparisons holds at the least, of series that are watched all along.
    var shareMin: Double {
      switch self {
      case .normal: 0.95
      case .exponential: 0.91
      case .jump: 0.85
      }
    }

    func value(_ random: RandomStream, for entity: UInt64, draw: UInt64) -> Double {
      switch self {
      case .normal: random.standardNormal(for: entity, draw: draw)
      case .exponential: random.exponential(mean: 1, for: entity, draw: draw) - 1
      case .jump: random.unit(for: entity, draw: draw) < 0.1 ? 0.9 : -0.1
      }
    }
  }

  @Test(
    "As comparisons watch it, the sequence holds, also where seeds are unlike",
    arguments: Shape.allCases)
  func asCompared(shape: Shape) throws {
    let seed: UInt64 = 38
    let random = RandomStream(seed: seed, name: "test.compared")
    let series = 400
    let looks = Array(stride(from: Comparison.seedsMin, through: 120, by: 2))
    let reaches = try looks.map { try #require(Comparison.sequence.criticalValue(count: $0)) }
    let held = (0..<UInt64(series)).count { entity in
      var (sum, squares, look) = (0.0, 0.0, 0)
      for draw in 1...120 {
        let value = shape.value(random, for: entity, draw: UInt64(draw))
        sum += value
        squares += value * value
        guard look < looks.count, draw == looks[look] else { continue }
        let size = Double(draw)
        let variance = max(0, (squares - sum * sum / size) / (size - 1))
        // Rounding leaves a little where no jump was seen; the mean is then off all the same.
        if sum.magnitude / size > reaches[look] * (variance / size).squareRoot() + 1e-9 {
          return false
        }
        look += 1
      }
      return true
    }
    #expect(Double(held) >= shape.shareMin * Double(series), "seed \(seed): \(held)")
  }

  @Test("A probability watched after every trial is held", arguments: [0.05, 0.5])
  func continuousTrials(probability: Double) {
    let random = RandomStream(seed: 34, name: "test.trials")
    let sequence = ProportionSequence()
    let series = 500
    let held = (0..<UInt64(series)).count { entity in
      var successes = 0
      return (1...100).allSatisfy { trial in
        if random.unit(for: entity, draw: UInt64(trial)) < probability { successes += 1 }
        return sequence.allows(probability, after: Proportion(successes, of: trial))
      }
    }
    #expect(Double(held) >= 0.95 * Double(series))
  }

  @Test("Seeds are added until the interval is narrow, and the mean is still held")
  func stopping() throws {
    let random = RandomStream(seed: 35, name: "test.stopping")
    let rule = StoppingRule(.relative(0.05), countMax: 400)
    var held = 0
    var counts: [Int] = []
    for entity in 0..<60 as Range<UInt64> {
      var values = (0..<20).map {
        random.normal(mean: 10, deviation: 1.2, for: entity, draw: $0)
      }
      while rule.decision(after: values, reference: 10) == .goOn {
        values.append(
          random.normal(mean: 10, deviation: 1.2, for: entity, draw: UInt64(values.count)))
      }
      #expect(rule.decision(after: values, reference: 10) == .reached)
      let interval = try #require(rule.sequence.interval(SampleMoments(values)))
      #expect(interval.upperBound - interval.lowerBound <= 1)
      if interval.contains(10) { held += 1 }
      counts.append(values.count)
    }
    #expect(held >= 56)
    #expect(Set(counts).count > 10, "noisier series take more seeds")
  }

  @Test("A rule stops at its most values, and never before its least")
  func limits() {
    let sequence = MeanSequence(countExpected: 30)
    let rule = StoppingRule(.absolute(0.001), countMin: 4, countMax: 12, sequence: sequence)
    // However equal the values are, too few of them say nothing.
    let needed = (2...12).first { sequence.criticalValue(count: $0) != nil } ?? 0
    #expect(needed > 4)
    for count in 1..<needed {
      #expect(
        rule.decision(after: Array(repeating: 1, count: count), reference: 0) == .goOn, "\(count)")
    }
    #expect(rule.decision(after: Array(repeating: 1, count: needed), reference: 0) == .reached)
    let spread = (1...12).map(Double.init)
    #expect(rule.decision(after: Array(spread.dropLast()), reference: 0) == .goOn)
    #expect(rule.decision(after: spread, reference: 0) == .exhausted)
  }
}
