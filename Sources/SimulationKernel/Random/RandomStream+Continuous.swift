/// Continuous distributions.
///
/// Each but `gamma` inverts its distribution function at one uniform draw, so that a larger mean
/// makes every single draw larger: paired runs stay comparable. Spans are rounded to the nearest
/// nanosecond and stop at the ends of `Duration` instead of trapping. Parameters outside of the
/// stated ranges give values without meaning, but do not trap either; `Distribution.validate()`
/// is for parameters that come from outside.
extension RandomStream {
  /// An exponentially distributed number.
  ///
  /// The mean is at least zero; no draw exceeds 43.7 times the mean.
  @inlinable
  public func exponential(mean: Double, for entity: UInt64, draw: UInt64) -> Double {
    -KernelMath.log(openUnit(for: entity, draw: draw)) * mean
  }

  /// An exponentially distributed span: the wait for an event without memory.
  ///
  /// The mean is at least zero.
  @inlinable
  public func exponential(mean: Duration, for entity: UInt64, draw: UInt64) -> Duration {
    Duration(
      saturatingNanoseconds: exponential(mean: Double(mean.nanoseconds), for: entity, draw: draw))
  }

  /// A number in `range`, evenly spread over it; the upper end comes up only by rounding.
  @inlinable
  public func uniform(
    in range: ClosedRange<Double>, for entity: UInt64, draw: UInt64
  ) -> Double {
    let fraction = unit(for: entity, draw: draw)
    // Weighted ends instead of a width, which might overflow.
    return range.lowerBound * (1 - fraction) + range.upperBound * fraction
  }

  /// A normally distributed number with mean zero and deviation one.
  @inlinable
  public func standardNormal(for entity: UInt64, draw: UInt64) -> Double {
    // One bit chooses the side, the others a fraction below one half: doubles are fine near zero
    // and coarse near one, so inverting both sides as they are would cut the upper tail short.
    let word = bits(for: entity, draw: draw)
    let lower = Double(Int64(bitPattern: word >> 1 | 1)) * 0x1p-64
    let quantile = KernelMath.normalQuantile(lower)
    return word & 1 == 0 ? quantile : -quantile
  }

  /// A normally distributed number; the standard deviation is at least zero.
  @inlinable
  public func normal(
    mean: Double, deviation: Double, for entity: UInt64, draw: UInt64
  ) -> Double {
    mean + deviation * standardNormal(for: entity, draw: draw)
  }

  /// A normally distributed span, which may be negative; the standard deviation is at least zero.
  @inlinable
  public func normal(
    mean: Duration, deviation: Duration, for entity: UInt64, draw: UInt64
  ) -> Duration {
    Duration(
      saturatingNanoseconds: normal(
        mean: Double(mean.nanoseconds), deviation: Double(deviation.nanoseconds),
        for: entity, draw: draw))
  }

  /// A number whose logarithm is normally distributed.
  ///
  /// As many draws are below the median as above; sigma is the standard deviation of the natural
  /// logarithm, at least zero.
  @inlinable
  public func lognormal(
    median: Double, sigma: Double, for entity: UInt64, draw: UInt64
  ) -> Double {
    median * KernelMath.exp(sigma * standardNormal(for: entity, draw: draw))
  }

  /// A span whose logarithm is normally distributed: the usual shape of a service time.
  ///
  /// As many draws are below the median as above; sigma is the standard deviation of the natural
  /// logarithm, at least zero.
  @inlinable
  public func lognormal(
    median: Duration, sigma: Double, for entity: UInt64, draw: UInt64
  ) -> Duration {
    Duration(
      saturatingNanoseconds: lognormal(
        median: Double(median.nanoseconds), sigma: sigma, for: entity, draw: draw))
  }

  /// A number with a Pareto tail: P(X > x) = (scale / x)^shape for x >= scale.
  ///
  /// The scale is the least value, above zero. A shape of at most 1 means an infinite mean, of at
  /// most 2 an infinite variance; it is above zero.
  @inlinable
  public func pareto(
    scale: Double, shape: Double, for entity: UInt64, draw: UInt64
  ) -> Double {
    let logarithm = KernelMath.log(openUnit(for: entity, draw: draw))
    return scale * KernelMath.exp(-logarithm / shape)
  }

  /// A span with a Pareto tail: heavy, so that the largest of many draws outweighs the rest.
  ///
  /// The scale is the least value, at least zero. A shape of at most 1 means an infinite mean, of at
  /// most 2 an infinite variance; it is above zero.
  @inlinable
  public func pareto(
    scale: Duration, shape: Double, for entity: UInt64, draw: UInt64
  ) -> Duration {
    Duration(
      saturatingNanoseconds: pareto(
        scale: Double(scale.nanoseconds), shape: shape, for: entity, draw: draw))
  }
}

extension Duration {
  /// The span of that many nanoseconds, rounded to the nearest, ties away from zero.
  ///
  /// Stops at the ends of the range; not a number gives zero.
  @inlinable
  public init(saturatingNanoseconds value: Double) {
    // Every comparison with a NaN is false, so it falls through to the last line.
    if value >= 0 && value < 0x1p52 {
      self.init(nanoseconds: Int64(value + 0.5))
    } else if value < 0 && value > -0x1p52 {
      self.init(nanoseconds: Int64(value - 0.5))
    } else if value >= 0x1p63 {
      self.init(nanoseconds: .max)
    } else if value <= -0x1p63 {
      self.init(nanoseconds: .min)
    } else {
      // From 2⁵² on a double is whole already, and adding a half would round it to even.
      self.init(nanoseconds: value == value ? Int64(value) : 0)
    }
  }
}
