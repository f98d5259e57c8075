/// Sums of exponential spans.
extension RandomStream {
  /// The sum of `shape` independent exponential numbers: the time that many steps take in a row.
  ///
  /// Up to 16 steps it is the logarithm of a product of uniforms; beyond, one draw of the gamma
  /// distribution, so the cost does not grow with the steps.
  ///
  /// A shape below one gives zero; the mean is that of the whole sum, at least zero.
  /// - Note: Source: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables",
  ///   ACM TOMS 26(3), 2000, doi:10.1145/358407.358414.
  public func gamma(shape: Int, mean: Double, for entity: UInt64, draw: UInt64) -> Double {
    guard shape > 1 else {
      return shape == 1 ? exponential(mean: mean, for: entity, draw: draw) : 0
    }
    let stream = nested(for: entity, draw: draw)
    let steps = Double(shape)
    return shape <= 16
      ? mean / steps * stream.logarithmOfProduct(shape)
      : mean / steps * stream.marsagliaTsang(steps)
  }

  /// The sum of `shape` independent exponential spans: the time that many reads take in a row.
  ///
  /// A shape below one gives zero; the mean is that of the whole sum, at least zero.
  public func gamma(shape: Int, mean: Duration, for entity: UInt64, draw: UInt64) -> Duration {
    Duration(
      saturatingNanoseconds: gamma(
        shape: shape, mean: Double(mean.nanoseconds), for: entity, draw: draw))
  }

  /// The negative logarithm of a product of up to 16 uniforms, which cannot underflow: each is at
  /// least 2⁻⁶³.
  private func logarithmOfProduct(_ count: Int) -> Double {
    var product = 1.0
    for pair in 0..<UInt64(count / 2) {
      let words = Philox.words(pair, 0, key: key)
      product *= RandomStream.openUnit(words.first)
      product *= RandomStream.openUnit(words.second)
    }
    if count % 2 == 1 { product *= openUnit(for: UInt64(count), draw: 0) }
    return -KernelMath.log(product)
  }

  /// A gamma variate of this shape (above one) and scale one.
  private func marsagliaTsang(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / KernelMath.squareRoot(9 * d)
    var attempt: UInt64 = 0
    while true {
      let x = standardNormal(for: 0, draw: attempt)
      let u = openUnit(for: 1, draw: attempt)
      attempt += 1
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let x2 = x * x
      if u < 1 - 0.0331 * x2 * x2 { return d * v }
      if KernelMath.log(u) < 0.5 * x2 + d * (1 - v + KernelMath.log(v)) { return d * v }
    }
  }
}
