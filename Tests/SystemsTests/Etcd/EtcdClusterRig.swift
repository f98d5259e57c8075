import Scenarios
import SimulationKernel

@testable import Systems

/// The world as the etcd cluster sees it; answers carry the instant at which they are due.
struct EtcdClusterRecorder: EtcdCluster.Ports {
  var now = Instant.start
  var sweeps = 0
  var applied: [(announcement: Announcement, status: UInt16, at: Instant)] = []
  var hung: [Announcement] = []
  var listings: [(watcher: EtcdCluster.WatcherID, number: UInt16, at: Instant)] = []
  var deliveries:
    [(watcher: EtcdCluster.WatcherID, key: Etcd.Key, value: Etcd.Value?, at: Instant)] = []
  var cleared: [EtcdCluster.WatcherID] = []
  var ends: [(fault: EtcdCluster.Fault, at: Instant)] = []

  mutating func sweepDue(after delay: Duration) { sweeps += 1 }
  mutating func announceApplied(
    _ announcement: Announcement, status: UInt16, after delay: Duration
  ) { applied.append((announcement, status, now + delay)) }
  mutating func announceHung(_ announcement: Announcement, after delay: Duration) {
    hung.append(announcement)
  }
  mutating func listed(
    _ watcher: EtcdCluster.WatcherID, listing: UInt16, after delay: Duration
  ) -> Instant {
    listings.append((watcher, listing, now + delay))
    return now + delay
  }
  mutating func eventDelivered(
    _ watcher: EtcdCluster.WatcherID, key: Etcd.Key, value: Etcd.Value?, after delay: Duration
  ) { deliveries.append((watcher, key, value, now + delay)) }
  mutating func historyCleared(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    cleared.append(watcher)
  }
  mutating func faultEnds(_ fault: EtcdCluster.Fault, after delay: Duration) {
    ends.append((fault, now + delay))
  }
}

/// An etcd cluster with three registered API nodes and as many Elixir watchers as wanted.
struct EtcdClusterRig {
  var etcd: EtcdCluster
  var ports = EtcdClusterRecorder()
  var client: Network.Announcer
  let isStream: Bool

  init(
    _ settings: String = "{}", announce: String = "{}", watcher: String = "{}", services: Int = 1,
    watchers: Int = 3
  ) throws {
    let text = """
      { "etcd": \(settings), "announce": \(announce), "watcher": \(watcher),
        "discovery": { "services": \(services) } }
      """
    let (configuration, network, discovery) = try reading(text) { reader in
      let network = Network.Configuration(reading: &reader)
      let discovery = Discovery.Configuration(reading: &reader)
      // The rest of `announce` is the API's.
      _ = API.Configuration(reading: &reader)
      return (EtcdCluster.Configuration(reading: &reader), network, discovery)
    }
    client = Network.Announcer(segments: network.segments, timeout: network.timeout)
    isStream = discovery.mode == .stream
    etcd = EtcdCluster(
      configuration: configuration, watchers: watchers, services: discovery.services, at: .start)
    etcd.start(registering: 3, through: &ports)
  }

  mutating func handle(_ event: EtcdCluster.Event) {
    etcd.handle(event, from: client, through: &ports)
  }

  static func announcement(
    _ node: UInt16, number: UInt16 = 1, isFirst: Bool = false, isRefresh: Bool = false
  ) -> Announcement {
    Announcement(node: APINodeID(node), number: number, isFirst: isFirst, isRefresh: isRefresh)
  }

  mutating func announce(_ node: UInt16, isRefresh: Bool = false) {
    handle(.announceArrived(Self.announcement(node, isRefresh: isRefresh)))
  }

  mutating func cut(_ node: UInt16, segments: Int = 1, _ box: Etcd.Middlebox = .finBoth) {
    let box = box.acting(after: segments, of: client.segments)
    handle(.announceCut(Self.announcement(node, isFirst: true), through: box))
  }

  static func watcher(
    _ node: UInt16, _ generation: UInt16 = 1, service: UInt8 = 0
  ) -> EtcdCluster.WatcherID {
    EtcdCluster.WatcherID(node: ElixirNodeID(node), service: service, generation: generation)
  }

  mutating func watch(_ node: UInt16) {
    handle(.listRequested(Self.watcher(node)))
    poll(Self.watcher(node))
  }

  mutating func poll(_ watcher: EtcdCluster.WatcherID) {
    handle(.watchRequested(watcher, isStream: isStream))
  }

  /// The text that a node's key holds; nil when it is not there.
  mutating func text(of node: UInt16) -> String? {
    let key = etcd.key(of: APINodeID(node))
    guard let value = etcd.keyspace.node(at: key)?.value else { return nil }
    return String(decoding: etcd.keyspace.bytes(of: value), as: UTF8.self)
  }

  mutating func expiration(of node: UInt16) -> Instant? {
    etcd.keyspace.node(at: etcd.key(of: APINodeID(node)))?.expiration
  }

  static func metadata(_ node: UInt16) -> String { ServiceMetadata.text(of: APINodeID(node)) }
}
