import SimulationKernel

/// Text with units as exact integers, and back.
public enum Units {
  /// Why a text is not the quantity that was asked for.
  enum Failure: Error {
    /// Does not begin with a number, or holds something else after its unit.
    case malformed
    case missingUnit
    case unknownUnit(String)
    case tooLarge
    /// Has a part smaller than a nanosecond.
    case tooFine
  }

  static let durationUnits: [(name: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// The number and the rest of a text such as `1.5s`.
  static func split(_ text: String) throws(Failure) -> (number: ExactDecimal, rest: String) {
    let bytes = Array(text.utf8)
    let length = NumberGrammar.prefixLength(bytes[...])
    guard length > 0,
      let number = ExactDecimal(String(decoding: bytes[..<length], as: UTF8.self))
    else { throw .malformed }
    return (number, String(decoding: bytes[length...], as: UTF8.self))
  }

  /// `250ms`, `1.5s`, `10m`, `1d`; the result is exact or an error.
  static func duration(_ text: String) throws(Failure) -> Duration {
    let (number, rest) = try split(text)
    guard !rest.isEmpty else { throw .missingUnit }
    // Both micro signs are written in practice.
    let name = rest == "µs" || rest == "\u{3BC}s" ? "us" : rest
    guard let unit = durationUnits.first(where: { $0.name == name }) else {
      throw NumberGrammar.isDigit(name.utf8.first ?? 0x30) ? .malformed : .unknownUnit(rest)
    }
    do {
      return Duration(nanoseconds: try number.int64(times: unit.nanoseconds))
    } catch .notWhole {
      throw .tooFine
    } catch {
      throw .tooLarge
    }
  }

  /// The shortest text that reads back as `duration`: the largest unit in which it is whole.
  public static func text(_ duration: Duration) -> String {
    let magnitude = duration.nanoseconds.magnitude
    guard magnitude > 0 else { return "0s" }
    var best = durationUnits[0]
    for unit in durationUnits where magnitude % unit.nanoseconds == 0 { best = unit }
    let sign = duration.nanoseconds < 0 ? "-" : ""
    return "\(sign)\(magnitude / best.nanoseconds)\(best.name)"
  }

  /// `14:18:00`, `14:18`, `14:18:00.250`, `1d 00:30:00`: time since midnight of the first day.
  static func clock(_ text: String) throws(Failure) -> Instant {
    var days: UInt64 = 0
    var parts = text.split(separator: " ", omittingEmptySubsequences: false)
    if parts.count == 2, parts[0].hasSuffix("d") {
      guard let count = whole(parts[0].dropLast(), digits: 1...6) else { throw .malformed }
      days = count
      parts.removeFirst()
    }
    guard parts.count == 1 else { throw .malformed }
    let fields = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2 || fields.count == 3,
      let hours = whole(fields[0], digits: 1...2), hours < 24,
      let minutes = whole(fields[1], digits: 2...2), minutes < 60
    else { throw .malformed }
    var nanoseconds: UInt64 = 0
    if fields.count == 3 {
      let field = fields[2].split(separator: ".", omittingEmptySubsequences: false)
      guard field.count <= 2, let seconds = whole(field[0], digits: 2...2), seconds < 60 else {
        throw .malformed
      }
      nanoseconds = seconds * 1_000_000_000
      if field.count == 2 {
        guard var fraction = whole(field[1], digits: 1...9) else {
          throw field[1].utf8.count > 9 && field[1].utf8.allSatisfy(NumberGrammar.isDigit)
            ? .tooFine : .malformed
        }
        for _ in field[1].utf8.count..<9 { fraction *= 10 }
        nanoseconds += fraction
      }
    }
    // Six digits of days and 64 bits of nanoseconds: only the product of days can be too large.
    let (span, overflow) = days.multipliedReportingOverflow(by: 86_400_000_000_000)
    let (sum, carry) = span.addingReportingOverflow(
      (hours * 60 + minutes) * 60_000_000_000 + nanoseconds)
    guard !overflow, !carry, let result = Int64(exactly: sum) else { throw .tooLarge }
    return Instant(nanoseconds: result)
  }

  /// The text that reads back as `instant`; seconds are always written, fractions when there are any.
  static func text(_ instant: Instant) -> String {
    guard instant.nanoseconds >= 0 else { return "before midnight" }
    let nanoseconds = instant.nanoseconds.magnitude
    let seconds = nanoseconds / 1_000_000_000
    func padded(_ value: UInt64, _ width: Int = 2) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    var text = seconds >= 86_400 ? "\(seconds / 86_400)d " : ""
    text += "\(padded(seconds / 3_600 % 24)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
    var fraction = nanoseconds % 1_000_000_000
    guard fraction > 0 else { return text }
    var width = 9
    while fraction % 1_000 == 0 {
      fraction /= 1_000
      width -= 3
    }
    return "\(text).\(padded(fraction, width))"
  }

  private static func whole(_ text: Substring, digits: ClosedRange<Int>) -> UInt64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy(NumberGrammar.isDigit) else {
      return nil
    }
    return UInt64(text)
  }
}
