import Scenarios

/// What the recorders talked to.
extension RecordingReader {
  /// An etcd of any version, by itself or behind one of its own two proxies.
  mutating func server(_ value: DocumentValue) -> (String, CutRequest.Route) {
    guard let place = required(value, "server"), let name = asText(place, "server") else {
      return ("", .direct)
    }
    let version = name.hasPrefix("etcd-") ? name.dropFirst(5).prefix(while: isVersionPart) : ""
    if isVersion(version),
      let route = CutRequest.Route(rawValue: String(name.dropFirst(5 + version.count)))
    {
      return (name, route)
    }
    let names = CutRequest.Route.allCases.map { "etcd-3.4.23" + $0.rawValue }
    unknown(name, at: place.location, among: names, called: "server")
    return (name, .direct)
  }

  /// A Go program, such as `go go1.19.8`.
  mutating func checkGoServer(_ value: DocumentValue) {
    guard let place = required(value, "server"), let name = asText(place, "server") else { return }
    let version = name.dropFirst(5)
    guard !name.hasPrefix("go go") || !isVersion(version) else { return }
    unknown(name, at: place.location, among: ["go go1.19.8"], called: "server")
  }

  /// Numbers with dots between them.
  private func isVersion(_ text: Substring) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }
  }

  private func isVersionPart(_ character: Character) -> Bool {
    character == "." || (character.isASCII && character.isNumber)
  }
}
