import Testing

@testable import Systems

@Suite("Scale")
struct ScaleTests {
  @Test(
    "Counts are rounded to the nearest, and nothing that there is vanishes",
    arguments: [
      (0, 1, 100, 0), (1, 1, 100, 1), (149, 1, 100, 1), (150, 1, 100, 2), (10_000, 1, 100, 100),
      (7, 1, 1, 7), (10, 2, 3, 7), (-5, 1, 2, 0), (.max, 1, 1, .max),
    ] as [(Int, Int, Int, Int)])
  func counts(whole: Int, numerator: Int, denominator: Int, expected: Int) {
    #expect(Scale(numerator, in: denominator).count(whole) == expected)
  }

  @Test("A denominator as large as there is does not overflow")
  func largeDenominator() {
    let half = Scale(.max / 2 + 1, in: .max)
    #expect(half.count(3) == 2)
    #expect(half.count(.max) == .max / 2 + 1)
    #expect(Scale(.max, in: .max).count(12) == 12)
  }

  @Test("What a simulated count stands for is the inverse of the scale")
  func whole() {
    let scale = Scale(3, in: 100)
    #expect(scale.whole(3) == 100)
    #expect(scale.rate(200) == 6)
    #expect(scale.fraction == 0.03)
  }

  @Test("A scale of nothing, or above one, is a bug")
  func fences() async {
    await #expect(processExitsWith: .failure) { _ = Scale(0, in: 1) }
    await #expect(processExitsWith: .failure) { _ = Scale(2, in: 1) }
  }
}
