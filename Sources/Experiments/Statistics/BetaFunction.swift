import SimulationKernel

/// The beta function and its incomplete integral: what the t, F and binomial distributions are made
/// of.
enum BetaFunction {
  /// The natural logarithm of the gamma function at `x` above zero.
  ///
  /// Absolute error below 10⁻¹⁴ times the larger of 1 and the result.
  ///
  /// - Note: Source: Stirling's series after a shift, NIST Digital Library of Mathematical
  ///   Functions, equations 5.11.1 and 5.5.1.
  static func logGamma(_ x: Double) -> Double {
    precondition(x > 0, "the logarithm of gamma is for numbers above zero: \(x)")
    var shifted = x
    var product = 1.0
    while shifted < stirlingMin {
      product *= shifted
      shifted += 1
    }
    let stirling = (shifted - 0.5) * KernelMath.log(shifted) - shifted + halfLogTwoPi
    return stirling + stirlingRest(shifted) - KernelMath.log(product)
  }

  /// The natural logarithm of B(`a`, `b`), both above zero.
  ///
  /// - Note: Source: A. R. DiDonato, A. H. Morris, "Algorithm 708: significant digit computation
  ///   of the incomplete beta function ratios", ACM TOMS 18(3), 1992, doi:10.1145/131766.131776
  ///   (the ratio of two large gammas without the cancellation of their logarithms).
  static func logarithm(_ a: Double, _ b: Double) -> Double {
    let large = max(a, b)
    let small = min(a, b)
    guard large >= stirlingMin else { return logGamma(a) + logGamma(b) - logGamma(a + b) }
    let sum = large + small
    let ratio =
      -(large - 0.5) * KernelMath.log1p(small / large) - small * KernelMath.log(sum) + small
      + stirlingRest(large) - stirlingRest(sum)
    return logGamma(small) + ratio
  }

  /// The regularised incomplete beta integral from 0 to `x`, and the rest from `x` to 1.
  ///
  /// The smaller of the two is computed directly, so that neither tail loses digits. Relative error
  /// below 10⁻¹⁰ for `a` and `b` up to 10⁶. `x` is in 0...1, `a` and `b` are above zero; the
  /// complement is `1 - x`, which the caller often knows to more digits.
  ///
  /// - Complexity: O(√max(a, b)).
  /// - Note: Source: W. H. Press et al., "Numerical Recipes", 3rd edition, section 6.4: the
  ///   continued fraction DLMF 8.17.22 by Lentz's method.
  static func incomplete(
    _ x: Double, complement y: Double, _ a: Double, _ b: Double
  ) -> (lower: Double, upper: Double) {
    if x <= 0 { return (0, 1) }
    if y <= 0 { return (1, 0) }
    let logX = x < 0.5 ? KernelMath.log(x) : KernelMath.log1p(-y)
    let logY = y < 0.5 ? KernelMath.log(y) : KernelMath.log1p(-x)
    let front = KernelMath.exp(a * logX + b * logY - logarithm(a, b))
    if x < (a + 1) / (a + b + 2) {
      let lower = front * continuedFraction(x, a, b) / a
      return (lower, 1 - lower)
    }
    let upper = front * continuedFraction(y, b, a) / b
    return (1 - upper, upper)
  }

  private static let halfLogTwoPi = 0.91893853320467274178
  /// From here on five terms of Stirling's series reach the last place.
  private static let stirlingMin = 15.0

  /// What Stirling's formula lacks at `x`.
  private static func stirlingRest(_ x: Double) -> Double {
    let r = 1 / (x * x)
    let tail = 1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188))
    return (1.0 / 12 - r * (1.0 / 360 - r * tail)) / x
  }

  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    func apartFromZero(_ value: Double) -> Double { value.magnitude < 1e-300 ? 1e-300 : value }
    var c = 1.0
    var d = 1 / apartFromZero(1 - (a + b) * x / (a + 1))
    var result = d
    var m = 1.0
    while m < 1e6 {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / apartFromZero(1 + even * d)
      c = apartFromZero(1 + even / c)
      result *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / apartFromZero(1 + odd * d)
      c = apartFromZero(1 + odd / c)
      let factor = c * d
      result *= factor
      if (factor - 1).magnitude < 0x1p-51 { break }
      m += 1
    }
    return result
  }
}
