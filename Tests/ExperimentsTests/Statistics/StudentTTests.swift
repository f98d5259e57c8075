import SimulationKernel
import Testing

@testable import Experiments

@Suite("StudentT")
struct StudentTTests {
  @Test("Probabilities agree with those of forty digits, tails included")
  func probabilities() {
    for row in StatisticsReference.studentProbabilities {
      let found = StudentT(degreesOfFreedom: row[0]).probability(row[1])
      #expect((found / row[2] - 1).magnitude < 1e-9, "df \(row[0]), t \(row[1]): \(found)")
    }
  }

  @Test("Quantiles agree with those of forty digits, tails included")
  func quantiles() {
    for row in StatisticsReference.studentQuantiles {
      let found = StudentT(degreesOfFreedom: row[0]).quantile(row[1])
      #expect((found / row[2] - 1).magnitude < 1e-9, "df \(row[0]), p \(row[1]): \(found)")
    }
  }

  @Test("The integral agrees at both ends")
  func incompleteBeta() {
    for row in StatisticsReference.incompleteBeta {
      let found = BetaFunction.incomplete(row[2], complement: 1 - row[2], row[0], row[1])
      #expect((found.lower - row[3]).magnitude < 1e-10 * max(row[3], 1e-6), "\(row)")
      #expect((found.upper - row[4]).magnitude < 1e-10 * max(row[4], 1e-6), "\(row)")
    }
  }

  @Test("With many degrees of freedom it is the normal distribution", arguments: [2e6, 1e9, 1e16])
  func limit(degreesOfFreedom: Double) {
    let student = StudentT(degreesOfFreedom: degreesOfFreedom)
    // The first term of Fisher's expansion.
    let normal = 1.959963984540054
    #expect((student.quantile(0.975) - normal - 2.37228 / degreesOfFreedom).magnitude < 1e-10)
    #expect((student.probability(student.quantile(0.1)) - 0.1).magnitude < 1e-12)
    #expect((student.probability(-normal) - 0.025 - 0.1386 / degreesOfFreedom).magnitude < 1e-9)
  }

  @Test("The ends are the ends")
  func ends() {
    let student = StudentT(degreesOfFreedom: 1)
    #expect(student.quantile(0) == -.infinity)
    #expect(student.quantile(1) == .infinity)
    #expect(student.quantile(0.5) == 0)
    #expect(student.probability(-.infinity) == 0)
    #expect(student.probability(.infinity) == 1)
    #expect(student.probability(0) == 0.5)
    #expect((student.probability(-1e150) * 1e150 * .pi - 1).magnitude < 1e-9)
  }

  @Test("Degrees of freedom below one and impossible probabilities are refused")
  func refused() async {
    await #expect(processExitsWith: .failure) { _ = StudentT(degreesOfFreedom: 0.5) }
    await #expect(processExitsWith: .failure) {
      _ = StudentT(degreesOfFreedom: 3).quantile(1.5)
    }
  }
}
