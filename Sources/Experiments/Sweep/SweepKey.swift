import SimulationKernel

/// What a run is, whatever sweep it stands in.
///
/// A fingerprint of scenario bytes, patches, seed, end and version: runs with the same key have the same
/// outcome.
public struct SweepKey: Hashable, Comparable, Sendable, BitwiseCopyable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    (self.high, self.low) = (high, low)
  }

  /// Reads 32 hexadecimal digits.
  init?(hexadecimal text: some StringProtocol) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// By number; means nothing.
  public static func < (left: SweepKey, right: SweepKey) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  public var hexadecimal: String { Self.digits(high) + Self.digits(low) }

  static func digits(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// Makes keys: two digests side by side, so that among millions of runs no two meet by chance.
struct SweepFingerprint: Sendable {
  private var first = Digest()
  private var second = Digest()

  init() { second.combine(0x5357_4545_5020_3252) }

  mutating func combine(_ word: UInt64) {
    first.combine(word)
    second.combine(word)
  }

  /// Adds what `Digest.combine(text:)` adds, at the speed that a pass over all points needs.
  mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      for byte in bytes { combine(UInt64(byte)) }
      combine(UInt64(bytes.count))
    }
  }

  var key: SweepKey { SweepKey(high: first.value, low: second.value) }

  /// Of bytes, such as those of a scenario's file.
  static func of(_ bytes: [UInt8]) -> SweepKey {
    var print = SweepFingerprint()
    bytes.withUnsafeBytes { buffer in
      var position = 0
      while position + 8 <= buffer.count {
        let word = buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        print.combine(UInt64(littleEndian: word))
        position += 8
      }
      while position < buffer.count {
        print.combine(UInt64(buffer[position]))
        position += 1
      }
    }
    print.combine(UInt64(bytes.count))
    return print.key
  }
}
