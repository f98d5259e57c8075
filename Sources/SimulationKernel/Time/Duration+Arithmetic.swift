extension Duration {
  @inlinable
  public static func + (left: Duration, right: Duration) -> Duration {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
    if overflow { TimeOverflow.stop(left.nanoseconds, "+", right.nanoseconds) }
    return Duration(nanoseconds: sum)
  }

  @inlinable
  public static func - (left: Duration, right: Duration) -> Duration {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    if overflow { TimeOverflow.stop(left.nanoseconds, "-", right.nanoseconds) }
    return Duration(nanoseconds: difference)
  }

  @inlinable
  public static func * (left: Duration, right: Int64) -> Duration {
    let (product, overflow) = left.nanoseconds.multipliedReportingOverflow(by: right)
    if overflow { TimeOverflow.stop(left.nanoseconds, "*", right) }
    return Duration(nanoseconds: product)
  }

  @inlinable
  public static func * (left: Int64, right: Duration) -> Duration { right * left }

  /// Rounds towards zero.
  ///
  /// - Precondition: `right` is not zero.
  @inlinable
  public static func / (left: Duration, right: Int64) -> Duration {
    let (quotient, overflow) = left.nanoseconds.dividedReportingOverflow(by: right)
    if overflow { TimeOverflow.stop(left.nanoseconds, "/", right) }
    return Duration(nanoseconds: quotient)
  }

  @inlinable
  public static prefix func - (duration: Duration) -> Duration { .zero - duration }

  @inlinable
  public static func += (left: inout Duration, right: Duration) { left = left + right }
  @inlinable
  public static func -= (left: inout Duration, right: Duration) { left = left - right }

  /// The sum, or nil when it exceeds 292 years.
  @inlinable
  public func adding(_ other: Duration) -> Duration? {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(other.nanoseconds)
    return overflow ? nil : Duration(nanoseconds: sum)
  }

  /// The difference, or nil when it exceeds 292 years.
  @inlinable
  public func subtracting(_ other: Duration) -> Duration? {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    return overflow ? nil : Duration(nanoseconds: difference)
  }

  /// The product, or nil when it exceeds 292 years.
  @inlinable
  public func multiplied(by factor: Int64) -> Duration? {
    let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: factor)
    return overflow ? nil : Duration(nanoseconds: product)
  }
}

/// Where arithmetic of time goes when its result does not fit.
@usableFromInline
enum TimeOverflow {
  /// Stops the run with both operands; out of line, so that the arithmetic stays two instructions.
  ///
  /// Not `preconditionFailure`, which keeps its message to itself in optimised builds.
  @usableFromInline
  @inline(never)
  static func stop(_ left: Int64, _ operation: StaticString, _ right: Int64) -> Never {
    fatalError("time fits 64 bits of nanoseconds: \(left) \(operation) \(right)")
  }
}
