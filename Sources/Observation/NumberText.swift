import SimulationKernel

/// Numbers as people read them, by what they count.
public enum NumberText {
  /// A metric's value with its unit, such as `52.3%`, `14:18:26`, `1,250,000` or `34.2 min`.
  ///
  /// `extraDigits` are decimals beyond the usual ones, to tell near values apart.
  public static func text(_ value: Double, _ unit: MetricUnit, extraDigits: Int = 0) -> String {
    switch unit {
    case .users, .nodes, .count, .clusters: fixed(value, digits: extraDigits)
    case .userMinutes: userMinutes(value, extraDigits) + " user-min"
    case .minutes: short(value, extraDigits) + " min"
    case .seconds: short(value, extraDigits) + " s"
    case .ratio: trimmed(value, digits: 2 + extraDigits)
    case .share: trimmed(value * 100, digits: 1 + extraDigits) + "%"
    case .clock: clock(value, digits: extraDigits)
    case .perSecond: short(value, extraDigits) + "/s"
    }
  }

  private static func userMinutes(_ value: Double, _ extraDigits: Int) -> String {
    guard value.magnitude >= 1e6 else { return fixed(value, digits: extraDigits) }
    return trimmed(value / 1e6, digits: (value.magnitude < 1e8 ? 2 : 1) + extraDigits) + " M"
  }

  /// About three digits that count.
  static func short(_ value: Double, _ extraDigits: Int) -> String {
    let digits =
      switch value.magnitude {
      case 100...: 0
      case 10..<100: 1
      case 1..<10: 2
      default: 3
      }
    return trimmed(value, digits: digits + extraDigits)
  }

  /// With exactly so many decimals and commas between thousands; halves go away from zero.
  public static func fixed(_ value: Double, digits: Int) -> String {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = value.magnitude * factor + 0.5
    guard scaled < 9e18 else { return value.description }
    let total = Int64(scaled)
    let divisor = Int64(factor)
    let sign = value < 0 && total > 0 ? "-" : ""
    let whole = sign + grouped(UInt64(total / divisor))
    guard digits > 0 else { return whole }
    let rest = String(total % divisor)
    return whole + "." + String(repeating: "0", count: digits - rest.utf8.count) + rest
  }

  /// Like `fixed`, without zeros at the end.
  public static func trimmed(_ value: Double, digits: Int) -> String {
    var text = fixed(value, digits: digits)
    guard text.contains("."), !text.contains("e") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// A whole number with commas, such as `1,234,567`.
  public static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  // MARK: Times

  private static func clock(_ seconds: Double, digits: Int) -> String {
    guard let length = Duration(representableSeconds: seconds) else { return seconds.description }
    let instant = Instant(nanoseconds: length.nanoseconds)
    return digits == 0 ? clock(instant) : instant.description
  }

  /// `14:18:26`; parts of a second are left out.
  public static func clock(_ instant: Instant) -> String {
    Instant(nanoseconds: instant.nanoseconds / 1_000_000_000 * 1_000_000_000).description
  }

  /// `+0:42`, `-1:05`, `+1:02:03`, `0:00`; the instants are compared as `clock` shows them.
  public static func difference(from earlier: Instant, to later: Instant) -> String {
    let seconds = later.nanoseconds / 1_000_000_000 - earlier.nanoseconds / 1_000_000_000
    let sign = seconds == 0 ? "" : seconds < 0 ? "-" : "+"
    let length = seconds.magnitude
    func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (length / 3_600, length / 60 % 60)
    let head = hours > 0 ? "\(hours):\(twoDigits(minutes))" : "\(minutes)"
    return "\(sign)\(head):\(twoDigits(length % 60))"
  }
}
