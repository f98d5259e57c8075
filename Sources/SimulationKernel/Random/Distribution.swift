/// How a span of simulated time is spread: a value that a scenario can state.
public enum Distribution: Hashable, Sendable {
  case constant(Duration)
  /// Each nanosecond of the range equally likely, both ends included.
  case uniform(ClosedRange<Duration>)
  case exponential(mean: Duration)
  /// The normal distribution given that it is not negative. `mean` and `deviation` are those before
  /// the negative part is cut off; the property `mean` is what is left.
  case normal(mean: Duration, deviation: Duration)
  /// `sigma` is the standard deviation of the natural logarithm.
  case lognormal(median: Duration, sigma: Double)
  /// P(X > x) = (scale / x)^shape.
  case pareto(scale: Duration, shape: Double)
  /// The sum of `shape` independent exponential spans, with this mean of the whole sum.
  case gamma(shape: Int, mean: Duration)
  case empirical(EmpiricalTable)

  /// One draw.
  ///
  /// Uses up the one draw number, whatever the distribution.
  public func duration(from stream: RandomStream, for entity: UInt64, draw: UInt64) -> Duration {
    switch self {
    case .constant(let span): span
    case .uniform(let range): stream.uniform(in: range, for: entity, draw: draw)
    case .exponential(let mean): stream.exponential(mean: mean, for: entity, draw: draw)
    case .normal(let mean, let deviation):
      Distribution.truncatedNormal(stream, mean, deviation, for: entity, draw: draw)
    case .lognormal(let median, let sigma):
      stream.lognormal(median: median, sigma: sigma, for: entity, draw: draw)
    case .pareto(let scale, let shape):
      stream.pareto(scale: scale, shape: shape, for: entity, draw: draw)
    case .gamma(let shape, let mean):
      stream.gamma(shape: shape, mean: mean, for: entity, draw: draw)
    case .empirical(let table): table.duration(from: stream, for: entity, draw: draw)
    }
  }

  /// The theoretical mean, rounded to the nanosecond or to about 15 digits; nil where it is
  /// infinite, and for a mean longer than a `Duration` the longest one.
  public var mean: Duration? {
    switch self {
    case .constant(let span): return span
    case .uniform(let range):
      let low = Double(range.lowerBound.nanoseconds)
      return Duration(saturatingNanoseconds: low * 0.5 + Double(range.upperBound.nanoseconds) * 0.5)
    case .exponential(let mean), .gamma(_, let mean): return mean
    case .normal(let mean, let deviation):
      guard deviation > .zero else { return mean }
      let ratio = Double(mean.nanoseconds) / Double(deviation.nanoseconds)
      let kept = KernelMath.normalProbability(ratio)
      let shift = Double(deviation.nanoseconds) * KernelMath.normalDensity(ratio) / kept
      return Duration(saturatingNanoseconds: Double(mean.nanoseconds) + shift)
    case .lognormal(let median, let sigma):
      return Duration(
        saturatingNanoseconds: Double(median.nanoseconds) * KernelMath.exp(0.5 * sigma * sigma))
    case .pareto(let scale, let shape):
      guard shape > 1 else { return nil }
      return Duration(saturatingNanoseconds: Double(scale.nanoseconds) * (shape / (shape - 1)))
    case .empirical(let table): return table.mean
    }
  }

  /// Checks parameters that come from outside.
  ///
  /// - Throws: `DistributionError` for a span that may come out negative, or a shape or sigma that
  ///   has no meaning.
  public func validate() throws(DistributionError) {
    switch self {
    case .constant(let span): try Distribution.requireNotNegative(span, "value")
    case .uniform(let range): try Distribution.requireNotNegative(range.lowerBound, "least")
    case .exponential(let mean): try Distribution.requireNotNegative(mean, "mean")
    case .normal(let mean, let deviation):
      try Distribution.requireNotNegative(mean, "mean")
      try Distribution.requireNotNegative(deviation, "deviation")
    case .lognormal(let median, let sigma):
      try Distribution.requireNotNegative(median, "median")
      guard sigma >= 0, sigma.isFinite else { throw .notFiniteOrNegative(parameter: "sigma") }
    case .pareto(let scale, let shape):
      try Distribution.requireNotNegative(scale, "scale")
      guard shape > 0, shape.isFinite else { throw .notAboveZero(parameter: "shape") }
    case .gamma(let shape, let mean):
      try Distribution.requireNotNegative(mean, "mean")
      guard shape > 0 else { throw .notAboveZero(parameter: "shape") }
    case .empirical(let table): try Distribution.requireNotNegative(table.range.lowerBound, "least")
    }
  }

  private static func requireNotNegative(
    _ span: Duration, _ parameter: String
  ) throws(DistributionError) {
    guard span >= .zero else { throw .notFiniteOrNegative(parameter: parameter) }
  }

  /// Draws again until the span is not negative; with a mean above zero two attempts are the most
  /// that are needed on average.
  private static func truncatedNormal(
    _ stream: RandomStream, _ mean: Duration, _ deviation: Duration,
    for entity: UInt64, draw: UInt64
  ) -> Duration {
    let first = stream.normal(mean: mean, deviation: deviation, for: entity, draw: draw)
    if first >= .zero { return first }
    let more = stream.nested(for: entity, draw: draw)
    // Only a mean far below zero, which `validate` refuses, gets to the end of this.
    for attempt: UInt64 in 1...128 {
      let next = more.normal(mean: mean, deviation: deviation, for: 0, draw: attempt)
      if next >= .zero { return next }
    }
    return .zero
  }
}

/// Why a distribution makes no sense.
public enum DistributionError: Error, Hashable, CustomStringConvertible {
  case notFiniteOrNegative(parameter: String)
  case notAboveZero(parameter: String)
  case emptyTable
  case weightsOverflow
  case quantilesIncomplete
  case quantilesNotRising(at: Double)

  public var description: String {
    switch self {
    case .notFiniteOrNegative(let parameter): "'\(parameter)' is a finite value not below zero"
    case .notAboveZero(let parameter): "'\(parameter)' is a finite value above zero"
    case .emptyTable: "a table has a weight above zero, or at least two quantiles"
    case .weightsOverflow: "the weights of a table add up to less than 2^64"
    case .quantilesIncomplete: "the quantiles of a table begin at 0 and end at 1"
    case .quantilesNotRising(let fraction):
      "the quantiles of a table rise, both fraction and value, also at \(fraction)"
    }
  }
}
