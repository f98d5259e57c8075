import Testing

@testable import Scenarios

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
