import SimulationKernel
import Testing

@testable import Scenarios

@Suite("Units")
struct UnitsTests {
  @Test(
    "Durations are exact",
    arguments: [
      ("0s", 0), ("5ns", 5), ("20us", 20_000), ("20µs", 20_000), ("20μs", 20_000),
      ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("60s", 60_000_000_000),
      ("10m", 600_000_000_000), ("1h", 3_600_000_000_000), ("1d", 86_400_000_000_000),
      ("-2s", -2_000_000_000), ("-0s", 0), ("0.000000001s", 1), ("1e3ms", 1_000_000_000),
      ("41.25s", 41_250_000_000), ("9223372036854775807ns", .max),
      ("-9223372036854775808ns", .min), ("0e999999999999s", 0), ("1e-9s", 1),
      ("100000000000000000000e-20s", 1_000_000_000), ("0.0009765625d", 84_375_000_000),
    ] as [(String, Int64)])
  func readsDurations(text: String, nanoseconds: Int64) throws {
    #expect(try Units.duration(text) == Duration(nanoseconds: nanoseconds))
  }

  @Test(
    "What is not a duration says why",
    arguments: [
      ("", "malformed"), ("s", "malformed"), ("60", "missingUnit"), ("1 s", "unknownUnit"),
      ("1sec", "unknownUnit"), ("1S", "unknownUnit"), ("1m30s", "unknownUnit"),
      ("007s", "malformed"), ("+1s", "malformed"), (".5s", "malformed"),
      ("1e999999999s", "tooLarge"),
      ("9223372036854775808ns", "tooLarge"), ("-9223372036854775809ns", "tooLarge"),
      ("1e-400s", "tooFine"), ("0.5ns", "tooFine"), ("1e-999999999999999999999s", "tooFine"),
      ("106752d", "tooLarge"), ("0.12345678901234567890123456789s", "tooFine"),
      ("12345678901234567890123456789s", "tooLarge"), ("infs", "malformed"),
      ("0x10s", "unknownUnit"),
    ])
  func refusesDurations(text: String, failure: String) {
    do throws(Units.Failure) {
      let duration = try Units.duration(text)
      Issue.record("\(text) was read as \(duration)")
    } catch {
      #expect("\(error)".hasPrefix(failure), "\(text): \(error)")
    }
  }

  @Test("A printed duration reads back")
  func printsDurations() throws {
    for nanoseconds in [
      0, 1, 999, 1_000, 1_500_000, 60_000_000_000, 90_000_000_000, -5, .max, .min,
    ]
      as [Int64]
    {
      let duration = Duration(nanoseconds: nanoseconds)
      #expect(try Units.duration(Units.text(duration)) == duration)
    }
    #expect(Units.text(.seconds(90)) == "90s")
    #expect(Units.text(.seconds(120)) == "2m")
    #expect(Units.text(.milliseconds(1_500)) == "1500ms")
    #expect(Units.text(.zero) == "0s")
  }

  @Test(
    "Clock times count from midnight",
    arguments: [
      ("00:00:00", 0), ("14:18:00", 51_480_000_000_000), ("14:18", 51_480_000_000_000),
      ("9:05:01.25", 32_701_250_000_000), ("23:59:59.999999999", 86_399_999_999_999),
      ("1d 00:30:00", 88_200_000_000_000), ("0d 00:00:01", 1_000_000_000),
    ] as [(String, Int64)])
  func readsClocks(text: String, nanoseconds: Int64) throws {
    let instant = try Units.clock(text)
    #expect(instant == Instant(nanoseconds: nanoseconds))
    #expect(try Units.clock(Units.text(instant)) == instant)
  }

  @Test(
    "What is not a clock time is refused",
    arguments: [
      "", "14", "24:00:00", "14:60:00", "14:18:60", "14:18:0", "14:1:00", "-1:00:00", "14:18:00 ",
      "d 00:00:00", "1 00:00:00", "999999d 00:00:00", "106751d 23:59:59", "9999999d 00:00",
      "1d  00:00:00", "14:18:00.", "14:18:00.1234567891", "14:18:00:00", "١٤:18:00", "14:18:00.x",
      "+1:00", "1d1d 00:00",
    ])
  func refusesClocks(text: String) {
    #expect(throws: Units.Failure.self) { try Units.clock(text) }
  }
}

@Suite("ExactDecimal")
struct ExactDecimalTests {
  @Test(
    "Whole numbers are exact up to the last one",
    arguments: [
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("1e3", 1_000), ("-0", 0),
      ("10.0", 10), ("1.5e1", 15), ("0e99", 0), ("92233720368547758070e-1", .max),
    ] as [(String, Int64)])
  func readsWholeNumbers(text: String, value: Int64) throws {
    #expect(try ExactDecimal(text)?.int64() == value)
    #expect(DocumentNumber(text)?.int64 == value)
  }

  @Test(
    "What does not fit is nil",
    arguments: [
      "9223372036854775808", "-9223372036854775809", "1.5", "1e999999999", "1e-400",
      "1e99999999999999999999999999", "-1e99999999999999999999999999",
    ])
  func refuses(text: String) {
    #expect(DocumentNumber(text)?.int64 == nil)
  }

  @Test("Unsigned numbers have all 64 bits, and no sign")
  func readsUnsigned() {
    #expect(DocumentNumber("18446744073709551615")?.uint64 == .max)
    #expect(DocumentNumber("18446744073709551616")?.uint64 == nil)
    #expect(DocumentNumber("-1")?.uint64 == nil)
    #expect(DocumentNumber("-0")?.uint64 == 0)
  }

  @Test("Doubles are finite, and never minus zero or zero by accident")
  func readsDoubles() {
    #expect(DocumentNumber("1e999999999")?.double == nil)
    #expect(DocumentNumber("1e-400")?.double == nil)
    #expect(DocumentNumber("-0.0")?.double?.sign == .plus)
    #expect(DocumentNumber("0.1")?.double == 0.1)
    #expect(DocumentNumber("1.7976931348623157e308")?.double == .greatestFiniteMagnitude)
    #expect(DocumentNumber("5e-324")?.double == .leastNonzeroMagnitude)
  }

  @Test(
    "Numbers are the same when their exact values are",
    arguments: [("1", "1.0"), ("100", "1e2"), ("-0", "0"), ("0.10", "1e-1")])
  func compares(left: String, right: String) {
    #expect(DocumentNumber(left) == DocumentNumber(right))
    #expect(DocumentNumber(left) != DocumentNumber("7"))
  }

  @Test("Only numbers of the standard are numbers")
  func followsTheGrammar() {
    for text in ["", "-", "01", "1.", ".1", "1e", "1e+", "+1", "1 ", "0x1", "--1", "1.e1", "∞"] {
      #expect(DocumentNumber(text) == nil, "\(text)")
    }
  }
}

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
