extension Duration: CustomStringConvertible, LosslessStringConvertible {
  /// The largest of `s`, `ms`, `us`, `ns` that the span fills, with an exact decimal fraction.
  ///
  /// One span has one text: "1.5s", "250ms", "20us", "90s", "0s", "-3ns". Parsing it gives the span
  /// back.
  public var description: String {
    let length = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    let (unit, digits): (String, Int) =
      switch length {
      case 0: ("s", 0)
      case ..<1_000: ("ns", 0)
      case ..<1_000_000: ("us", 3)
      case ..<1_000_000_000: ("ms", 6)
      default: ("s", 9)
      }
    return sign + DecimalText.fixedPoint(length, digits: digits) + unit
  }

  public init?(_ description: String) {
    self.init(parsing: description)
  }

  /// Reads "250ms", "1.5s", "60s", "10m", "2h30m", "1d", "20us", "5ns" and the like.
  ///
  /// Components run from larger to smaller units, each at most once; only the last may have a
  /// fraction. A leading minus makes the whole span negative.
  ///
  /// - Returns: Nil unless the whole text is such a span, of whole nanoseconds, within 292 years.
  public init?(parsing text: some StringProtocol) {
    var scanner = DecimalScanner(text)
    let isNegative = scanner.skip("-")
    var total: UInt64 = 0
    var largerUnit = UInt64.max
    var hasFraction = false
    repeat {
      guard !hasFraction, let number = scanner.decimal(), let unit = Self.unit(&scanner),
        unit < largerUnit, let part = number.scaled(by: unit)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { return nil }
      total = sum
      largerUnit = unit
      hasFraction = number.hasFraction
    } while !scanner.isAtEnd
    if isNegative {
      guard total <= Int64.min.magnitude else { return nil }
      self.init(nanoseconds: Int64(truncatingIfNeeded: 0 &- total))
    } else {
      guard let nanoseconds = Int64(exactly: total) else { return nil }
      self.init(nanoseconds: nanoseconds)
    }
  }

  /// Nanoseconds of the unit that comes next.
  private static func unit(_ scanner: inout DecimalScanner) -> UInt64? {
    // Longer names first: "m" must not take the beginning of "ms".
    if scanner.skip("ns") { return 1 }
    if scanner.skip("us") { return 1_000 }
    if scanner.skip("ms") { return 1_000_000 }
    if scanner.skip("s") { return 1_000_000_000 }
    if scanner.skip("m") { return 60_000_000_000 }
    if scanner.skip("h") { return 3_600_000_000_000 }
    if scanner.skip("d") { return 86_400_000_000_000 }
    return nil
  }
}
