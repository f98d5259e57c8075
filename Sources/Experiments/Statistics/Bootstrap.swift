import SimulationKernel

/// Intervals by drawing the sample again from itself.
///
/// The same stream draws the same places for every sample of one size, so that metrics of the same
/// runs are resampled together.
public struct Bootstrap: Hashable, Sendable {
  public let stream: RandomStream
  /// How often the sample is drawn again.
  public let resamples: Int

  /// - Precondition: `resamples` is above zero.
  public init(_ stream: RandomStream, resamples: Int = 2_000) {
    precondition(resamples > 0, "a bootstrap has resamples: \(resamples)")
    self.stream = stream
    self.resamples = resamples
  }

  /// What a statistic is on each resample, in ascending order.
  ///
  /// The statistic is given the places in the sample that were drawn, with repetitions, out of
  /// `count`. A resample for which it is nil, since it is not defined there, is left out.
  ///
  /// - Complexity: O(resamples · count).
  public func distribution(count: Int, of statistic: ([Int]) -> Double?) -> [Double] {
    precondition(count > 0, "a sample has a value")
    var places = [Int](repeating: 0, count: count)
    var results: [Double] = []
    results.reserveCapacity(resamples)
    for resample in 0..<UInt64(resamples) {
      for draw in 0..<count {
        places[draw] = stream.integer(in: 0..<count, for: resample, draw: UInt64(draw))
      }
      if let result = statistic(places) { results.append(result) }
    }
    return results.sorted()
  }

  /// The percentile interval of a statistic, or nil where no resample has it.
  ///
  /// - Note: Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993,
  ///   chapter 13.
  public func interval(
    count: Int, confidence: Double = 0.95, of statistic: ([Int]) -> Double?
  ) -> ClosedRange<Double>? {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    let results = distribution(count: count, of: statistic)
    guard !results.isEmpty else { return nil }
    return Bootstrap.middle(of: results, tail: (1 - confidence) / 2)
  }

  /// The expanded percentile interval of the mean, or nil of fewer than two values.
  ///
  /// The plain percentiles are as narrow as if the standard deviation, of `count` values around
  /// their own mean, were known: with ten values a tenth and more too narrow. The expanded ones are
  /// taken further out, by so much that they agree with Student's interval where the values are
  /// symmetric. Values that are all equal give no width, exactly.
  ///
  /// - Note: Source: T. C. Hesterberg, "What teachers should know about the bootstrap", The
  ///   American Statistician 69(4), 2015, doi:10.1080/00031305.2015.1089789, section 4.3.2.
  public func meanInterval(of values: [Double], confidence: Double = 0.95) -> ClosedRange<Double>? {
    let moments = SampleMoments(values)
    guard moments.count > 1 else { return nil }
    guard moments.variance > 0 else { return moments.mean...moments.mean }
    let size = Double(moments.count)
    let means = distribution(count: moments.count) { places in
      moments.mean + places.reduce(0) { $0 + (values[$1] - moments.mean) } / size
    }
    let tail = Bootstrap.expandedTail(count: moments.count, confidence: confidence)
    return Bootstrap.middle(of: means, tail: tail)
  }

  /// The expanded percentile interval of a statistic, or nil of fewer than two values and where no
  /// resample has it.
  ///
  /// For statistics that are nearly means, such as the ratio of two; the source is that of
  /// `meanInterval`.
  public func expandedInterval(
    count: Int, confidence: Double = 0.95, of statistic: ([Int]) -> Double?
  ) -> ClosedRange<Double>? {
    guard count > 1 else { return nil }
    let results = distribution(count: count, of: statistic)
    guard !results.isEmpty else { return nil }
    return Bootstrap.middle(
      of: results, tail: Bootstrap.expandedTail(count: count, confidence: confidence))
  }

  /// The share that the expanded percentiles cut off at each end; below the plain (1 - confidence) / 2.
  private static func expandedTail(count: Int, confidence: Double) -> Double {
    let size = Double(count)
    let student = StudentT(degreesOfFreedom: size - 1).criticalValue(confidence: confidence)
    return KernelMath.normalProbability(-(size / (size - 1)).squareRoot() * student)
  }

  /// What is left of ascending values when a share of `tail` is cut off at each end.
  ///
  /// Quantiles are interpolated between order statistics (type 7 of R. J. Hyndman, Y. Fan, "Sample
  /// quantiles in statistical packages", The American Statistician 50(4), 1996).
  static func middle(of ascending: [Double], tail: Double) -> ClosedRange<Double> {
    let low = quantile(of: ascending, tail)
    return low...max(low, quantile(of: ascending, 1 - tail))
  }

  private static func quantile(of ascending: [Double], _ p: Double) -> Double {
    let position = Double(ascending.count - 1) * p
    let place = min(max(Int(position), 0), ascending.count - 1)
    let next = min(place + 1, ascending.count - 1)
    let fraction = position - Double(place)
    return ascending[place] + fraction * (ascending[next] - ascending[place])
  }
}
