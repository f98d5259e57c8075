import Scenarios

/// The JSON metadata that a service stores as its key's value: how to reach it.
///
/// `{"address":"10.32.1.244","port":8080}`. Anything else does not parse, the empty text first.
public enum ServiceMetadata {
  /// The text that an API node announces.
  public static func text(of node: APINodeID) -> String {
    "{\"address\":\"10.32.\(node.rawValue >> 8).\(node.rawValue & 0xFF)\",\"port\":8080}"
  }

  /// The node behind the address, or nil when the text is not valid metadata.
  public static func endpoint(parsing bytes: [UInt8]) -> APINodeID? {
    let source = SourceText(name: "metadata", bytes: bytes)
    guard let document = try? ScenarioParser.parse(source),
      let address = document["address"]?.string, case .number = document["port"]?.content
    else { return nil }
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    // The number's own text is compared: the conversion would take a sign and leading zeros too.
    guard parts.count == 4, parts[0] == "10", parts[1] == "32",
      let high = UInt8(parts[2]), let low = UInt8(parts[3]), parts[2] == "\(high)",
      parts[3] == "\(low)"
    else { return nil }
    return APINodeID(UInt16(high) << 8 | UInt16(low))
  }
}

/// Parsed metadata by value: five hundred watchers parse the same bytes, the simulation parses once.
struct MetadataCache: Sendable {
  private enum Parsed: Sendable {
    case unknown, bad
    case good(APINodeID)
  }

  private var parsed: [Parsed] = []

  mutating func endpoint<C: Discovery.Contents>(of value: Etcd.Value, _ contents: C) -> APINodeID? {
    let index = Int(value.rawValue)
    while parsed.count <= index { parsed.append(.unknown) }
    if case .unknown = parsed[index] {
      let node = ServiceMetadata.endpoint(parsing: contents.bytes(of: value))
      parsed[index] = node.map { .good($0) } ?? .bad
    }
    if case .good(let node) = parsed[index] { return node }
    return nil
  }
}
