/// A named family of independent random draws.
///
/// A draw is a pure function of (run seed, stream name, entity, draw number): nobody's draws depend
/// on how often somebody else drew. The entity and the draw number may be any 64-bit words, small
/// and consecutive ones included; 64 bits are drawn with `Philox`, keyed by seed and name.
///
/// Every method that takes `for:` and `draw:` uses up that one draw number and no other. Two
/// methods asked for the same draw number answer from the same bits, so give each purpose its own
/// stream or its own number. Where one draw needs more than 64 bits they come from `nested`.
@frozen
public struct RandomStream: Hashable, Sendable, BitwiseCopyable {
  /// What tells this stream's draws from those of all others.
  public let key: UInt64

  /// The stream called `name` in the run with `seed`.
  ///
  /// - Complexity: O(length of the name); resolve once, at start-up.
  public init(seed: UInt64, name: String) {
    // A hash of its own instead of `Digest`: what a trace's fingerprint is may change without
    // changing what happens in a run.
    var state = seed
    var word: UInt64 = 0
    var count: UInt64 = 0
    for byte in name.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count % 8 == 0 {
        state = Philox.words(word, count, key: state).first
        word = 0
      }
    }
    // The length closes the hash, so that "a" and "\0a" differ.
    key = Philox.words(word, ~count, key: state).first
  }

  /// The stream with a given key, as read from another stream's `key`.
  @inlinable
  public init(key: UInt64) {
    self.key = key
  }

  /// 64 uniform bits.
  @inlinable
  @inline(__always)
  public func bits(for entity: UInt64, draw: UInt64) -> UInt64 {
    Philox.words(entity, draw, key: key).first
  }

  /// A stream of its own for one draw that needs many words: a shuffle, a rejected attempt.
  ///
  /// Keyed by the half of the draw's 128 bits that `bits(for:draw:)` does not show.
  @inlinable
  public func nested(for entity: UInt64, draw: UInt64) -> RandomStream {
    RandomStream(key: Philox.words(entity, draw, key: key).second)
  }

  /// A uniform fraction in [0, 1): a multiple of 2⁻⁵³.
  @inlinable
  @inline(__always)
  public func unit(for entity: UInt64, draw: UInt64) -> Double {
    Double(Int64(bitPattern: bits(for: entity, draw: draw) >> 11)) * 0x1p-53
  }

  /// A uniform fraction in (0, 1], for logarithms and powers: never below 2⁻⁶³.
  ///
  /// The middle of one of 2⁶² equal cells, rounded to a double.
  @inlinable
  @inline(__always)
  public func openUnit(for entity: UInt64, draw: UInt64) -> Double {
    RandomStream.openUnit(bits(for: entity, draw: draw))
  }

  /// The fraction in (0, 1] that 64 bits stand for.
  @inlinable
  @inline(__always)
  static func openUnit(_ bits: UInt64) -> Double {
    // Through a signed integer, whose conversion is one instruction.
    Double(Int64(bitPattern: bits >> 1 | 1)) * 0x1p-63
  }
}
