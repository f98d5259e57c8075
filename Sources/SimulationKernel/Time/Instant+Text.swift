extension Instant: CustomStringConvertible, LosslessStringConvertible {
  /// Time of day since the origin: "14:18:00", "14:18:00.125", "1d 00:10:00" for the next day.
  ///
  /// Parsing it gives the instant back. A negative instant, which no run has, starts with a minus
  /// and is not read back.
  public var description: String {
    let length = nanoseconds.magnitude
    let days = length / 86_400_000_000_000
    let seconds = length % 86_400_000_000_000 / 1_000_000_000
    let sign = nanoseconds < 0 ? "-" : ""
    let day = days > 0 ? "\(days)d " : ""
    let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map(DecimalText.twoDigits)
    let fraction = DecimalText.fraction(length % 1_000_000_000, digits: 9)
    return sign + day + clock.joined(separator: ":") + fraction
  }

  public init?(_ description: String) {
    self.init(parsing: description)
  }

  /// Reads "14:18", "14:18:00", "14:18:00.125" and "1d 00:10:00".
  ///
  /// Hours run from 00 to 23, minutes and seconds from 00 to 59, two digits each. A fraction may
  /// follow the seconds only.
  ///
  /// - Returns: Nil unless the whole text is such a time, in whole nanoseconds, within 292 years.
  public init?(parsing text: some StringProtocol) {
    var scanner = DecimalScanner(text)
    var total: UInt64 = 0
    var ahead = scanner
    if let days = ahead.wholeNumber(), ahead.skip("d ") {
      let (product, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000_000)
      guard !overflow else { return nil }
      total = product
      scanner = ahead
    }
    guard let hours = scanner.twoDigits(below: 24), scanner.skip(":"),
      let minutes = scanner.twoDigits(below: 60)
    else { return nil }
    var ofDay = (hours * 3_600 + minutes * 60) * 1_000_000_000
    if scanner.skip(":") {
      guard scanner.startsWithTwoDigits, let seconds = scanner.decimal(), seconds.whole < 60,
        let part = seconds.scaled(by: 1_000_000_000)
      else { return nil }
      ofDay += part
    }
    let (sum, overflow) = total.addingReportingOverflow(ofDay)
    guard scanner.isAtEnd, !overflow, let nanoseconds = Int64(exactly: sum) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
