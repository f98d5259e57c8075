/// A named family of independent random draws.
///
/// A draw is a pure function of (run seed, stream name, entity, draw number).
@frozen
public struct RandomStream: Hashable, Sendable, BitwiseCopyable {
  public let key: UInt64

  public init(seed: UInt64, name: String) {
    var digest = Digest()
    digest.combine(seed)
    for byte in name.utf8 { digest.combine(UInt64(byte)) }
    key = digest.value
  }

  /// 64 uniform bits.
  @inlinable
  public func bits(for entity: UInt64, draw: UInt64) -> UInt64 {
    func mix(_ word: UInt64) -> UInt64 {
      var z = word
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    return mix(mix(key &+ entity &* 0x9E37_79B9_7F4A_7C15) &+ draw &* 0xD1B5_4A32_D192_ED03)
  }
}
