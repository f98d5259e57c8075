extension KernelMath {
  /// `x` to the power of `y`.
  ///
  /// At most 0.55 units in the last place from the exact value. Special cases are those of IEEE
  /// 754's `pow`: anything to the zero and one to anything are 1, a negative base wants a whole
  /// exponent and otherwise gives not-a-number.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let base = x.magnitude
    if y.isInfinite || y.magnitude >= 0x1p66 {
      // So large an exponent leaves the doubles for every base but ±1; and it is even.
      if base == 1 { return 1 }
      return (base > 1) == (y > 0) ? .infinity : 0
    }
    let isNegative = x.sign == .minus && isOdd(y)
    if base == 0 || base.isInfinite {
      let limit: Double = (base == 0) == (y < 0) ? .infinity : 0
      return isNegative ? -limit : limit
    }
    if x < 0 && !isWhole(y) { return .nan }

    var bits = base.bitPattern
    if bits < 0x0010_0000_0000_0000 { bits = (base * 0x1p52).bitPattern &- (52 << 52) }
    let logarithm = logarithmPair(bits)
    // y * log x to twice the precision; the heads of 26 bits multiply exactly.
    let yHigh = Double(bitPattern: y.bitPattern & 0xFFFF_FFFF_F800_0000)
    let yLow = y - yHigh
    let logHigh = Double(bitPattern: logarithm.high.bitPattern & 0xFFFF_FFFF_F800_0000)
    let logLow = (logarithm.high - logHigh) + logarithm.low
    let result = exponential(yHigh * logHigh, yLow * logHigh + y * logLow)
    return isNegative ? -result : result
  }

  /// Whether a finite number is whole.
  private static func isWhole(_ y: Double) -> Bool {
    y.magnitude >= 0x1p52 || Double(Int64(y)) == y
  }

  /// Whether a finite number is whole and odd; from 2^53 on all are even.
  private static func isOdd(_ y: Double) -> Bool {
    guard y.magnitude < 0x1p53 else { return false }
    let whole = Int64(y)
    return Double(whole) == y && whole & 1 == 1
  }
}
