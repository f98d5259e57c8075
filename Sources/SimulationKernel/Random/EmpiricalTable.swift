/// A distribution of spans that was measured instead of assumed.
///
/// Drawn by inverting its distribution function, so that a table with longer spans makes every
/// single draw longer.
public struct EmpiricalTable: Hashable, Sendable {
  private enum Shape: Hashable {
    /// Values, ascending, and for each the sum of the weights up to and with it.
    case weights([UInt64])
    /// Fractions from zero to one; between two of them the values go in a straight line.
    case quantiles([Double])
  }

  private let values: [Int64]
  private let shape: Shape

  /// Spans with whole weights: each is drawn with exactly its share of the sum.
  ///
  /// The order does not matter, equal spans are added up, and weights of zero are left out.
  ///
  /// - Throws: `DistributionError` when no weight is above zero or their sum leaves 64 bits.
  public init(weights: [(value: Duration, weight: UInt64)]) throws(DistributionError) {
    var values: [Int64] = []
    var sums: [UInt64] = []
    var sum: UInt64 = 0
    for (value, weight) in weights.sorted(by: { $0.value < $1.value }) where weight > 0 {
      let (next, overflow) = sum.addingReportingOverflow(weight)
      guard !overflow else { throw .weightsOverflow }
      sum = next
      if values.last == value.nanoseconds {
        sums[sums.count - 1] = sum
      } else {
        values.append(value.nanoseconds)
        sums.append(sum)
      }
    }
    guard sum > 0 else { throw .emptyTable }
    self.values = values
    shape = .weights(sums)
  }

  /// Spans at rising fractions, in a straight line between them: p50, p99 and so on.
  ///
  /// The first fraction is 0 (the least span), the last 1 (the greatest).
  ///
  /// - Throws: `DistributionError` when there are fewer than two, the ends are not 0 and 1, the
  ///   fractions do not rise, or the spans fall.
  public init(quantiles: [(fraction: Double, value: Duration)]) throws(DistributionError) {
    guard let first = quantiles.first, let last = quantiles.last, quantiles.count >= 2 else {
      throw .emptyTable
    }
    guard first.fraction == 0, last.fraction == 1 else { throw .quantilesIncomplete }
    for (lower, upper) in zip(quantiles, quantiles.dropFirst()) {
      guard lower.fraction < upper.fraction, lower.value <= upper.value else {
        throw .quantilesNotRising(at: upper.fraction)
      }
    }
    values = quantiles.map(\.value.nanoseconds)
    shape = .quantiles(quantiles.map(\.fraction))
  }

  /// A span of this distribution.
  ///
  /// - Complexity: O(log n) for n rows.
  public func duration(from stream: RandomStream, for entity: UInt64, draw: UInt64) -> Duration {
    switch shape {
    case .weights(let sums):
      let ticket = stream.integer(below: sums[sums.count - 1], for: entity, draw: draw)
      let index = firstIndex(in: sums) { $0 > ticket }
      return Duration(nanoseconds: values[index])
    case .quantiles(let fractions):
      let fraction = stream.unit(for: entity, draw: draw)
      let upper = firstIndex(in: fractions) { $0 > fraction }
      let start = fractions[upper - 1]
      let part = (fraction - start) / (fractions[upper] - start)
      // As unsigned, because the ends may be further apart than Int64 reaches.
      let width = UInt64(bitPattern: values[upper] &- values[upper - 1])
      // Rounded to the nearest; from 2⁵² on a double is whole already. Half of the spacing of
      // doubles may be rounded up past the end, hence the two limits.
      let exact = part * Double(width) + (width < 1 << 52 ? 0.5 : 0)
      let offset = UInt64(min(exact, 0x1.fffffffffffffp63))
      return Duration(nanoseconds: values[upper - 1] &+ Int64(bitPattern: min(offset, width)))
    }
  }

  /// The mean, rounded to about 15 digits.
  public var mean: Duration {
    var sum = 0.0
    switch shape {
    case .weights(let sums):
      let total = Double(sums[sums.count - 1])
      var previous: UInt64 = 0
      for (value, reached) in zip(values, sums) {
        sum += Double(value) * (Double(reached - previous) / total)
        previous = reached
      }
    case .quantiles(let fractions):
      for index in 1..<values.count {
        let middle = Double(values[index - 1]) * 0.5 + Double(values[index]) * 0.5
        sum += middle * (fractions[index] - fractions[index - 1])
      }
    }
    return Duration(saturatingNanoseconds: sum)
  }

  /// The least and the greatest span.
  public var range: ClosedRange<Duration> {
    Duration(nanoseconds: values[0])...Duration(nanoseconds: values[values.count - 1])
  }

  /// The first index whose element fulfils a condition that, once true, stays true.
  private func firstIndex<Element>(
    in elements: [Element], where condition: (Element) -> Bool
  ) -> Int {
    var low = 0
    var high = elements.count - 1
    while low < high {
      let middle = (low + high) / 2
      if condition(elements[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
