/// A point of simulated time, in whole nanoseconds since the origin of the run's clock.
///
/// A scenario puts the origin at local midnight of the incident's day, so 14:18:00 is 51,480 s.
@frozen
public struct Instant: Comparable, Hashable, Sendable, BitwiseCopyable {
  /// Nanoseconds since the origin; never negative in a run.
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  @inlinable public static var start: Instant { Instant(nanoseconds: 0) }
  /// The last instant there is; nothing can be scheduled after it.
  @inlinable public static var endOfTime: Instant { Instant(nanoseconds: .max) }

  @inlinable
  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  @inlinable
  public static func + (left: Instant, right: Duration) -> Instant {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
    if overflow { TimeOverflow.stop(left.nanoseconds, "+", right.nanoseconds) }
    return Instant(nanoseconds: sum)
  }

  @inlinable
  public static func - (left: Instant, right: Duration) -> Instant {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    if overflow { TimeOverflow.stop(left.nanoseconds, "-", right.nanoseconds) }
    return Instant(nanoseconds: difference)
  }

  @inlinable
  public static func - (left: Instant, right: Instant) -> Duration {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    if overflow { TimeOverflow.stop(left.nanoseconds, "-", right.nanoseconds) }
    return Duration(nanoseconds: difference)
  }

  @inlinable
  public static func += (left: inout Instant, right: Duration) { left = left + right }
  @inlinable
  public static func -= (left: inout Instant, right: Duration) { left = left - right }

  /// Time since an earlier instant.
  @inlinable
  public func elapsed(since earlier: Instant) -> Duration { self - earlier }

  /// The instant after a span, or nil when it lies past the end of time or before any instant.
  @inlinable
  public func adding(_ duration: Duration) -> Instant? {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return overflow ? nil : Instant(nanoseconds: sum)
  }
}
