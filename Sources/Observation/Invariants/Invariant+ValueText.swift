import SimulationKernel

extension Invariant {
  /// Values as people read them.
  enum ValueText {
    /// `4,321,000`, `43.2%`, `250ms`, `4,000/s`; with as many more digits as tell it from `bound`.
    static func text(
      _ value: Double, _ dimension: Dimension, apartFrom bound: Double = .nan
    ) -> String {
      var digits = 0
      var text = text(value, dimension, digits: digits)
      while digits < 6, value != bound, bound.isFinite,
        text == Self.text(bound, dimension, digits: digits)
      {
        digits += 1
        text = Self.text(value, dimension, digits: digits)
      }
      return text
    }

    private static func text(_ value: Double, _ dimension: Dimension, digits: Int) -> String {
      switch (dimension.thing, dimension.seconds) {
      case (.none, 0): return fixed(value * 100, digits: digits + 1) + "%"
      case (.none, 1): return time(value, digits: digits)
      case (_, 0): return short(value, digits: digits)
      case (_, -1): return short(value, digits: digits) + "/s"
      default: return short(value, digits: digits)
      }
    }

    private static func time(_ seconds: Double, digits: Int) -> String {
      switch seconds.magnitude {
      case 0: "0s"
      case ..<1e-3: short(seconds * 1e6, digits: digits) + "us"
      case ..<1: short(seconds * 1e3, digits: digits) + "ms"
      case ..<600: short(seconds, digits: digits) + "s"
      default: short(seconds / 60, digits: digits) + "m"
      }
    }

    /// Whole above a hundred, with about three digits that count below.
    private static func short(_ value: Double, digits: Int) -> String {
      let usual =
        switch value.magnitude {
        case 100...: 0
        case 10..<100: 1
        case 1..<10: 2
        default: 3
        }
      return fixed(value, digits: usual + digits)
    }

    /// At most so many decimals, without zeros at the end, with commas between thousands.
    private static func fixed(_ value: Double, digits: Int) -> String {
      var factor: UInt64 = 1
      for _ in 0..<min(digits, 9) { factor *= 10 }
      let scaled = value.magnitude * Double(factor) + 0.5
      guard scaled < 9e18 else { return value.description }
      let total = UInt64(scaled)
      let sign = value < 0 && total > 0 ? "-" : ""
      var rest = total % factor
      var text = sign + grouped(total / factor)
      guard rest > 0 else { return text }
      text += "."
      while rest > 0 {
        factor /= 10
        text += String(rest / factor)
        rest %= factor
      }
      return text
    }

    private static func grouped(_ number: UInt64) -> String {
      let digits = Array(String(number))
      var text = ""
      for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
      }
      return text
    }
  }
}
