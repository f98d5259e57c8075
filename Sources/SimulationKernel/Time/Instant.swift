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

  public static var start: Instant { Instant(nanoseconds: 0) }
  /// The last instant there is; nothing can be scheduled after it.
  public static var endOfTime: Instant { Instant(nanoseconds: .max) }

  @inlinable
  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
  @inlinable
  public static func + (left: Instant, right: Duration) -> Instant {
    Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
  }
  @inlinable
  public static func - (left: Instant, right: Duration) -> Instant {
    Instant(nanoseconds: left.nanoseconds - right.nanoseconds)
  }
  @inlinable
  public static func - (left: Instant, right: Instant) -> Duration {
    Duration(nanoseconds: left.nanoseconds - right.nanoseconds)
  }
  /// Time since an earlier instant.
  @inlinable
  public func elapsed(since earlier: Instant) -> Duration { self - earlier }
}
