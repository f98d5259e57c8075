/// Numbers of drawings: fixed decimals that no locale and no C library has a say in.
enum SVGNumber {
  /// `value` with so many decimals at most; zeros at the end are left out, halves go away from zero.
  ///
  /// What is not finite, or beyond what a drawing can hold, is 0.
  static func text(_ value: Double, digits: Int = 2) -> String {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = value.magnitude * factor + 0.5
    guard value.isFinite, scaled < 9e18 else { return "0" }
    let total = Int64(scaled)
    let divisor = Int64(factor)
    let sign = value < 0 && total > 0 ? "-" : ""
    var text = sign + String(total / divisor)
    guard digits > 0, total % divisor != 0 else { return text }
    let rest = String(total % divisor)
    text += "." + String(repeating: "0", count: digits - rest.utf8.count) + rest
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    return text
  }

  /// A share of the width or height, such as `12.5%`.
  static func percent(_ share: Double) -> String { text(share * 100) + "%" }
}
