import SimulationKernel

/// Student's t distribution: how far a mean of few values may be from the truth, in units of its
/// estimated standard error.
public struct StudentT: Hashable, Sendable {
  /// At least 1.
  public let degreesOfFreedom: Double

  /// Beyond, the integral loses digits, and the expansion around the normal distribution has them.
  private static let expansionFrom = 1e6

  /// - Precondition: `degreesOfFreedom` is at least 1.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom >= 1, "degrees of freedom are 1 or more: \(degreesOfFreedom)")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value of at most `t`; relative error below 10⁻⁸.
  ///
  /// Above a million degrees of freedom the absolute error is below 10⁻¹⁴ instead.
  ///
  /// - Note: Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", equation
  ///   26.7.1, by the incomplete beta integral; beyond a million degrees, R. A. Fisher's expansion.
  public func probability(_ t: Double) -> Double {
    let parts = parts(t.magnitude)
    return t < 0 ? parts.tail : 0.5 + parts.central
  }

  /// The probability of a value at least as far from zero as `t`, on either side.
  public func twoSidedTail(_ t: Double) -> Double { 2 * parts(t.magnitude).tail }

  /// The value below which a draw falls with probability `p`; relative error below 10⁻⁸.
  ///
  /// Zero gives -∞, one gives ∞.
  ///
  /// Newton's iteration from a side on which it cannot overshoot: near the middle on the
  /// probability itself, which is concave; in the tails on the logarithm of the tail as a function
  /// of the logarithm of t, which is concave too and nearly straight.
  /// - Precondition: `p` is in 0...1.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability is in 0...1: \(p)")
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    if p == 0.5 { return 0 }
    if degreesOfFreedom > StudentT.expansionFrom { return expandedQuantile(p) }
    let tail = min(p, 1 - p)
    let magnitude = tail > 0.25 ? centralQuantile((p - 0.5).magnitude) : tailQuantile(tail)
    return p < 0.5 ? -magnitude : magnitude
  }

  /// How many standard errors an interval reaches to each side.
  ///
  /// The confidence is that of both sides together, above 0 and below 1.
  public func criticalValue(confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1: \(confidence)")
    return -quantile((1 - confidence) / 2)
  }

  /// The density at `t`.
  private func density(_ t: Double) -> Double {
    let half = 0.5 * degreesOfFreedom
    let shape = (half + 0.5) * KernelMath.log1p(t / degreesOfFreedom * t)
    return KernelMath.exp(-shape - BetaFunction.logarithm(half, 0.5))
      / degreesOfFreedom.squareRoot()
  }

  /// The probabilities of 0...t and of everything above `t`, which is at least zero.
  private func parts(_ t: Double) -> (central: Double, tail: Double) {
    if degreesOfFreedom > StudentT.expansionFrom {
      let square = t * t
      let first = (square + 1) / (4 * degreesOfFreedom)
      let second = ((13 * square + 8) * square + 3) / (96 * degreesOfFreedom * degreesOfFreedom)
      let tail = KernelMath.normalProbability(-t * max(0, 1 - first + second))
      return (0.5 - tail, tail)
    }
    let ratio = t / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    guard square < .infinity else { return (0.5, 0) }
    let integral = BetaFunction.incomplete(
      1 / (1 + square), complement: square / (1 + square), 0.5 * degreesOfFreedom, 0.5)
    return (0.5 * integral.upper, 0.5 * integral.lower)
  }

  /// - Note: Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", equation
  ///   26.7.5.
  private func expandedQuantile(_ p: Double) -> Double {
    let z = KernelMath.normalQuantile(p)
    let square = z * z
    let first = (square + 1) / (4 * degreesOfFreedom)
    let second = ((5 * square + 16) * square + 3) / (96 * degreesOfFreedom * degreesOfFreedom)
    return z * (1 + first + second)
  }

  private func centralQuantile(_ central: Double) -> Double {
    var t = central / density(0)
    for _ in 0..<60 {
      let step = (central - parts(t).central) / density(t)
      t += step
      if step <= t * 1e-15 { break }
    }
    return t
  }

  private func tailQuantile(_ tail: Double) -> Double {
    var t = -KernelMath.normalQuantile(tail)
    for _ in 0..<60 {
      let current = parts(t).tail
      let slope = t * density(t) / current
      let step = KernelMath.log(current / tail) / slope
      t *= KernelMath.exp(step)
      if step.magnitude < 1e-14 { break }
    }
    return t
  }
}
