extension KernelMath {
  /// The natural logarithm of `1 + x`, accurate for tiny x too: within 3 units in the last place.
  ///
  /// - Note: Source: W. Kahan's correction of the rounded sum; D. Goldberg, "What every computer
  ///   scientist should know about floating-point arithmetic", ACM Computing Surveys 23(1), 1991,
  ///   theorem 4, doi:10.1145/103162.103163.
  public static func log1p(_ x: Double) -> Double {
    let sum = 1 + x
    if sum == 1 || x == .infinity { return x }
    if sum <= 0 { return log(sum) }
    return log(sum) * (x / (sum - 1))
  }

  /// e to the power of `x`, less one, accurate for tiny x too: within 4 units in the last place.
  ///
  /// - Note: Source: W. Kahan; N. J. Higham, "Accuracy and Stability of Numerical Algorithms",
  ///   2nd edition, SIAM 2002, section 1.14.1.
  public static func expm1(_ x: Double) -> Double {
    let power = exp(x)
    if power == 1 { return x }
    // Far from one the difference is good as it is, and both ends are safe from 0·∞.
    if !(x.magnitude < 1) { return power - 1 }
    return (power - 1) * (x / log(power))
  }

  /// The probability that a standard normal draw is at most `x`; absolute error below 10⁻¹⁵.
  ///
  /// - Complexity: O(x²) up to |x| = 9, constant beyond. For set-up, not for draws.
  /// - Note: Source: G. Marsaglia, "Evaluating the normal distribution", Journal of Statistical
  ///   Software 11(4), 2004, doi:10.18637/jss.v011.i04.
  public static func normalProbability(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.magnitude > 9 { return x > 0 ? 1 : 0 }
    var term = x
    var sum = x
    var odd = 1.0
    while true {
      odd += 2
      term *= x * x / odd
      let next = sum + term
      if next == sum { break }
      sum = next
    }
    return 0.5 + sum * normalDensity(x)
  }

  /// The standard normal density at `x`.
  public static func normalDensity(_ x: Double) -> Double {
    // 1 / √(2π).
    0.39894228040143267794 * exp(-0.5 * x * x)
  }
}
