extension KernelMath {
  /// The value below which a standard normal draw falls with probability `p`.
  ///
  /// Relative error below 10⁻¹⁵ for all p in 0...1. Zero gives -∞, one gives ∞, and everything
  /// outside not-a-number.
  ///
  /// - Note: Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
  ///   distribution" (PPND16), Applied Statistics 37(3), 1988, doi:10.2307/2347330.
  public static func normalQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * (centerAbove(r) / centerBelow(r))
    }
    let tail = q < 0 ? p : 1 - p
    guard tail > 0 else {
      if tail == 0 { return q < 0 ? -.infinity : .infinity }
      return .nan
    }
    let depth = squareRoot(log(tail))
    let value =
      depth <= 5
      ? middleAbove(depth - 1.6) / middleBelow(depth - 1.6)
      : farAbove(depth - 5) / farBelow(depth - 5)
    return q < 0 ? -value : value
  }

  /// A polynomial of degree seven, by its coefficients from the constant one up.
  ///
  /// Members and not a list: a constant polynomial is compiled into its arithmetic.
  private struct Polynomial {
    let c0, c1, c2, c3, c4, c5, c6, c7: Double

    init(
      _ c0: Double, _ c1: Double, _ c2: Double, _ c3: Double, _ c4: Double, _ c5: Double,
      _ c6: Double, _ c7: Double
    ) {
      (self.c0, self.c1, self.c2, self.c3) = (c0, c1, c2, c3)
      (self.c4, self.c5, self.c6, self.c7) = (c4, c5, c6, c7)
    }

    @inline(__always)
    func callAsFunction(_ r: Double) -> Double {
      let low = ((c3 * r + c2) * r + c1) * r + c0
      return ((((c7 * r + c6) * r + c5) * r + c4) * (r * r)) * (r * r) + low
    }
  }

  /// For |p - 1/2| up to 0.425.
  private static let centerAbove = Polynomial(
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3)
  private static let centerBelow = Polynomial(
    1, 4.2313330701600911252e1, 6.8718700749205790830e2,
    5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
    2.8729085735721942674e4, 5.2264952788528545610e3)

  /// For tails down to e⁻²⁵.
  private static let middleAbove = Polynomial(
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4)
  private static let middleBelow = Polynomial(
    1, 2.05319162663775882187, 1.67638483018380384940,
    6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
    5.47593808499534494600e-4, 1.05075007164441684324e-9)

  /// For all smaller tails.
  private static let farAbove = Polynomial(
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7)
  private static let farBelow = Polynomial(
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
    1.42151175831644588870e-7, 2.04426310338993978564e-15)
}
