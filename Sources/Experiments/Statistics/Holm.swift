/// Holm's correction: with many tests, the chance that any true hypothesis is rejected stays below
/// the level, whatever the tests' dependence.
public enum Holm {
  /// The adjusted p values, in the order of the p values.
  ///
  /// A hypothesis is rejected at a level where its adjusted p value is at most that level. All are
  /// in 0...1.
  ///
  /// - Complexity: O(n log n).
  /// - Note: Source: S. Holm, "A simple sequentially rejective multiple test procedure",
  ///   Scandinavian Journal of Statistics 6(2), 1979; adjusted as in S. P. Wright, "Adjusted
  ///   p-values for simultaneous inference", Biometrics 48(4), 1992.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    // Ties in the order given, so that the result never depends on the sort's.
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var greatest = 0.0
    for (place, index) in order.enumerated() {
      greatest = max(greatest, min(1, Double(pValues.count - place) * pValues[index]))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
