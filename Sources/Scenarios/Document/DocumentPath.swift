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
    let isBare =
      !key.isEmpty
      && key.unicodeScalars.allSatisfy { scalar in
        scalar.value > 0x20 && !".\"'=[]".unicodeScalars.contains(scalar)
          && !scalar.properties.isWhitespace
      }
    return isBare ? key : JSONText.quoted(key)
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
