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

  @Test("Few values have no interval; equal ones have one without width")
  func few() {
    let sequence = MeanSequence()
    #expect(sequence.interval(SampleMoments([1])) == nil)
    #expect(sequence.interval(SampleMoments([1, 2, 4])) == nil)
    #expect(sequence.interval(SampleMoments([2, 2, 2])) == 2...2)
    #expect(ProportionSequence().interval(Proportion(0, of: 0)) == 0...1)
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
    let rule = StoppingRule(.absolute(0.001), countMin: 4, countMax: 6)
    #expect(rule.decision(after: [1, 1, 1], reference: 0) == .goOn)
    #expect(rule.decision(after: [1, 1, 1, 1], reference: 0) == .reached)
    #expect(rule.decision(after: [1, 2, 3, 4, 5], reference: 0) == .goOn)
    #expect(rule.decision(after: [1, 2, 3, 4, 5, 6], reference: 0) == .exhausted)
  }
}
