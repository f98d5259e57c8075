import SimulationKernel

@testable import Systems

/// A node as the recordings write it: indices count from the start of the sequence.
struct ObservedNode: Equatable {
  var key = ""
  var value: String?
  var isDirectory = false
  var ttl: Int?
  var hasExpiration = false
  var modifiedIndex: Int?
  var createdIndex: Int?
  var nodes: [ObservedNode]?

  init(_ json: JSON) {
    key = json["key"]?.string ?? ""
    value = json["value"]?.string
    isDirectory = json["dir"]?.bool ?? false
    ttl = json["ttl"]?.int
    hasExpiration = json["has_expiration"]?.bool ?? (json["expiration"] != nil)
    modifiedIndex = json["modifiedIndex"]?.int
    createdIndex = json["createdIndex"]?.int
    nodes = json["nodes"]?.array.map { $0.map { ObservedNode($0) }.sorted { $0.key < $1.key } }
  }

  init(_ node: Etcd.Node, at now: Instant, base: Int, in store: Etcd.Keyspace) {
    key = store.path(of: node.key)
    value = node.value.map { store.text(of: $0) }
    isDirectory = node.isDirectory
    ttl = node.ttl(at: now).map { Int($0) }
    if ttl == 0 { ttl = nil }
    hasExpiration = node.expiration != nil
    modifiedIndex = Int(node.modifiedIndex) - base
    createdIndex = Int(node.createdIndex) - base
  }

  init(listing: [Etcd.ListedNode], at now: Instant, base: Int, in store: Etcd.Keyspace) {
    var rest = listing[...]
    self.init(&rest, now, base, store)
  }

  private init(
    _ rest: inout ArraySlice<Etcd.ListedNode>, _ now: Instant, _ base: Int, _ store: Etcd.Keyspace
  ) {
    let top = rest.removeFirst()
    self.init(top.node, at: now, base: base, in: store)
    var content: [ObservedNode] = []
    while let next = rest.first, next.depth > top.depth {
      content.append(ObservedNode(&rest, now, base, store))
    }
    nodes = content.isEmpty ? nil : content.sorted { $0.key < $1.key }
  }

  /// Differences, with TTLs allowed to be one second apart: the recordings' instants are known to
  /// the millisecond, and a second boundary may lie between.
  func differences(from other: ObservedNode, at place: String) -> [String] {
    var left = self
    var right = other
    if abs((ttl ?? 0) - (other.ttl ?? 0)) <= 1 {
      left.ttl = nil
      right.ttl = nil
    }
    let (mine, theirs) = (nodes ?? [], other.nodes ?? [])
    left.nodes = nil
    right.nodes = nil
    var found = left == right ? [] : ["\(place): recorded \(left), simulated \(right)"]
    if mine.map(\.key) != theirs.map(\.key) {
      found.append("\(place): recorded \(mine.map(\.key)), simulated \(theirs.map(\.key))")
    } else {
      for (left, right) in zip(mine, theirs) {
        found += left.differences(from: right, at: "\(place)\(left.key)")
      }
    }
    return found
  }
}

/// An answer or an event as the recordings write it.
struct ObservedAnswer: Equatable {
  var status: Int?
  var action: String?
  var node: ObservedNode?
  var previous: ObservedNode?
  var errorCode: Int?
  var message: String?
  var cause: String?
  var index: Int?
  var etcdIndex: Int?

  init(_ json: JSON) {
    status = json["status"]?.int
    action = json["action"]?.string
    node = json["node"].map { ObservedNode($0) }
    previous = json["prevNode"].map { ObservedNode($0) }
    errorCode = json["errorCode"]?.int
    message = json["message"]?.string
    cause = json["cause"]?.string
    index = json["index"]?.int
    etcdIndex = json["x_etcd_index"]?.int
  }

  init(_ event: Etcd.Event, status: Int = 200, base: Int, in store: Etcd.Keyspace) {
    self.status = status
    action = "\(event.action)"
    node = ObservedNode(event.node, at: event.time, base: base, in: store)
    previous = event.previous.map { ObservedNode($0, at: event.time, base: base, in: store) }
  }

  init(_ response: Etcd.Response, base: Int, in store: Etcd.Keyspace) {
    switch response.body {
    case .changed(let event), .watching(.replayed(let event)):
      self.init(event, base: base, in: store)
    case .listing(let nodes):
      self.init(.null)
      action = "get"
      node = ObservedNode(listing: nodes, at: response.time, base: base, in: store)
    case .watching(.waiting): self.init(.null)
    case .failed(let failure):
      self.init(.null)
      errorCode = Int(failure.code.rawValue)
      message = failure.message
      cause = store.text(of: failure.cause)
      index = failure.index == 0 ? nil : Int(failure.index) - base
    }
    status = response.status
    etcdIndex = Int(response.etcdIndex) - base
  }

  /// Differences, without the parts that the recording did not keep.
  func differences(from other: ObservedAnswer, at place: String) -> [String] {
    var left = self
    var right = other
    left.node = nil
    right.node = nil
    left.previous = nil
    right.previous = nil
    if cause == nil { right.cause = nil }
    if etcdIndex == nil { right.etcdIndex = nil }
    var found = left == right ? [] : ["\(place): recorded \(left), simulated \(right)"]
    for (name, mine, theirs) in [
      ("node", node, other.node), ("prevNode", previous, other.previous),
    ] {
      switch (mine, theirs) {
      case (nil, nil): break
      case (let mine?, let theirs?): found += mine.differences(from: theirs, at: "\(place) \(name)")
      default:
        found.append("\(place) \(name): recorded \(mine as Any), simulated \(theirs as Any)")
      }
    }
    return found
  }
}
