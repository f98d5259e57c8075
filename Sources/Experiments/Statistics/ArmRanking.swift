/// Arms in order of a metric, and which of them cannot be told apart.
///
/// Every pair of arms is compared by a paired t test on the same seeds; the p values are corrected
/// after Holm over all pairs. Two arms share a group exactly when they are not told apart, so that an
/// arm between two that are is in both of their groups.
public struct ArmRanking: Hashable, Sendable {
  /// Place by mean from 1; arms with the same mean share the better one, as in sports.
  public let ranks: [Int]
  /// The groups of each arm, ascending, from 1, of the best; never empty.
  public let groups: [[Int]]
  public let means: [Double]
  /// Holm-adjusted p values of all pairs, symmetric, 1 on the diagonal.
  public let pValues: [[Double]]
  /// The level that adjusted p values are held against.
  public let level: Double

  /// - Parameters:
  ///   - arms: Per arm the metric on every seed, in the same order of seeds; less is better.
  ///   - level: Chance that any two arms of equal means are told apart, above 0 and below 1.
  ///   - sequence: Where the number of seeds depends on what they showed: gives p values that may be
  ///     looked at after every seed, in place of the t test's.
  /// - Precondition: All arms have the same number of finite values, at least one.
  /// - Complexity: O(arms² · seeds).
  public init(_ arms: [[Double]], level: Double = 0.05, sequence: MeanSequence? = nil) {
    precondition(level > 0 && level < 1, "a level is between 0 and 1: \(level)")
    let counts = arms.map(\.count)
    precondition(counts.allSatisfy { $0 == counts[0] }, "arms have the same seeds: \(counts)")
    self.level = level
    let means = arms.map { SampleMoments($0).mean }
    let order = arms.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    let pValues = ArmRanking.pValues(arms, sequence)
    var ranks = [Int](repeating: 1, count: arms.count)
    for (place, arm) in order.enumerated().dropFirst() {
      let before = order[place - 1]
      ranks[arm] = means[arm] == means[before] ? ranks[before] : place + 1
    }
    let letters = LetterDisplay(count: order.count) { pValues[order[$0]][order[$1]] <= level }
    var groups = [[Int]](repeating: [], count: arms.count)
    for (place, arm) in order.enumerated() { groups[arm] = letters.groups[place] }
    self.means = means
    self.pValues = pValues
    self.ranks = ranks
    self.groups = groups
  }

  /// Whether two arms differ significantly.
  public func isDistinct(_ first: Int, _ second: Int) -> Bool { pValues[first][second] <= level }

  private static func pValues(_ arms: [[Double]], _ sequence: MeanSequence?) -> [[Double]] {
    var pairs: [(Int, Int)] = []
    for first in arms.indices {
      for second in arms.indices where second > first { pairs.append((first, second)) }
    }
    let adjusted = Holm.adjusted(
      pairs.map { first, second in
        let moments = SampleMoments(zip(arms[first], arms[second]).map { $0 - $1 })
        return sequence?.pValue(moments) ?? PairedDifference.pValue(moments)
      })
    var matrix = arms.map { _ in [Double](repeating: 1, count: arms.count) }
    for ((first, second), pValue) in zip(pairs, adjusted) {
      matrix[first][second] = pValue
      matrix[second][first] = pValue
    }
    return matrix
  }
}
