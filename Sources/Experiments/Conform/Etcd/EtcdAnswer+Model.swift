import SimulationKernel
import Systems

/// What the model of etcd answers, in the form of the recordings; indices count from `base`.
extension EtcdAnswer {
  init(_ event: Etcd.Event, status: Int64 = 200, base: Int64, in store: Etcd.Keyspace) {
    self.init()
    self.status = status
    action = "\(event.action)"
    node = Node(event.node, at: event.time, base: base, in: store)
    prevNode = event.previous.map { Node($0, at: event.time, base: base, in: store) }
  }

  init(_ response: Etcd.Response, base: Int64, in store: Etcd.Keyspace) {
    self.init()
    switch response.body {
    case .changed(let event), .watching(.replayed(let event)):
      self.init(event, base: base, in: store)
    case .listing(let nodes):
      action = "get"
      node = Node(listing: nodes, at: response.time, base: base, in: store)
    case .watching(.waiting): break
    case .failed(let failure):
      errorCode = Int64(failure.code.rawValue)
      message = failure.message
      cause = store.text(of: failure.cause)
      index = failure.index == 0 ? nil : Self.relative(failure.index, base)
    }
    status = Int64(response.status)
    etcdIndex = Self.relative(response.etcdIndex, base)
  }

  fileprivate static func relative(_ index: UInt64, _ base: Int64) -> Int64 {
    Int64(clamping: index) - base
  }
}

extension EtcdAnswer.Node {
  init(_ node: Etcd.Node, at now: Instant, base: Int64, in store: Etcd.Keyspace) {
    key = store.path(of: node.key)
    value = node.value.map { store.text(of: $0) }
    isDirectory = node.isDirectory
    ttl = node.ttl(at: now).flatMap { $0 == 0 ? nil : $0 }
    hasExpiration = node.expiration != nil
    // The root was never written: etcd leaves out its zeros.
    let relative = { (index: UInt64) in index == 0 ? nil : EtcdAnswer.relative(index, base) }
    modifiedIndex = relative(node.modifiedIndex)
    createdIndex = relative(node.createdIndex)
  }

  /// A listing as a tree.
  ///
  /// Not recursive, since keys may be very deep: a node is put into its directory when something
  /// of the directory's own depth, or the end, follows.
  init(listing: [Etcd.ListedNode], at now: Instant, base: Int64, in store: Etcd.Keyspace) {
    var open: [Self] = []
    func close(to depth: Int) {
      while open.count > max(1, depth), let last = open.popLast() {
        var directory = open.removeLast()
        directory.nodes = (directory.nodes ?? []) + [last]
        open.append(directory)
      }
    }
    for listed in listing {
      close(to: listed.depth)
      open.append(Self(listed.node, at: now, base: base, in: store))
    }
    close(to: 1)
    self = open.first ?? Self()
  }
}
