/// Exact decimal text of whole numbers.
enum DecimalText {
  /// `value` divided by ten to the power of `digits`, without trailing zeros.
  static func fixedPoint(_ value: UInt64, digits: Int) -> String {
    var unit: UInt64 = 1
    for _ in 0..<digits { unit *= 10 }
    return "\(value / unit)" + fraction(value % unit, digits: digits)
  }

  /// A point and at most `digits` digits without trailing zeros; nothing when `value` is zero.
  static func fraction(_ value: UInt64, digits: Int) -> String {
    guard value > 0 else { return "" }
    var value = value
    var digits = digits
    while value % 10 == 0 {
      value /= 10
      digits -= 1
    }
    let text = "\(value)"
    return "." + String(repeating: "0", count: digits - text.utf8.count) + text
  }

  static func twoDigits(_ value: UInt64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
