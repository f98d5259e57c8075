import SimulationKernel

/// Saltelli's design and the Sobol' indices from it: which share of an outcome's variance comes from
/// which input.
///
/// - Note: Sources: A. Saltelli et al., "Variance based sensitivity analysis of model output",
///   Computer Physics Communications 181(2), 2010, doi:10.1016/j.cpc.2009.09.018 (the design);
///   M. J. W. Jansen, "Analysis of variance designs for model output", Computer Physics
///   Communications 117, 1999 (both estimators).
public struct SobolIndices: Sendable {
  /// What one input accounts for.
  public struct Index: Hashable, Sendable {
    /// Share of the variance that would be gone if the input were known.
    ///
    /// By chance it may come out below zero.
    public let first: Double
    /// Share that would be left if all others were known: its own and its interactions.
    public let total: Double
    /// The percentile bootstrap's interval of `first`, over the base points.
    public let firstInterval: ClosedRange<Double>
    public let totalInterval: ClosedRange<Double>
  }

  public let dimensions: Int
  /// Base points: pairs of points A and B; fewer than were asked for where too few were allowed.
  public let count: Int
  /// Base points that were left out since one of their points was not allowed.
  public let refused: Int
  /// To be evaluated in this order: of each base point A, B, and for each input A with B's value of
  /// that input; `count · (dimensions + 2)` in all.
  public let points: [[Double]]

  /// - Parameters:
  ///   - dimensions: Inputs: 1 to half as many as Sobol's sequence has dimensions.
  ///   - count: Base points, at least 2; best a power of two.
  ///   - stream: Scrambles Sobol's sequence; without one it is taken as it is.
  ///   - isAllowed: Whether a point has an outcome. A base point with a point that has none is left
  ///     out for the next of the sequence, at most `refusalsMax` times as many as are wanted. The
  ///     indices are then those of the part of the cube that is allowed, and inputs that bound each
  ///     other there are no longer independent: the more are refused, the less they mean.
  public init(
    dimensions: Int, count: Int, by stream: RandomStream?,
    isAllowed: ([Double]) -> Bool = { _ in true }
  ) {
    precondition(
      dimensions > 0 && 2 * dimensions <= SobolSequence.dimensionsMax,
      "indices are of 1 to \(SobolSequence.dimensionsMax / 2) inputs: \(dimensions)")
    precondition(count >= 2, "a variance takes two base points: \(count)")
    self.dimensions = dimensions
    let sequence = SobolSequence(dimensions: 2 * dimensions, scrambledBy: stream)
    var points: [[Double]] = []
    var found = 0
    var index = 0
    while found < count, index - found <= count * Self.refusalsMax {
      let pair = sequence.point(index)
      index += 1
      let rows = Self.rows(Array(pair[..<dimensions]), Array(pair[dimensions...]))
      guard rows.allSatisfy(isAllowed) else { continue }
      points += rows
      found += 1
    }
    self.points = points
    self.count = found
    refused = index - found
  }

  /// A, B, and A with each value of B.
  private static func rows(_ a: [Double], _ b: [Double]) -> [[Double]] {
    [a, b]
      + a.indices.map { input in
        var point = a
        point[input] = b[input]
        return point
      }
  }

  static let refusalsMax = 8

  /// The indices of all inputs from the outcomes at `points`; nil where these do not vary, or there
  /// are fewer than two base points.
  ///
  /// - Precondition: There is a finite outcome for each point.
  /// - Complexity: O(resamples · points).
  public func indices(
    of outcomes: [Double], confidence: Double = 0.95, bootstrap: Bootstrap
  ) -> [Index]? {
    precondition(
      outcomes.count == points.count, "points have outcomes: \(points.count), \(outcomes.count)")
    precondition(outcomes.allSatisfy(\.isFinite), "outcomes are finite")
    guard count >= 2 else { return nil }
    let all = Array(0..<count)
    var result: [Index] = []
    for input in 0..<dimensions {
      guard let estimate = estimate(input, outcomes, all) else { return nil }
      let first = bootstrap.interval(count: count, confidence: confidence) {
        self.estimate(input, outcomes, $0)?.first
      }
      let total = bootstrap.interval(count: count, confidence: confidence) {
        self.estimate(input, outcomes, $0)?.total
      }
      result.append(
        Index(
          first: estimate.first, total: estimate.total,
          firstInterval: first ?? estimate.first...estimate.first,
          totalInterval: total ?? estimate.total...estimate.total))
    }
    return result
  }

  private func estimate(
    _ input: Int, _ outcomes: [Double], _ places: [Int]
  ) -> (first: Double, total: Double)? {
    let width = dimensions + 2
    let origin = outcomes[0]
    var sum = 0.0
    var squares = 0.0
    var withoutInput = 0.0
    var withInput = 0.0
    for place in places {
      // From the first outcome on, so that a large common part costs no digits.
      let a = outcomes[place * width] - origin
      let b = outcomes[place * width + 1] - origin
      let mixed = outcomes[place * width + 2 + input] - origin
      sum += a + b
      squares += a * a + b * b
      withoutInput += (b - mixed) * (b - mixed)
      withInput += (a - mixed) * (a - mixed)
    }
    let size = Double(places.count)
    let mean = sum / (2 * size)
    let variance = squares / (2 * size) - mean * mean
    guard variance > 0 else { return nil }
    return (1 - withoutInput / (2 * size * variance), withInput / (2 * size * variance))
  }
}
