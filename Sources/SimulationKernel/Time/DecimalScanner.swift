/// A decimal number as it is written: `digits` divided by ten to the power of `places`.
struct Decimal {
  let whole: UInt64
  /// The digits after the point as a whole number, without trailing zeros, and how many they are.
  let fraction: UInt64
  let places: Int
  let hasFraction: Bool

  /// The number times `unit`, or nil when that is not whole or does not fit.
  func scaled(by unit: UInt64) -> UInt64? {
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    var divisor: UInt64 = 1
    for _ in 0..<places { divisor *= 10 }
    // At most 18 digits times a day of nanoseconds exceeds 64 bits, so multiply in full width.
    let (high, low) = fraction.multipliedFullWidth(by: unit)
    guard high < divisor else { return nil }
    let (quotient, remainder) = divisor.dividingFullWidth((high, low))
    guard remainder == 0 else { return nil }
    let (sum, sumOverflow) = product.addingReportingOverflow(quotient)
    return sumOverflow ? nil : sum
  }
}

/// Reads numbers from the front of a text, in bytes; no number that it reads can overflow.
struct DecimalScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { position == bytes.count }

  /// Steps over `word` if it comes next.
  mutating func skip(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard bytes.count - position >= length else { return false }
    let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + length]) }
    if matches { position += length }
    return matches
  }

  private func digit(at index: Int) -> UInt64? {
    guard index < bytes.count, case 0x30...0x39 = bytes[index] else { return nil }
    return UInt64(bytes[index] - 0x30)
  }

  /// One or more digits; nil when there are none or their value exceeds 64 bits.
  mutating func wholeNumber() -> UInt64? {
    guard var value = digit(at: position) else { return nil }
    position += 1
    while let digit = digit(at: position) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.addingReportingOverflow(digit)
      guard !overflow, !sumOverflow else { return nil }
      value = sum
      position += 1
    }
    return value
  }

  /// Digits, and if a point follows, digits again; at most 18 of those but for trailing zeros.
  mutating func decimal() -> Decimal? {
    guard let whole = wholeNumber() else { return nil }
    guard skip(".") else {
      return Decimal(whole: whole, fraction: 0, places: 0, hasFraction: false)
    }
    var fraction: UInt64 = 0
    var places = 0
    var zeros = 0
    guard digit(at: position) != nil else { return nil }
    while let digit = digit(at: position) {
      position += 1
      if digit == 0 {
        zeros += 1
        continue
      }
      // Zeros count only once another digit follows them.
      guard places + zeros < 18 else { return nil }
      for _ in 0...zeros { fraction *= 10 }
      fraction += digit
      places += zeros + 1
      zeros = 0
    }
    return Decimal(whole: whole, fraction: fraction, places: places, hasFraction: true)
  }

  /// Exactly two digits with a value below `bound`.
  mutating func twoDigits(below bound: UInt64) -> UInt64? {
    guard startsWithTwoDigits, let value = wholeNumber(), value < bound else { return nil }
    return value
  }

  /// Whether two digits come next, and no third.
  var startsWithTwoDigits: Bool {
    digit(at: position) != nil && digit(at: position + 1) != nil && digit(at: position + 2) == nil
  }
}
