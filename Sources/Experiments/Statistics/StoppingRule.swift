/// When to stop adding seeds: once the interval of a mean is narrow enough.
///
/// Looking after every seed does no harm, since the interval is one of a confidence sequence; it is
/// also the one to report, an ordinary interval at the moment of stopping being too narrow.
public struct StoppingRule: Hashable, Sendable {
  /// Half the width that the interval is to have.
  public enum Target: Hashable, Sendable {
    /// In the metric's own unit, above zero.
    case absolute(Double)
    /// Share of a reference value's magnitude, such as the baseline's mean; above zero.
    case relative(Double)
  }

  public enum Decision: Hashable, Sendable {
    case goOn
    /// Narrow enough.
    case reached
    /// As many values as allowed, and not narrow enough.
    case exhausted
  }

  public let target: Target
  /// Values without which nothing is decided, however narrow the interval looks; at least 2.
  public let countMin: Int
  /// Values after which one stops in any case.
  public let countMax: Int
  public let sequence: MeanSequence

  /// - Precondition: The target is above zero and `2 <= countMin <= countMax`.
  public init(
    _ target: Target, countMin: Int = 20, countMax: Int, sequence: MeanSequence = MeanSequence()
  ) {
    switch target {
    case .absolute(let width), .relative(let width):
      precondition(width > 0, "a half-width is above zero: \(width)")
    }
    precondition(countMin >= 2, "a spread takes two values: \(countMin)")
    precondition(countMin <= countMax, "the least is not above the most: \(countMin), \(countMax)")
    self.target = target
    self.countMin = countMin
    self.countMax = countMax
    self.sequence = sequence
  }

  /// What to do after these values.
  ///
  /// A relative target is a share of the `reference`, which has no meaning for an absolute one.
  public func decision(after values: [Double], reference: Double) -> Decision {
    guard values.count >= countMin else { return .goOn }
    if let interval = sequence.interval(SampleMoments(values)) {
      let half = (interval.upperBound - interval.lowerBound) / 2
      if half <= halfWidthMax(reference) { return .reached }
    }
    return values.count >= countMax ? .exhausted : .goOn
  }

  /// The target in the metric's own unit.
  public func halfWidthMax(_ reference: Double) -> Double {
    switch target {
    case .absolute(let width): width
    case .relative(let share): share * reference.magnitude
    }
  }
}
