import Scenarios
import Testing

@Suite("ExactFraction")
struct ExactFractionTests {
  @Test("Fractions are in lowest terms and compare exactly")
  func reduces() throws {
    let fraction = try #require(ExactFraction(2, 20))
    #expect(fraction == .oneIn(10))
    #expect(fraction.description == "1/10")
    #expect(ExactFraction(1, 0) == nil)
    #expect(ExactFraction(0, 7) == .zero)
    let large = try #require(ExactFraction(.max - 1, .max))
    #expect(large < .one)
    #expect(try #require(ExactFraction(.max - 2, .max - 1)) < large)
  }

  @Test("A part of a count is rounded to the nearest, and nil when it does not fit")
  func scales() throws {
    #expect(ExactFraction.oneIn(10).of(15) == 2)
    #expect(ExactFraction.oneIn(10).of(14) == 1)
    #expect(ExactFraction.oneIn(10).of(-14) == -1)
    #expect(ExactFraction.one.of(.max) == .max)
    #expect(ExactFraction.one.of(.min) == nil)
    #expect(try #require(ExactFraction(.max, 1)).of(.max) == nil)
  }
}
