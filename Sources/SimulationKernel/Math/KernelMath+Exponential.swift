extension KernelMath {
  /// e to the power of `x`.
  ///
  /// At most 0.52 units in the last place from the exact value, subnormal results included. Above
  /// 709.78 the result is ∞, below -745.13 it is zero.
  ///
  /// x = k ln 2 / 128 + r: the power of two comes from a table, e^r - 1 from its series.
  /// - Note: Method: P. T. P. Tang, "Table-driven implementation of the exponential function in
  ///   IEEE floating-point arithmetic", ACM TOMS 15(2), 1989, doi:10.1145/63522.214389.
  public static func exp(_ x: Double) -> Double {
    exponential(x, 0)
  }

  /// e to the power of a sum whose second part is tiny next to the first.
  @inline(__always)
  static func exponential(_ x: Double, _ low: Double) -> Double {
    guard x.magnitude < 745.2 else {
      if x.isNaN { return x }
      return x > 0 ? .infinity : 0
    }
    // Adding and taking off 1.5 * 2^52 rounds to a whole number.
    let steps = (x * KernelMathTables.stepInverse + 0x1.8p52) - 0x1.8p52
    let count = Int64(steps)
    let reduced = x - steps * KernelMathTables.stepHigh - steps * KernelMathTables.stepLow
    let r = reduced + low
    let index = Int(truncatingIfNeeded: count & 127)
    let scale = KernelMathTables.powerBits[index] &+ UInt64(bitPattern: count << 45)
    let r2 = r * r
    // |r| < 2^-8.5 leaves the sixth term below 2^-60.
    let upper = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720)
    let series = (0.5 + r * (1.0 / 6)) + r2 * upper
    let rest = (KernelMathTables.powerTail[index] + r) + r2 * series
    // Below 2^-960 the product would be subnormal long before the sum is, and lose its last bits.
    if count >= -960 * 128 && count < 1023 * 128 {
      let power = Double(bitPattern: scale)
      return power + power * rest
    }
    return scaled(scale, rest, isLarge: count > 0)
  }

  /// Finishes where the power of two is outside of the normal numbers, or close to their lower end.
  private static func scaled(_ scale: UInt64, _ rest: Double, isLarge: Bool) -> Double {
    if isLarge {
      let power = Double(bitPattern: scale &- (1009 << 52))
      return 0x1p1009 * (power + power * rest)
    }
    let power = Double(bitPattern: scale &+ (1022 << 52))
    var result = power + power * rest
    if result < 1 {
      // A subnormal result is rounded once, at its own last place, by adding one here: 1 + result
      // has the same last place after the final scaling.
      let low = (power - result) + power * rest
      let shifted = 1 + result
      let lost = ((1 - shifted) + result) + low
      result = (shifted + lost) - 1
    }
    return 0x1p-1022 * result
  }
}
