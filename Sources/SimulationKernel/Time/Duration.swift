/// A span of simulated time, in whole nanoseconds.
///
/// Arithmetic is checked: a result outside of `Int64` nanoseconds (about 292 years) stops the run.
/// What comes from a file goes through `adding`, `multiplied` and the failable initialisers instead.
/// Shadows `Swift.Duration`, whose attoseconds cost 16 bytes per event.
@frozen
public struct Duration: Comparable, Hashable, Sendable, BitwiseCopyable {
  /// Length in nanoseconds; negative spans are allowed.
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  @inlinable public static var zero: Duration { Duration(nanoseconds: 0) }
  /// The longest span, a little over 292 years.
  @inlinable public static var max: Duration { Duration(nanoseconds: .max) }
  /// The longest negative span.
  @inlinable public static var min: Duration { Duration(nanoseconds: .min) }

  @inlinable
  public static func nanoseconds(_ count: Int64) -> Duration { Duration(nanoseconds: count) }
  @inlinable
  public static func microseconds(_ count: Int64) -> Duration { .nanoseconds(1_000) * count }
  @inlinable
  public static func milliseconds(_ count: Int64) -> Duration { .nanoseconds(1_000_000) * count }
  @inlinable
  public static func seconds(_ count: Int64) -> Duration { .nanoseconds(1_000_000_000) * count }
  @inlinable
  public static func minutes(_ count: Int64) -> Duration { .nanoseconds(60_000_000_000) * count }
  @inlinable
  public static func hours(_ count: Int64) -> Duration { .nanoseconds(3_600_000_000_000) * count }
  /// Days of 24 hours.
  @inlinable
  public static func days(_ count: Int64) -> Duration { .nanoseconds(86_400_000_000_000) * count }

  @inlinable
  public static func < (left: Duration, right: Duration) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Length in seconds, rounded to the nearest double.
  @inlinable
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The span of `seconds`, rounded to the nearest nanosecond, ties away from zero.
  ///
  /// - Precondition: finite and within ±292 years.
  @inlinable
  public init(seconds: Double) {
    guard let duration = Duration(representableSeconds: seconds) else {
      fatalError("a duration is within 292 years: \(seconds) seconds")
    }
    self = duration
  }

  /// The span of `seconds` as `init(seconds:)` rounds it, or nil when it is not finite or exceeds
  /// 292 years.
  @inlinable
  public init?(representableSeconds seconds: Double) {
    let nanoseconds = seconds * 1e9
    guard nanoseconds > -9.2e18 && nanoseconds < 9.2e18 else { return nil }
    // Truncated by hand: `rounded()` would call the C library.
    let whole = Int64(nanoseconds)
    // Adding a half first would round 0.49999999999999994 up.
    let rest = nanoseconds - Double(whole)
    self.nanoseconds = rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole
  }
}
