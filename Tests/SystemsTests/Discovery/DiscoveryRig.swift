import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// Contents whose values are numbered: 0 is the empty text, n the metadata of API node n.
struct NumberedContents: Discovery.Contents {
  /// Entries of each listing; key n holds the value given.
  var listings: [UInt16: [EtcdCluster.Entry]] = [:]
  var texts: [UInt32: String] = [:]

  func bytes(of value: Etcd.Value) -> [UInt8] {
    let number = value.rawValue
    let text =
      texts[number] ?? (number == 0 ? "" : ServiceMetadata.text(of: APINodeID(UInt16(number))))
    return Array(text.utf8)
  }

  func listing(_ number: UInt16) -> [EtcdCluster.Entry] { listings[number] ?? [] }

  static func entry(_ key: UInt32, _ value: UInt32) -> EtcdCluster.Entry {
    EtcdCluster.Entry(key: Etcd.Key(rawValue: key), value: Etcd.Value(rawValue: value))
  }
}

/// The world as discovery sees it.
struct DiscoveryRecorder: Discovery.Ports {
  var now = Instant.start
  /// Lists asked for, with the instant at which the request leaves.
  var lists: [(watcher: EtcdCluster.WatcherID, at: Instant)] = []
  var timers: [(event: Discovery.Event, at: Instant)] = []
  var watches: [EtcdCluster.WatcherID] = []
  var cancelled: [EtcdCluster.WatcherID] = []
  var ready: [ElixirNodeID] = []
  var stopping: [(node: ElixirNodeID, at: Instant)] = []
  var routed: [APINodeID] = []
  var unroutable = 0

  mutating func listRequested(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    lists.append((watcher, now + delay))
  }
  mutating func listTimeOutDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    timers.append((.listTimedOut(watcher), now + delay))
  }
  mutating func watchRequested(_ watcher: EtcdCluster.WatcherID, isStream: Bool) {
    watches.append(watcher)
  }
  mutating func watchCancelled(_ watcher: EtcdCluster.WatcherID) { cancelled.append(watcher) }
  mutating func restartDelayDue(_ watcher: EtcdCluster.WatcherID, after delay: Duration) {
    timers.append((.restartDelayElapsed(watcher), now + delay))
  }
  mutating func nodeReady(_ node: ElixirNodeID) { ready.append(node) }
  mutating func nodeStopping(_ node: ElixirNodeID) { stopping.append((node, now)) }
  mutating func callRouted(_ call: RemoteCall, to node: APINodeID) { routed.append(node) }
  mutating func callUnroutable(_ call: RemoteCall) { unroutable += 1 }
}

/// Discovery on a few nodes, with listing 0 (keys 1 to 3, all good) and listing 1 (key 2 empty).
struct DiscoveryRig {
  var discovery: Discovery
  var ports = DiscoveryRecorder()
  var contents = NumberedContents()

  init(
    _ settings: String = "{}", supervision: String = "{}", services: Int = 1, nodes: Int = 1,
    seed: UInt64 = 1, at start: Instant = .start
  ) throws {
    let configuration = try reading(
      """
      { "watcher": \(settings), "supervision": \(supervision),
        "discovery": { "services": \(services) } }
      """
    ) { Discovery.Configuration(reading: &$0) }
    discovery = Discovery(configuration: configuration, nodes: nodes, seed: seed)
    contents.listings = [
      0: [
        NumberedContents.entry(1, 1), NumberedContents.entry(2, 2), NumberedContents.entry(3, 3),
      ],
      1: [
        NumberedContents.entry(1, 1), NumberedContents.entry(2, 0), NumberedContents.entry(3, 3),
      ],
    ]
    ports.now = start
    discovery.start(listing: 0, contents: contents, through: &ports)
  }

  mutating func handle(_ event: Discovery.Event) {
    discovery.handle(event, contents: contents, through: &ports)
  }

  /// Key takes a value, as the current watch of a node is told.
  mutating func change(_ key: UInt32, to value: UInt32, on node: UInt16 = 0) {
    handle(
      .changed(
        discovery.id(of: ElixirNodeID(node)), key: Etcd.Key(rawValue: key),
        value: Etcd.Value(rawValue: value)))
  }

  mutating func remove(_ key: UInt32, on node: UInt16 = 0) {
    handle(.removed(discovery.id(of: ElixirNodeID(node)), key: Etcd.Key(rawValue: key)))
  }

  /// Answers lists at once and lets timers pass, until nothing is left or `events` have happened;
  /// listing 1 is what stands up to `repaired`, listing 0 after it.
  mutating func run(repairedAt repaired: Instant, events: Int = 20_000) {
    for _ in 0..<events {
      let list = ports.lists.indices.min { ports.lists[$0].at < ports.lists[$1].at }
      let timer = ports.timers.indices.min { ports.timers[$0].at < ports.timers[$1].at }
      if let list, timer.map({ ports.lists[list].at <= ports.timers[$0].at }) ?? true {
        let request = ports.lists.remove(at: list)
        ports.now = request.at
        let isBad = request.watcher.service == 0 && request.at <= repaired
        handle(.listed(request.watcher, listing: isBad ? 1 : 0))
      } else if let timer {
        let next = ports.timers.remove(at: timer)
        ports.now = next.at
        handle(next.event)
      } else {
        return
      }
    }
  }

  func view(of node: UInt16 = 0) -> Set<UInt16> {
    let view = discovery.watchers[Int(node)].view
    return Set((0..<view.count).map { view[$0].rawValue })
  }
}
