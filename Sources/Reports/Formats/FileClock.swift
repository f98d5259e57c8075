import SimulationKernel

/// What the simulated clock of a run is in the files of other tools.
///
/// A scenario's clock starts at local midnight of the incident's day, and knows no date: the day is
/// given, or found in the scenario's name, which is then taken for UTC, so that tools that show UTC show
/// the incident's clock. Without a day, times count from 1970-01-01.
public struct FileClock: Sendable, Equatable {
  /// Unix time of the run's midnight, in seconds; from 0 to the year 2200.
  public let midnight: Int64
  /// Seconds east of UTC.
  public let offset: Int64
  /// Whether a day is known.
  public let isDated: Bool

  /// Times count from zero.
  public static let undated = FileClock(midnight: 0, offset: 0, isDated: false)

  private init(midnight: Int64, offset: Int64, isDated: Bool) {
    self.midnight = midnight
    self.offset = offset
    self.isDated = isDated
  }

  /// Reads a day, such as `2020-03-16`, with the distance of its clock from UTC: `Z` or nothing,
  /// `-07:00`.
  ///
  /// nil for anything else, for days that there are not, and for midnights before 1970 and after 2199.
  public init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, let day = Self.day(bytes[..<10]),
      let offset = Self.offset(bytes[10...])
    else { return nil }
    let midnight = day * 86_400 - offset
    guard midnight >= 0 else { return nil }
    self.init(midnight: midnight, offset: offset, isDated: true)
  }

  /// The first day in a scenario's name; `undated` where there is none.
  public init(scenario name: String) {
    let bytes = Array(name.utf8)
    for first in bytes.indices.dropLast(9) {
      let isWhole =
        (first == 0 || !Self.isDigit(bytes[first - 1]))
        && (first + 10 == bytes.count || !Self.isDigit(bytes[first + 10]))
      guard isWhole, let day = Self.day(bytes[first..<first + 10]) else { continue }
      self.init(midnight: day * 86_400, offset: 0, isDated: true)
      return
    }
    self = .undated
  }

  /// Unix time in nanoseconds.
  public func unixNanoseconds(of instant: Instant) -> UInt64 {
    // A midnight before 2200 and the latest instant of a run add up to less than 2^64.
    UInt64(midnight) * 1_000_000_000 + UInt64(max(0, instant.nanoseconds))
  }

  /// `2020-03-16T14:18:00-07:00`, with as many decimals as it takes.
  public func timestamp(of instant: Instant) -> String {
    let nanoseconds = UInt64(max(0, instant.nanoseconds))
    let local = midnight + offset + Int64(nanoseconds / 1_000_000_000)
    let (year, month, day) = Self.civil(local / 86_400)
    let second = local % 86_400
    var text = "\(year)-\(Self.two(month))-\(Self.two(day))T"
    text += "\(Self.two(second / 3_600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))"
    let rest = nanoseconds % 1_000_000_000
    if rest > 0 {
      var digits = String(rest)
      digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return text + zone
  }

  /// `Z`, or `-07:00`.
  public var zone: String {
    guard offset != 0 else { return "Z" }
    let size = offset.magnitude
    return "\(offset < 0 ? "-" : "+")\(Self.two(Int64(size / 3_600))):"
      + Self.two(Int64(size / 60 % 60))
  }

  /// For the metadata of files.
  public var description: String {
    guard isDated else { return "seconds since the run's midnight; no date is known" }
    return "Unix time, the run's midnight being \(timestamp(of: .start))"
  }

  // MARK: Days

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard bytes.allSatisfy(isDigit) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int64($1 &- 0x30) }
  }

  /// Days since 1970-01-01 of a day from then until the end of 2199.
  private static func day(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let first = bytes.startIndex
    guard bytes[first + 4] == UInt8(ascii: "-"), bytes[first + 7] == UInt8(ascii: "-"),
      let year = number(bytes[first..<first + 4]), let month = number(bytes[first + 5..<first + 7]),
      let day = number(bytes[first + 8..<first + 10]), (1970...2199).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let number = days(year, month, day)
    // The 31st of June is the 1st of July, and so no day.
    return civil(number) == (year, month, day) ? number : nil
  }

  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if bytes.isEmpty || bytes.elementsEqual("Z".utf8) { return 0 }
    let first = bytes.startIndex
    guard bytes.count == 6, bytes[first + 3] == UInt8(ascii: ":"),
      bytes[first] == UInt8(ascii: "-") || bytes[first] == UInt8(ascii: "+"),
      let hours = number(bytes[first + 1..<first + 3]), hours <= 14,
      let minutes = number(bytes[first + 4..<first + 6]), minutes < 60
    else { return nil }
    let size = hours * 3_600 + minutes * 60
    return bytes[first] == UInt8(ascii: "-") ? -size : size
  }

  /// Counts years from March, so that the day that comes and goes is the last of one.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted % 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let civilMonth = month < 10 ? month + 3 : month - 9
    return (
      era * 400 + year + (civilMonth <= 2 ? 1 : 0), civilMonth,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }

  private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
