import Scenarios
import SimulationKernel

/// The lines of a sweep's journal: JSON, one object each, that begins with a checksum of the rest.
///
///     {"check":"…","journal":"hindsight.sweep-journal/1","shard":"0/1","sweep":"…","version":"…"}
///     {"check":"…","names":"…","list":["alerts.fired",…]}
///     {"check":"…","key":"…","names":"…","seed":1,"digest":"…","events":9,"end":"…","observed":null,"values":[…]}
///
/// A line counts only when it ends in a line break and its checksum is right: of a process that was
/// killed while it wrote, the last line may be torn. Names stand once per file, before the first run
/// whose values they name, by a fingerprint of the list: the line of a run is the same bytes in every
/// file.
enum SweepJournalLine: Sendable {
  case header(sweep: SweepKey, version: String, shard: String)
  case names(UInt64, [String])
  case run(SweepKey, names: UInt64, check: UInt64)

  static let schema = "hindsight.sweep-journal/1"

  /// Bytes up to the end of the checksum: `{"check":"` and 16 digits and a quote.
  static let checkEnd = 27
  private static let checkStart = 10

  // MARK: Writing

  /// A line of the members that stand behind the checksum, such as `,"key":"…"}`.
  static func line(_ rest: [UInt8]) -> [UInt8] {
    let check = rest.withUnsafeBytes { checksum($0) }
    var line = Array("{\"check\":\"".utf8)
    line.reserveCapacity(rest.count + checkEnd + 1)
    line += SweepKey.digits(check).utf8
    line.append(UInt8(ascii: "\""))
    line += rest
    line.append(0x0A)
    return line
  }

  static func header(sweep: SweepKey, version: String, shard: String) -> [UInt8] {
    line(
      Array(
        (",\"journal\":\"\(schema)\",\"shard\":\(JSONWriter.compact(.string(shard)))"
          + ",\"sweep\":\"\(sweep.hexadecimal)\""
          + ",\"version\":\(JSONWriter.compact(.string(version)))}").utf8))
  }

  static func names(_ names: [String]) -> [UInt8] {
    let list = JSONWriter.compact(.array(names.map { .string($0) }))
    return line(
      Array(",\"names\":\"\(SweepKey.digits(fingerprint(of: names)))\",\"list\":\(list)}".utf8))
  }

  static func fingerprint(of names: [String]) -> UInt64 {
    var digest = Digest()
    for name in names { digest.combine(text: name) }
    return digest.value
  }

  // MARK: Reading

  /// What a whole line says, without its line break; nil of a damaged one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let check = Self.check(of: bytes) else { return nil }
    if Self.has(",\"key\":\"", at: Self.checkEnd, in: bytes) {
      guard let high = Self.hexadecimal(bytes, at: 35), let low = Self.hexadecimal(bytes, at: 51),
        Self.has("\",\"names\":\"", at: 67, in: bytes),
        let names = Self.hexadecimal(bytes, at: 78)
      else { return nil }
      self = .run(SweepKey(high: high, low: low), names: names, check: check)
      return
    }
    let source = SourceText(name: "", bytes: Array(bytes))
    guard let root = try? ScenarioDocument(parsing: source).root else { return nil }
    if let list = root["list"]?.elements {
      let names = list.compactMap(\.string)
      guard names.count == list.count,
        let id = root["names"]?.string.flatMap({ UInt64($0, radix: 16) }),
        id == Self.fingerprint(of: names)
      else { return nil }
      self = .names(id, names)
    } else {
      guard root["journal"]?.string == Self.schema,
        let sweep = root["sweep"]?.string.flatMap({ SweepKey(hexadecimal: $0) }),
        let version = root["version"]?.string, let shard = root["shard"]?.string
      else { return nil }
      self = .header(sweep: sweep, version: version, shard: shard)
    }
  }

  /// The checksum of a line, without its line break; nil when it is not right.
  static func check(of bytes: UnsafeRawBufferPointer) -> UInt64? {
    guard bytes.count > checkEnd, has("{\"check\":\"", at: 0, in: bytes),
      let check = hexadecimal(bytes, at: checkStart),
      bytes[checkEnd - 1] == UInt8(ascii: "\""),
      check == checksum(UnsafeRawBufferPointer(rebasing: bytes[checkEnd...]))
    else { return nil }
    return check
  }

  private static func has(
    _ text: StaticString, at start: Int, in bytes: UnsafeRawBufferPointer
  ) -> Bool {
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  private static func hexadecimal(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt64? {
    guard start + 16 <= bytes.count else { return nil }
    var value: UInt64 = 0
    for position in start..<(start + 16) {
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var digest = Digest()
    var position = 0
    while position + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      digest.combine(UInt64(littleEndian: word))
      position += 8
    }
    var rest: UInt64 = 0
    while position < bytes.count {
      rest = rest << 8 | UInt64(bytes[position])
      position += 1
    }
    digest.combine(rest)
    digest.combine(UInt64(bytes.count))
    return digest.value
  }
}
