/// How a time picks its bucket: the digits, levels and block sizes of the event queue.
@frozen
@usableFromInline
enum RadixLayout {
  /// Bits of one digit; a level has two to this power buckets, one bit each in a 64-bit map.
  @inlinable static var digitBits: Int { 6 }
  /// Eleven digits of six bits cover the 63 bits of a time.
  @inlinable static var levels: Int { 11 }
  @inlinable static var bucketCount: Int { levels << digitBits }

  /// Events in one block; a bucket that fits one block is sorted instead of being split further.
  ///
  /// Larger blocks stream better, smaller ones waste less on sparse buckets. Measured with 16, 32,
  /// 64 and 128 events: 64 is level with 128 up to a million pending events and never behind 32.
  @inlinable static var blockCapacity: Int { 64 }

  /// The level of the highest digit in which two times differ, from the XOR of the two.
  @inlinable
  static func level(ofDifference difference: UInt64) -> Int {
    let bit = 63 &- (difference | 1).leadingZeroBitCount
    // bit / 6 for every bit below 64: the division would cost more than the rest of a push.
    return (bit &* 43) &>> 8
  }

  @inlinable
  static func digit(of time: UInt64, level: Int) -> Int {
    Int(truncatingIfNeeded: time &>> UInt64(truncatingIfNeeded: level &* digitBits)) & 63
  }

  /// First time of a bucket, given any time that agrees with it in the higher digits.
  @inlinable
  static func start(of digit: Int, level: Int, near base: UInt64) -> UInt64 {
    let lowBits = UInt64(truncatingIfNeeded: level &* digitBits)
    // The smart shift yields zero at the top level, where no higher digit is left.
    let higher = base & (~0 << (lowBits &+ UInt64(digitBits)))
    return higher | (UInt64(truncatingIfNeeded: digit) &<< lowBits)
  }
}
