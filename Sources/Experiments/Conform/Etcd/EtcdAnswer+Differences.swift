import Scenarios

/// The rules of comparison for etcd: everything is exact but what a clock rounds.
extension EtcdAnswer {
  /// Adds the parts in which the model's answer differs from this recorded one.
  ///
  /// A cause that the recording did not keep is not compared. Of answers whose header or body is not
  /// recorded, `modelled` has none.
  func compare(with modelled: EtcdAnswer, at place: String, into differences: inout Differences) {
    let path = { (name: String) in place.isEmpty ? name : "\(place).\(name)" }
    differences.compare(path("status"), status, modelled.status)
    differences.compare(path("action"), action, modelled.action)
    differences.compare(path("errorCode"), errorCode, modelled.errorCode)
    differences.compare(path("message"), message, modelled.message)
    if keepsCause || cause != nil { differences.compare(path("cause"), cause, modelled.cause) }
    differences.compare(path("index"), index, modelled.index)
    differences.compare(path("x_etcd_index"), etcdIndex, modelled.etcdIndex)
    differences.compare(path("text"), text, modelled.text)
    differences.compare(path("location"), location, modelled.location)
    if body != nil { differences.compare(path("body"), body, modelled.body) }
    for (name, mine, theirs) in [
      (path("node"), node, modelled.node), (path("prevNode"), prevNode, modelled.prevNode),
    ] {
      switch (mine, theirs) {
      case (nil, nil): break
      case (let mine?, let theirs?): mine.compare(with: theirs, at: name, into: &differences)
      default:
        differences.add(
          name, expected: mine?.json ?? .null, got: theirs?.json ?? .null)
      }
    }
  }
}

extension EtcdAnswer.Node {
  /// Seconds that a TTL may be off: a recorded instant is known to the millisecond, and a second's
  /// border may lie between it and the server's.
  private static var ttlTolerance: UInt64 { 1 }

  /// Not recursive: a recorded tree is as deep as its keys.
  func compare(
    with modelled: EtcdAnswer.Node, at place: String, into differences: inout Differences
  ) {
    var pending = [(place, self, modelled)]
    while let (place, mine, theirs) = pending.popLast() {
      mine.compareAlone(with: theirs, at: place, into: &differences)
      let (listed, found) = (mine.nodes ?? [], theirs.nodes ?? [])
      guard listed.map(\.key) == found.map(\.key) else {
        differences.compare("\(place).nodes", listed.map(\.key), found.map(\.key))
        continue
      }
      for (left, right) in zip(listed, found).reversed() {
        pending.append(("\(place)[\(left.key)]", left, right))
      }
    }
  }

  private func compareAlone(
    with modelled: EtcdAnswer.Node, at place: String, into differences: inout Differences
  ) {
    differences.compare("\(place).key", key, modelled.key)
    differences.compare("\(place).value", value, modelled.value)
    differences.compare("\(place).dir", isDirectory, modelled.isDirectory)
    differences.compare("\(place).has_expiration", hasExpiration, modelled.hasExpiration)
    differences.compare("\(place).modifiedIndex", modifiedIndex, modelled.modifiedIndex)
    differences.compare("\(place).createdIndex", createdIndex, modelled.createdIndex)
    var seconds = Differences()
    seconds.compare("", ttl ?? 0, modelled.ttl ?? 0, tolerance: Self.ttlTolerance)
    if !seconds.isEmpty { differences.compare("\(place).ttl", ttl, modelled.ttl) }
  }

  /// The node without what is in it.
  var json: JSONValue {
    .object([
      "key": .string(key), "value": value.map { .string($0) }, "dir": isDirectory ? true : nil,
      "ttl": ttl.map { .integer($0) }, "has_expiration": .bool(hasExpiration),
      "modifiedIndex": modifiedIndex.map { .integer($0) },
      "createdIndex": createdIndex.map { .integer($0) },
    ])
  }

  /// What a listing holds, sorted by key as recordings are.
  mutating func sortNodes() {
    guard var content = nodes else { return }
    for index in content.indices { content[index].sortNodes() }
    content.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    nodes = content
  }
}
