import SimulationKernel

extension EtcdCluster {
  static func path(of node: APINodeID) -> String {
    "/services/discord_api/api-prd-main-\(node.rawValue)"
  }

  mutating func key(of node: APINodeID) -> Etcd.Key {
    while keys.count <= node.index {
      let next = APINodeID(UInt16(keys.count))
      let key = store.keyspace.intern(Self.path(of: next))
      keys.append(key)
      values.append(store.keyspace.intern(value: ServiceMetadata.text(of: next)))
      while nodesByKey.count <= Int(key.rawValue) { nodesByKey.append(nil) }
      nodesByKey[Int(key.rawValue)] = next
    }
    return keys[node.index]
  }

  /// The entries of the services other than the API, whose nodes neither come nor go.
  mutating func registerFurtherServices(at now: Instant) {
    for directory in directories.dropFirst() {
      for entry in 0..<entriesPerService {
        let key = store.keyspace.intern(store.keyspace.path(of: directory) + "/node-\(entry)")
        let text = ServiceMetadata.text(of: APINodeID(UInt16(entry)))
        let value = store.keyspace.intern(value: text)
        _ = try? store.keyspace.set(key, to: value, now: now, into: &output)
      }
    }
  }

  /// What the announces of the nodes ask the keyspace to do, as far as that is known.
  struct Operations: Sendable {
    /// By the number of the node; plain announces, then refreshes.
    private var puts: [Etcd.Operation?] = []
    private var refreshes: [Etcd.Operation?] = []

    subscript(announcement: Announcement) -> Etcd.Operation? {
      get {
        let place = announcement.node.index
        if announcement.isRefresh { return place < refreshes.count ? refreshes[place] : nil }
        return place < puts.count ? puts[place] : nil
      }
      set {
        let place = announcement.node.index
        if announcement.isRefresh {
          while refreshes.count <= place { refreshes.append(nil) }
          refreshes[place] = newValue
        } else {
          while puts.count <= place { puts.append(nil) }
          puts[place] = newValue
        }
      }
    }
  }
}
