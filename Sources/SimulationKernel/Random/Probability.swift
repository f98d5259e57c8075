/// A probability as an exact fraction in lowest terms, between zero and one.
@frozen
public struct Probability: Hashable, Sendable, BitwiseCopyable {
  /// Never above `denominator`.
  public let numerator: UInt64
  /// Never zero.
  public let denominator: UInt64

  public static var never: Probability { Probability(lowest: 0, 1) }
  public static var always: Probability { Probability(lowest: 1, 1) }

  private init(lowest numerator: UInt64, _ denominator: UInt64) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// A fraction, or nil unless `0 <= numerator <= denominator` and `denominator > 0`.
  public init?(_ numerator: UInt64, in denominator: UInt64) {
    guard denominator > 0, numerator <= denominator else { return nil }
    var divisor = denominator
    var rest = numerator
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    self.init(lowest: numerator / divisor, denominator / divisor)
  }

  /// The shortest decimal that reads back as `value`, taken exactly: 0.1 is one in ten.
  ///
  /// Nil when it is outside of zero to one, or has more places than a 64-bit fraction can hold.
  public init?(decimal value: Double) {
    guard value >= 0, value <= 1 else { return nil }
    // A negative zero would bring its sign into the text.
    self.init(value == 0 ? "0" : value.description)
  }

  /// Reads "0.5", "1e-7", "50%", "0.01%" or "1/3", exactly.
  ///
  /// Nil when the text is none of these, is outside of zero to one, or needs a numerator or a
  /// denominator above 2⁶⁴ - 1 in lowest terms. No signs but the exponent's, and no spaces.
  public init?(_ text: some StringProtocol) {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard let numerator = ExactDecimalText.wholeNumber(Array(parts[0])),
        let denominator = ExactDecimalText.wholeNumber(Array(parts[1]))
      else { return nil }
      self.init(numerator, in: denominator)
      return
    }
    guard let decimal = ExactDecimalText(Array(text.utf8)) else { return nil }
    if decimal.digits == 0 {
      self = .never
      return
    }
    // digits * 10^exponent, with the digits free of trailing zeros: above one if the exponent is
    // positive, and beyond a fraction of 64-bit words if 5^places alone is.
    guard decimal.exponent <= 0 else { return nil }
    var numerator = decimal.digits
    var denominator: UInt64 = 1
    var places = -decimal.exponent
    // Digits without trailing zeros have a factor of two or of five, but not both.
    while places > 0 {
      var factor: UInt64 = 10
      if numerator % 2 == 0 {
        numerator /= 2
        factor = 5
      } else if numerator % 5 == 0 {
        numerator /= 5
        factor = 2
      }
      let (product, overflow) = denominator.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      denominator = product
      places -= 1
    }
    self.init(numerator, in: denominator)
  }

  /// The fraction as a double, rounded.
  public var value: Double { Double(numerator) / Double(denominator) }

  /// The chance that it does not happen.
  public var complement: Probability { Probability(lowest: denominator - numerator, denominator) }
}

extension Probability: Comparable {
  /// Compares exactly.
  public static func < (left: Probability, right: Probability) -> Bool {
    let first = left.numerator.multipliedFullWidth(by: right.denominator)
    let second = right.numerator.multipliedFullWidth(by: left.denominator)
    return (first.high, first.low) < (second.high, second.low)
  }
}

extension Probability: CustomStringConvertible {
  public var description: String { "\(numerator)/\(denominator)" }
}

/// A decimal number as written: `digits` × 10^`exponent`.
private struct ExactDecimalText {
  /// Significant digits without trailing zeros.
  var digits: UInt64 = 0
  var exponent = 0

  /// Digits only, or nil.
  static func wholeNumber(_ text: [UInt8]) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  /// Reads digits, an optional point with digits, an optional exponent, an optional percent sign.
  init?(_ text: [UInt8]) {
    var mantissa = text[...]
    if mantissa.last == UInt8(ascii: "%") {
      mantissa = mantissa.dropLast()
      exponent = -2
    }
    if let mark = mantissa.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      var tail = mantissa[(mark + 1)...]
      let isNegative = tail.first == UInt8(ascii: "-")
      if isNegative || tail.first == UInt8(ascii: "+") { tail = tail.dropFirst() }
      // Five digits are more than any probability needs, and keep the sums below far from overflow.
      guard tail.count <= 5, let power = ExactDecimalText.wholeNumber(Array(tail)) else {
        return nil
      }
      exponent += isNegative ? -Int(power) : Int(power)
      mantissa = mantissa[..<mark]
    }
    let halves = mantissa.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    var places: [UInt8] = []
    if halves.count == 2 {
      places = Array(halves[1])
      guard !places.isEmpty else { return nil }
    }
    guard let whole = halves.first, !whole.isEmpty else { return nil }
    exponent -= places.count
    var all = Array(whole) + places
    while all.count > 1 && all.last == UInt8(ascii: "0") {
      all.removeLast()
      exponent += 1
    }
    guard let value = ExactDecimalText.wholeNumber(all) else { return nil }
    digits = value
  }
}
