/// Philox2x64: a keyed bijection of 128-bit counters whose outputs are statistically independent.
///
/// A product's two halves are exchanged and mixed with the key, round after round. Six rounds are
/// the fewest that passed every test of TestU01's BigCrush; the kernel uses seven.
///
/// - Note: Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
///   SC 2011, doi:10.1145/2063384.2063405. Checked against the authors' known answers.
@frozen
public enum Philox {
  /// Rounds per draw: one more than the fewest that passed BigCrush.
  @inlinable public static var rounds: Int { 7 }

  @inlinable static var multiplier: UInt64 { 0xD2B7_4407_B1CE_6E93 }
  /// Added to the key after each round: the golden ratio.
  @inlinable static var keyStep: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// The two words that `key` gives the counter (`first`, `second`).
  @inlinable
  @inline(__always)
  public static func words(
    _ first: UInt64, _ second: UInt64, key: UInt64, rounds: Int = Philox.rounds
  ) -> (first: UInt64, second: UInt64) {
    var left = first
    var right = second
    var roundKey = key
    for _ in 0..<rounds {
      let product = left.multipliedFullWidth(by: multiplier)
      left = product.high ^ roundKey ^ right
      right = product.low
      roundKey &+= keyStep
    }
    return (left, right)
  }
}
