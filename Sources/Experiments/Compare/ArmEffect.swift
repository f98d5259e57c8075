import SimulationKernel

/// What an arm changes in one metric, against the baseline on the same seeds.
public struct ArmEffect: Sendable, Equatable {
  /// Which interval `interval` is.
  public enum Method: String, Sendable {
    /// Student's, of the paired differences.
    case student
    /// The bootstrap's percentiles, where they differ from Student's.
    case bootstrap
    /// Newcombe's, of two proportions on the same seeds.
    case newcombe
    /// One of a confidence sequence, where seeds were added until it was narrow.
    case sequence
    /// None is needed: on every seed the arm's run was the baseline's, event for event.
    case identical
  }

  public let metric: ComparisonMetric
  /// The arm's.
  public let mean: Double
  /// Arm minus baseline.
  public let difference: Double
  /// 95 %; nil for a single seed, and for few seeds that all differ alike.
  public let interval: ClosedRange<Double>?
  /// Which interval this is, or would be if there were one.
  public let method: Method
  /// Pearson's, between arm and baseline; nil where one of them does not vary.
  public let correlation: Double?
  /// Of no difference, corrected after Holm over the arms.
  public let pValue: Double

  /// Whether the difference is more than chance: adjusted, at 5 %.
  public var isSignificant: Bool { pValue <= Self.level }
  public static let level = 0.05

  /// In which direction the arm changes the metric, as far as that can be told.
  public var verdict: ArmVerdict {
    if isSignificant { return difference < 0 ? .better : .worse }
    return interval == 0...0 ? .same : .unclear
  }
}

/// How an arm compares with the baseline.
public enum ArmVerdict: String, Sendable {
  case better, worse
  /// Exactly the baseline on every seed, of which there are several.
  case same
  /// Not told apart from the baseline, or a single seed.
  case unclear
}

extension ArmEffect {
  /// The effects of all arms on one metric, with p values corrected over the arms.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - baseline: One value per seed.
  ///   - arms: Per arm, one value per seed, in the same order.
  ///   - identical: Per arm, whether all of its runs were the baseline's over again.
  ///   - bootstrap: Draws the samples again.
  ///   - sequence: Where seeds were added until the intervals were narrow: what to take intervals
  ///     and p values from, so that both may be looked at after every seed.
  /// - Returns: One effect per arm.
  static func effects(
    of metric: ComparisonMetric, baseline: [Double], arms: [[Double]], identical: [Bool],
    bootstrap: Bootstrap, sequence: MeanSequence?
  ) -> [ArmEffect] {
    let isShare = metric == .outage
    let pairs = arms.map { arm in
      PairedDifference(arm: arm, baseline: baseline, bootstrap: bootstrap)
    }
    let proportions = arms.map { arm in
      isShare
        ? PairedProportions(arm: arm.map { $0 > 0 }, baseline: baseline.map { $0 > 0 }) : nil
    }
    let moments = arms.map { arm in SampleMoments(zip(arm, baseline).map { $0 - $1 }) }
    let shares = PairedProportionsSequence()
    let adjusted = Holm.adjusted(
      pairs.indices.map { arm in
        if let proportion = proportions[arm] {
          return sequence == nil ? proportion.pValue : shares.pValue(proportion)
        }
        return sequence?.pValue(moments[arm]) ?? pairs[arm].pValue
      })
    return pairs.indices.map { arm in
      let pair = pairs[arm]
      var interval = pair.interval
      var method: Method = pair.shown == .student ? .student : .bootstrap
      if identical[arm] {
        interval = baseline.count > 1 ? 0...0 : nil
        method = .identical
      } else if let proportion = proportions[arm] {
        interval = sequence == nil ? proportion.interval() : shares.interval(proportion)
        method = sequence == nil ? .newcombe : .sequence
      } else if let sequence {
        interval = sequence.interval(moments[arm])
        method = .sequence
      }
      return ArmEffect(
        metric: metric, mean: pair.armMean, difference: pair.difference, interval: interval,
        method: method, correlation: pair.correlation, pValue: adjusted[arm])
    }
  }
}

extension Bootstrap {
  /// Draws the same places for every comparison, so that the same runs give the same intervals.
  static let ofComparisons = Bootstrap(RandomStream(seed: 1, name: "compare.bootstrap"))
}
