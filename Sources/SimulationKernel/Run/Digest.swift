/// A running 64-bit fingerprint of a sequence of words.
@frozen
public struct Digest: Hashable, Sendable, BitwiseCopyable {
  public var value: UInt64 = 0x9E37_79B9_7F4A_7C15
  public init() {}
  @inlinable public mutating func combine(_ word: UInt64) {
    let product = (value ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
      by: 0xE703_7ED1_A0B4_28DB ^ value)
    value = product.high ^ product.low
  }
}
