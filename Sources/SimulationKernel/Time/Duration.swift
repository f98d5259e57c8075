/// A span of simulated time, in whole nanoseconds.
///
/// Arithmetic is checked: a result outside of `Int64` nanoseconds (about 292 years) stops the run.
/// Shadows `Swift.Duration`, whose attoseconds cost 16 bytes per event.
@frozen
public struct Duration: Comparable, Hashable, Sendable, BitwiseCopyable {
  /// Length in nanoseconds; negative spans are allowed.
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static var zero: Duration { Duration(nanoseconds: 0) }
  public static func nanoseconds(_ count: Int64) -> Duration { Duration(nanoseconds: count) }
  public static func microseconds(_ count: Int64) -> Duration {
    Duration(nanoseconds: count * 1_000)
  }
  public static func milliseconds(_ count: Int64) -> Duration {
    Duration(nanoseconds: count * 1_000_000)
  }
  public static func seconds(_ count: Int64) -> Duration {
    Duration(nanoseconds: count * 1_000_000_000)
  }
  public static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
  public static func hours(_ count: Int64) -> Duration { .seconds(count * 3_600) }

  @inlinable
  public static func < (left: Duration, right: Duration) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
  @inlinable
  public static func + (left: Duration, right: Duration) -> Duration {
    Duration(nanoseconds: left.nanoseconds + right.nanoseconds)
  }
  @inlinable
  public static func - (left: Duration, right: Duration) -> Duration {
    Duration(nanoseconds: left.nanoseconds - right.nanoseconds)
  }
  @inlinable
  public static func * (left: Duration, right: Int64) -> Duration {
    Duration(nanoseconds: left.nanoseconds * right)
  }
  @inlinable
  public static func / (left: Duration, right: Int64) -> Duration {
    Duration(nanoseconds: left.nanoseconds / right)
  }

  /// Length in seconds, rounded to the nearest double.
  @inlinable
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The span of `seconds`, rounded to the nearest nanosecond, ties away from zero.
  ///
  /// - Precondition: finite and within ±292 years.
  @inlinable
  public init(seconds: Double) {
    let nanoseconds = seconds * 1e9
    precondition(
      nanoseconds > -9.2e18 && nanoseconds < 9.2e18, "a duration is finite: \(seconds) seconds")
    // Truncation after adding a half: `rounded()` would call the C library.
    self.nanoseconds = Int64(nanoseconds < 0 ? nanoseconds - 0.5 : nanoseconds + 0.5)
  }
}
