/// A decimal number without rounding: digits times a power of ten.
///
/// Text becomes integers through this type, so `"0.1s"` is exactly 100,000,000 ns and no input,
/// however large its exponent, costs more than its own length.
struct ExactDecimal: Sendable, Equatable {
  enum Failure: Error {
    case tooLarge
    /// Has a part smaller than one.
    case notWhole
    case negative
  }

  let isNegative: Bool
  /// Significant digits, 0...9, without zeros at either end; empty for zero.
  private let digits: [UInt8]
  /// Power of ten of the last digit.
  private let exponent: Int

  var isZero: Bool { digits.isEmpty }

  /// Digits that fit `UInt128` even after a multiplication by the nanoseconds of a day.
  private static let digitsMax = 24

  /// - Returns: `nil` when `text` is not a JSON number.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, NumberGrammar.prefixLength(bytes[...]) == bytes.count else { return nil }
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    var index = bytes[0] == UInt8(ascii: "-") ? 1 : 0
    while index < bytes.count, bytes[index] | 0x20 != UInt8(ascii: "e") {
      if bytes[index] == UInt8(ascii: ".") {
        isFraction = true
      } else {
        let digit = bytes[index] - 0x30
        if digit > 0 || !digits.isEmpty { digits.append(digit) }
        if isFraction { exponent -= 1 }
      }
      index += 1
    }
    exponent += index < bytes.count ? Self.exponent(bytes[(index + 1)...]) : 0
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
    self.isNegative = !digits.isEmpty && bytes[0] == UInt8(ascii: "-")
  }

  /// The exponent's value, held at ±1e12: beyond that all numbers are equally absurd.
  private static func exponent(_ text: ArraySlice<UInt8>) -> Int {
    var value = 0
    for byte in text where NumberGrammar.isDigit(byte) {
      value = min(1_000_000_000_000, value * 10 + Int(byte - 0x30))
    }
    return text.first == UInt8(ascii: "-") ? -value : value
  }

  /// The magnitude times `multiplier`, which is at most the nanoseconds of a day, when that is whole
  /// and fits.
  func magnitude(times multiplier: UInt64 = 1) throws(Failure) -> UInt64 {
    guard !isZero else { return 0 }
    guard digits.count <= Self.digitsMax else {
      throw digits.count + exponent > 20 ? .tooLarge : .notWhole
    }
    var value = coefficient * UInt128(multiplier)
    var power = exponent
    // Both loops end after at most 40 turns whatever the exponent: the value passes 64 bits, or
    // runs out of zeros to drop.
    while power > 0 {
      guard value <= UInt128(UInt64.max) else { throw .tooLarge }
      value *= 10
      power -= 1
    }
    while power < 0 {
      guard value % 10 == 0 else { throw .notWhole }
      value /= 10
      power += 1
    }
    guard let result = UInt64(exactly: value) else { throw .tooLarge }
    return result
  }

  /// The value times `multiplier`, when that is whole and fits.
  func int64(times multiplier: UInt64 = 1) throws(Failure) -> Int64 {
    let magnitude = try magnitude(times: multiplier)
    guard isNegative else {
      guard let value = Int64(exactly: magnitude) else { throw .tooLarge }
      return value
    }
    guard magnitude <= Int64.min.magnitude else { throw .tooLarge }
    return Int64(truncatingIfNeeded: 0 &- magnitude)
  }

  func uint64() throws(Failure) -> UInt64 {
    guard !isNegative else { throw .negative }
    return try magnitude()
  }

  /// The value times ten to the `shift`, as a reduced fraction of 64-bit integers.
  ///
  /// - Returns: `nil` when negative, or when 64 bits do not hold it.
  func fraction(shift: Int = 0) -> ExactFraction? {
    guard !isZero else { return .zero }
    guard !isNegative, digits.count <= Self.digitsMax else { return nil }
    var numerator = coefficient
    var power = exponent + shift
    while power > 0 {
      guard numerator <= UInt128(UInt64.max) else { return nil }
      numerator *= 10
      power -= 1
    }
    guard power >= -38 else { return nil }
    var denominator: UInt128 = 1
    while power < 0 {
      denominator *= 10
      power += 1
    }
    return ExactFraction(reducing: numerator, over: denominator)
  }

  /// The text of the value times ten to the `shift`, for a correctly rounded conversion to a double.
  func text(shift: Int) -> String {
    guard !isZero else { return "0" }
    let digits = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    return "\(isNegative ? "-" : "")\(digits)e\(exponent + shift)"
  }

  private var coefficient: UInt128 { digits.reduce(0) { $0 * 10 + UInt128($1) } }
}
