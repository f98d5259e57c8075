/// A running 64-bit fingerprint of a sequence of words.
///
/// Depends on every word and on their order. One widening multiplication per word, so it costs about
/// six cycles and may be kept for every event. Not cryptographic.
@frozen
public struct Digest: Hashable, Sendable, BitwiseCopyable {
  public var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inlinable
  public init() {}

  @inlinable
  public mutating func combine(_ word: UInt64) {
    let product = (value ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
      by: 0xE703_7ED1_A0B4_28DB ^ value)
    value = product.high ^ product.low
  }

  @inlinable
  public mutating func combine(_ instant: Instant) {
    combine(UInt64(bitPattern: instant.nanoseconds))
  }

  @inlinable
  public mutating func combine(_ duration: Duration) {
    combine(UInt64(bitPattern: duration.nanoseconds))
  }

  /// Adds a text with its length, so that two texts in a row cannot pass for another two.
  public mutating func combine(text: some StringProtocol) {
    var length: UInt64 = 0
    for byte in text.utf8 {
      combine(UInt64(byte))
      length += 1
    }
    combine(length)
  }
}

extension Digest: CustomStringConvertible {
  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
