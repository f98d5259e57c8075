import Scenarios
import SimulationKernel

/// A number with its unit, as a range of a sweep walks it from one end to the other.
struct SweepQuantity: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case duration
    /// Per unit of time, such as `/s`.
    case rate(String)
    case percent
    case clock
    case whole
    case real
  }

  let kind: Kind
  /// Nanoseconds of a duration and of a clock time; percent, and what stands before the unit of a rate.
  let value: Double

  /// Reads `0.1s`, `100/s`, `5%`, `14:20`, `1/1000`, `3` or `0.25`.
  ///
  /// - Returns: nil for anything else.
  init?(_ text: String) {
    if let number = DocumentNumber(text) {
      guard let double = number.double else { return nil }
      kind = number.int64 == nil || text.utf8.contains(UInt8(ascii: ".")) ? .real : .whole
      value = double
    } else if let duration = Duration(parsing: text) {
      (kind, value) = (.duration, Double(duration.nanoseconds))
    } else if let instant = Instant(parsing: text) {
      (kind, value) = (.clock, Double(instant.nanoseconds))
    } else if text.hasSuffix("%"), let number = DocumentNumber(String(text.dropLast()))?.double {
      (kind, value) = (.percent, number)
    } else if let unit = ["/s", "/m", "/h", "/d"].first(where: text.hasSuffix),
      let number = DocumentNumber(String(text.dropLast(2)))?.double
    {
      (kind, value) = (.rate(unit), number)
    } else {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let top = DocumentNumber(String(parts[0]))?.double,
        let bottom = DocumentNumber(String(parts[1]))?.double, bottom > 0
      else { return nil }
      (kind, value) = (.real, top / bottom)
    }
  }

  /// As a scenario has it, with six digits that count; clock times to the millisecond.
  static func text(_ value: Double, _ kind: Kind) -> String {
    switch kind {
    case .duration:
      let (digits, exponent) = significant(value)
      var nanoseconds = digits
      for _ in 0..<max(0, exponent) { nanoseconds *= 10 }
      for _ in 0..<max(0, -exponent) { nanoseconds /= 10 }
      return Duration(nanoseconds: nanoseconds).description
    case .clock:
      return Instant(nanoseconds: Int64(value / 1e6 + 0.5) * 1_000_000).description
    case .rate(let unit): return decimal(value) + unit
    case .percent: return decimal(value) + "%"
    case .whole:
      let half = value < 0 ? -0.5 : 0.5
      return "\(Int64(value + half))"
    case .real: return decimal(value)
    }
  }

  /// A decimal number without an exponent, of at most six digits that count.
  private static func decimal(_ value: Double) -> String {
    let (digits, exponent) = significant(value)
    guard digits != 0 else { return "0" }
    let sign = digits < 0 ? "-" : ""
    var figures = Array(String(digits.magnitude).utf8)
    if exponent >= 0 {
      figures += Array(repeating: UInt8(ascii: "0"), count: exponent)
      return sign + String(decoding: figures, as: UTF8.self)
    }
    if figures.count <= -exponent {
      figures =
        Array(repeating: UInt8(ascii: "0"), count: 1 - exponent - figures.count) + figures
    }
    figures.insert(UInt8(ascii: "."), at: figures.count + exponent)
    while figures.last == UInt8(ascii: "0") { figures.removeLast() }
    if figures.last == UInt8(ascii: ".") { figures.removeLast() }
    return sign + String(decoding: figures, as: UTF8.self)
  }

  /// The nearest number of six decimal digits: digits times a power of ten.
  private static func significant(_ value: Double) -> (digits: Int64, exponent: Int) {
    guard value != 0, value.isFinite else { return (0, 0) }
    // Powers of ten up to 22 are exact, so that there is one rounding.
    var exponent = 0
    var power = 1.0
    var part = value.magnitude
    while part >= 999_999.5, exponent < 300 {
      exponent += 1
      power *= 10
      part = value.magnitude / power
    }
    while part < 100_000, exponent > -300 {
      exponent -= 1
      power *= 10
      part = value.magnitude * power
    }
    let digits = Int64(part + 0.5)
    return (value < 0 ? -digits : digits, exponent)
  }
}

/// The values from one end to the other, both included.
public struct SweepRange: Sendable, Equatable {
  /// Both ends as they were written.
  public let from: String
  public let to: String
  /// Whether equal steps are equal factors.
  public let isLogarithmic: Bool
  /// Whether only whole numbers are taken.
  public let isWhole: Bool
  private let low: Double
  private let high: Double
  private let kind: SweepQuantity.Kind

  /// Why two texts are not the ends of a range.
  public enum Problem: Error, Sendable, Equatable {
    case notNumber(String)
    case differentUnits
    case notRising
    /// A logarithmic range that begins at zero or below.
    case noLogarithm
    case tooLarge
  }

  public init(
    from: String, to: String, isLogarithmic: Bool, isWhole: Bool = false
  ) throws(Problem) {
    guard let low = SweepQuantity(from) else { throw .notNumber(from) }
    guard let high = SweepQuantity(to) else { throw .notNumber(to) }
    let isPlain = [low, high].allSatisfy { $0.kind == .whole || $0.kind == .real }
    guard low.kind == high.kind || isPlain else { throw .differentUnits }
    guard low.value < high.value else { throw .notRising }
    guard !isLogarithmic || low.value > 0 else { throw .noLogarithm }
    guard low.value.magnitude < 9e18, high.value.magnitude < 9e18 else { throw .tooLarge }
    (self.from, self.to, self.isLogarithmic, self.isWhole) = (from, to, isLogarithmic, isWhole)
    (self.low, self.high) = (low.value, high.value)
    kind = isWhole ? .whole : isPlain ? .real : low.kind
  }

  /// Whether its values are numbers without a unit.
  public var isNumeric: Bool { kind == .whole || kind == .real }

  /// The value at a place from 0, the lower end, to 1, the upper one.
  public func text(at place: Double) -> String {
    if place <= 0 { return from }
    if place >= 1 { return to }
    let value =
      isLogarithmic
      ? low * KernelMath.exp(place * KernelMath.log(high / low)) : low + place * (high - low)
    return SweepQuantity.text(min(high, max(low, value)), kind)
  }

  /// The whole number whose part of the unit interval a place lies in.
  ///
  /// From the first to the last number every one has a part, and all are equally long; on a logarithmic
  /// range, as long as it is from the number to the next. To round what lies at the place instead would
  /// give both ends half a part.
  func wholeText(at place: Double) -> String {
    let next = high + 1
    let value =
      isLogarithmic
      ? low * KernelMath.exp(place * KernelMath.log(next / low)) : low + place * (next - low)
    let whole = value.rounded(.down)
    if whole <= low { return from }
    if whole >= high { return to }
    return SweepQuantity.text(whole, .whole)
  }

  /// So many values, evenly, both ends included; of one, the lower end.
  public func levels(_ count: Int) -> [String] {
    (0..<count).map { level($0, of: count) }
  }

  /// One of `levels`, by its place.
  func level(_ level: Int, of count: Int) -> String {
    text(at: count > 1 ? Double(level) / Double(count - 1) : 0)
  }
}
