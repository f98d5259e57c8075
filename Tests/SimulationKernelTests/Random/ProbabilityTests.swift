import SimulationKernel
import Testing

@Suite("Probability")
struct ProbabilityTests {
  @Test(
    "Texts are read exactly, in lowest terms",
    arguments: [
      ("50%", "1/2"), ("1e-7", "1/10000000"), ("0.5", "1/2"), ("1/3", "1/3"), ("2/6", "1/3"),
      ("0", "0/1"), ("0.0", "0/1"), ("0e9", "0/1"), ("0%", "0/1"), ("1", "1/1"), ("1.000", "1/1"),
      ("100%", "1/1"), ("100.00%", "1/1"), ("0.01%", "1/10000"), ("12.5%", "1/8"),
      ("10e-1", "1/1"), ("5E-1", "1/2"), ("0.2e+1%", "1/50"), ("00.25", "1/4"), ("0/5", "0/1"),
      ("1e-19", "1/10000000000000000000"),
      (
        "0.9999999999999999999",
        "9999999999999999999/10000000000000000000"
      ), ("6.25e-20", "1/16000000000000000000"),
      ("18446744073709551614/18446744073709551615", "18446744073709551614/18446744073709551615"),
      ("0.0000000000000000000000000000000000000000000", "0/1"),
      ("0.50000000000000000000000000000000000000000000", "1/2"),
    ])
  func readsTexts(text: String, expected: String) throws {
    let probability = try #require(Probability(text))
    #expect(probability.description == expected)
  }

  @Test(
    "What is no probability, or too fine for a fraction of 64 bits, is refused",
    arguments: [
      "", "%", ".", ".5", "5.", "-0.5", "+0.5", "1.1", "101%", "2", "1e1", "3/2", "1/0", "0/0",
      "/", "1/", "/2", "1/2/3", "1/2%", "a", "0x1", "1e", "1e-", "e5", "0.5 ", " 0.5", "0,5",
      "1e-20", "5e-20",
      "1e-99999", "1e-100000", "1e99999", "nan", "inf", "0.5%%", "1..2", "0.1.2",
      "18446744073709551616/18446744073709551617", "0.99999999999999999999", "½", "٥",
      "123456789012345678901234567890",
    ])
  func refusesTexts(text: String) {
    #expect(Probability(text) == nil)
  }

  @Test("A double counts as the decimal it is written as")
  func readsDoubles() {
    #expect(Probability(decimal: 0.1) == Probability(1, in: 10))
    #expect(Probability(decimal: 1e-7) == Probability(1, in: 10_000_000))
    #expect(Probability(decimal: 0) == .never)
    #expect(Probability(decimal: -0.0) == .never)
    #expect(Probability(decimal: 1) == .always)
    #expect(Probability(decimal: 0.3) == Probability(3, in: 10))
    for refused in [-0.1, 1.1, .nan, .infinity, 1e-300] {
      #expect(Probability(decimal: refused) == nil)
    }
  }

  @Test("Fractions compare exactly and know their complement")
  func compares() throws {
    let third = try #require(Probability(1, in: 3))
    let close = try #require(Probability("0.3333333333333333333"))
    #expect(close < third)
    #expect(third.complement == Probability(2, in: 3))
    #expect(Probability.always.complement == .never)
    #expect(third.value == 1.0 / 3)
    #expect(Probability(1, in: 0) == nil)
    #expect(Probability(2, in: 1) == nil)
  }

  @Test("A stream draws the fraction it stands for")
  func drawsFraction() throws {
    let stream = RandomStream(seed: 1, name: "probability")
    let fifth = try #require(Probability("20%"))
    for entity in 0..<UInt64(500) {
      #expect(
        stream.chance(fifth, for: entity, draw: 0) == stream.chance(1, in: 5, for: entity, draw: 0))
      #expect(stream.chance(Probability.always, for: entity, draw: 0))
      #expect(!stream.chance(Probability.never, for: entity, draw: 0))
    }
  }
}
