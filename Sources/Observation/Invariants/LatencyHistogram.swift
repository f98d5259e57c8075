import SimulationKernel

/// Durations, counted in buckets whose width grows with what they hold.
///
/// Log-linear, as in HdrHistogram: every power of two of microseconds has 64 buckets of equal width, so
/// that a bucket's bounds differ by less than 1/64, 1.6 %, of what it holds. Below 128 µs buckets are
/// 1 µs wide. Bounds are fixed, so histograms merge by adding counts. Memory is at most 2,048
/// counts, whatever is recorded; durations beyond 19 hours count as 19 hours.
/// - Note: Source: G. Tene, HdrHistogram (hdrhistogram.org).
public struct LatencyHistogram: Sendable, Equatable {
  /// By bucket, up to the highest that was used.
  private(set) var counts: [UInt64] = []
  public private(set) var count: UInt64 = 0
  /// In microseconds.
  private var sum: UInt128 = 0

  public init() {}

  private static let perOctave: UInt64 = 64
  private static let largest: UInt64 = 1 << 36 - 1

  /// Counts a duration; a negative one counts as zero.
  public mutating func record(_ duration: Duration) {
    let value = min(UInt64(max(0, duration.nanoseconds)) / 1_000, Self.largest)
    let bucket = Self.bucket(of: value)
    while counts.count <= bucket { counts.append(0) }
    counts[bucket] += 1
    count += 1
    sum += UInt128(value)
  }

  public mutating func merge(_ other: LatencyHistogram) {
    while counts.count < other.counts.count { counts.append(0) }
    for (bucket, count) in other.counts.enumerated() { counts[bucket] += count }
    count += other.count
    sum += other.sum
  }

  /// Takes out what was merged before.
  ///
  /// - Precondition: All of it is here.
  public mutating func remove(_ other: LatencyHistogram) {
    precondition(other.count <= count, "only what was counted is taken out: \(other.count)")
    for (bucket, count) in other.counts.enumerated() { counts[bucket] -= count }
    while counts.last == 0 { counts.removeLast() }
    count -= other.count
    sum -= other.sum
  }

  /// What was recorded since an earlier state of this histogram.
  public func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
    var difference = self
    difference.remove(earlier)
    return difference
  }

  // MARK: Figures

  /// The duration that `numerator` of `denominator` of all do not exceed, nearest rank; nil when
  /// there are none.
  ///
  /// The upper bound of its bucket: never below the exact figure, and less than 1.6 % (or 1 µs) above.
  ///
  /// - Precondition: 0 < numerator <= denominator.
  public func percentile(_ numerator: UInt64, of denominator: UInt64) -> Double? {
    precondition(
      numerator > 0 && numerator <= denominator, "a rank is a share: \(numerator)/\(denominator)")
    guard count > 0 else { return nil }
    let parts = UInt128(count) * UInt128(numerator)
    let rank = UInt64((parts + UInt128(denominator) - 1) / UInt128(denominator))
    var below: UInt64 = 0
    for (bucket, count) in counts.enumerated() {
      below += count
      if below >= rank { return Self.seconds(Self.bounds(of: bucket).upper) }
    }
    return nil
  }

  /// The lower bound of the lowest bucket that holds something, in seconds.
  public var minimum: Double? {
    counts.firstIndex { $0 > 0 }.map { Self.seconds(Self.bounds(of: $0).lower) }
  }
  /// The upper bound of the highest bucket that holds something, in seconds.
  public var maximum: Double? {
    counts.lastIndex { $0 > 0 }.map { Self.seconds(Self.bounds(of: $0).upper) }
  }
  /// Exact but for the microsecond, in seconds.
  public var mean: Double? { count > 0 ? Double(sum) / Double(count) / 1e6 : nil }

  // MARK: Buckets

  private static func seconds(_ microseconds: UInt64) -> Double { Double(microseconds) / 1e6 }

  static func bucket(of value: UInt64) -> Int {
    guard value >= 2 * perOctave else { return Int(value) }
    let shift = UInt64(63 - value.leadingZeroBitCount - 6)
    return Int(shift * perOctave + value >> shift)
  }

  /// The least and the greatest number of microseconds that a bucket holds.
  static func bounds(of bucket: Int) -> (lower: UInt64, upper: UInt64) {
    let index = UInt64(bucket)
    guard index >= 2 * perOctave else { return (index, index) }
    let shift = index / perOctave - 1
    let lower = (index - shift * perOctave) << shift
    return (lower, lower + 1 << shift - 1)
  }
}
