/// Keys from the root of a document to a value: `supervision.maxRestarts`.
///
/// A key that holds a dot, a quote, a bracket, an equals sign or white space is written as a JSON
/// string: `a."b.c".d`.
public struct DocumentPath: Sendable, Hashable {
  public let keys: [String]

  public init(_ keys: [String]) {
    self.keys = keys
  }

  /// A key as it is written inside of a path.
  static func component(_ key: String) -> String {
    isBare(key) ? key : JSONText.quoted(key)
  }

  private static func isBare(_ key: String) -> Bool {
    guard !key.isEmpty, !key.utf8.contains(where: isReserved) else { return false }
    // Unicode is asked what it takes for white space only where there is more than ASCII.
    return key.utf8.allSatisfy { $0 < 0x80 }
      || !key.unicodeScalars.contains { $0.properties.isWhitespace }
  }

  /// Whether a byte of a key needs quotes around the key.
  private static func isReserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "."), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="),
      UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }

  /// Two written paths, one below the other.
  static func joined(_ parent: String, _ child: String) -> String {
    parent.isEmpty ? child : "\(parent).\(child)"
  }
}

extension DocumentPath: CustomStringConvertible {
  public var description: String {
    keys.map(Self.component).joined(separator: ".")
  }
}
