/// The compact letter display of pairwise comparisons.
///
/// Groups such that two of the compared share one exactly when they are not told apart; one may be in
/// several groups. Made by inserting every pair that is told apart and absorbing groups that others
/// hold (Piepho, *An algorithm for a letter-based representation of all-pairwise comparisons*, 2004).
/// The groups are the largest sets of which no two are told apart.
struct LetterDisplay: Hashable, Sendable {
  /// Per place the groups it is in, from 1, ascending; never empty.
  let groups: [[Int]]

  /// - Parameters:
  ///   - count: How many are compared, in the order in which groups are numbered.
  ///   - isDistinct: Whether two places are told apart; symmetric.
  /// - Complexity: Exponential in the count for arbitrary pairs. Means in order make few groups more
  ///   than there are gaps.
  init(count: Int, isDistinct: (Int, Int) -> Bool) {
    var columns = count > 0 ? [Set(0..<count)] : []
    for first in 0..<count {
      for second in (first + 1)..<count where isDistinct(first, second) {
        let split = columns.filter { $0.isSuperset(of: [first, second]) }
        columns.removeAll { $0.isSuperset(of: [first, second]) }
        for column in split {
          for removed in [first, second] {
            let part = column.subtracting([removed])
            if !columns.contains(where: part.isSubset) { columns.append(part) }
          }
        }
      }
    }
    let ordered = columns.map { $0.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
    groups = (0..<count).map { place in
      ordered.indices.filter { ordered[$0].contains(place) }.map { $0 + 1 }
    }
  }
}
