import SimulationKernel

/// The etcd cluster of the run: the v2 keyspace behind a server that has work to do.
///
/// Modelled: requests in order of arrival on one server that is busy for a time per request, the
/// fan-out of events to watchers, the 500 ms expiry sweep, the table of connections, leader loss
/// (writes wait for the next leader, plain v2 reads are any member's own), a member cut off from the
/// others, a slow disk. The keyspace and the rules for truncated requests
/// are `Etcd.Keyspace` and `Etcd.ServerConnection`, the ones held against recordings of etcd 3.4.23.
///
/// Simplified: an announce that repeats the value that is stored tells watchers nothing they do not
/// know. Its fan-out costs the server its time, but it is not delivered watcher by watcher; a watcher
/// that asks again finds it in the history, as it would in etcd.
public struct EtcdCluster: Sendable {
  /// What the cluster asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func sweepDue(after delay: Duration)
    mutating func announceApplied(_ announcement: Announcement, stored: Bool, after delay: Duration)
    /// Nothing will be answered: the client is left to its own time-out, which is over then.
    mutating func announceHung(_ announcement: Announcement, after delay: Duration)
    mutating func listed(_ watcher: WatcherID, listing: UInt16, after delay: Duration)
    mutating func eventDelivered(
      _ watcher: WatcherID, key: Etcd.Key, value: Etcd.Value?, after delay: Duration)
    /// The watcher's index has left the history (error 401): it must list again.
    mutating func historyCleared(_ watcher: WatcherID, after delay: Duration)
    mutating func faultEnds(_ fault: Fault, after delay: Duration)
  }

  /// One start of the service watcher of an Elixir node.
  public struct WatcherID: Hashable, BitwiseCopyable, Sendable {
    let node: ElixirNodeID
    /// Counts the watcher's starts; messages for an older one are void.
    let generation: UInt16

    var word: UInt64 { UInt64(node.rawValue) | UInt64(generation) << 16 }
  }

  public enum Fault: UInt8, BitwiseCopyable, Sendable {
    case leaderLost, memberPartitioned, diskSlow
  }

  public enum Event: BitwiseCopyable, Sendable {
    case announceArrived(Announcement)
    case announceCut(Announcement, segments: UInt8, ending: ConnectionEnding)
    case deregistered(APINodeID)
    case listRequested(WatcherID)
    case watchRequested(WatcherID, isStream: Bool)
    case watchCancelled(WatcherID)
    case sweepDue
    case faultBegan(Fault)
    case faultEnded(Fault)
  }

  public struct Totals: Sendable, Equatable {
    public var corruptWritten = 0
    /// Cut announces that left the keyspace alone.
    public var cutRejected = 0
    /// Requests that found no connection free and hang.
    public var connectionsRefused = 0
    public var watchersPeak = 0
    public var connectionsPeak = 0
    public var fanOuts = 0
    public var lists = 0
    public var expired = 0
    /// When the last corrupt value was overwritten or went; nil while one stands.
    public var corruptEndedAt: Instant?
    public var waitPeak = Duration.zero
  }

  /// What one entry of a listing holds.
  public struct Entry: Sendable, Equatable {
    let key: Etcd.Key
    let value: Etcd.Value
  }

  struct Watch: Sendable {
    var generation: UInt16 = 0
    var isWaiting = false
    /// A stream goes on after an event, a long poll ends with it.
    var isStream = false
    /// Its request waits for a connection.
    var isHanging = false
    /// First index that the watcher has not seen.
    var since: UInt64 = 0
  }

  public internal(set) var configuration: Configuration
  public let connectionsAtStart: Int
  public internal(set) var keyspace: Etcd.Keyspace
  public internal(set) var totals = Totals()
  let directory: Etcd.Key
  /// Key and metadata of each API node, by number.
  var keys: [Etcd.Key] = []
  var values: [Etcd.Value] = []
  var nodesByKey: [UInt32: APINodeID] = [:]
  var corruption = Corruption()
  var watches: [Watch]
  var waiting = 0
  /// Watches that wait for a connection, in the order of their requests; some have gone since.
  var hanging = Queueing.Ring<WatcherID>()
  var listings = Listings()
  var busyUntil: Instant
  var leaderBackAt: Instant?
  /// Writes that wait for a leader.
  var held: [HeldWrite] = []
  /// What the partitioned member still shows its clients.
  var stale: Etcd.Keyspace?
  /// Faults of each kind that have not healed.
  var partitions = 0
  var slowDisks = 0
  var output = Etcd.Output()

  init(configuration: Configuration, watchers: Int, at now: Instant) {
    self.configuration = configuration
    connectionsAtStart = configuration.connections
    var settings = Etcd.Keyspace.Configuration()
    settings.historyLength = configuration.historyLength
    keyspace = Etcd.Keyspace(configuration: settings)
    directory = keyspace.intern("/services/discord_api")
    watches = Array(repeating: Watch(), count: watchers)
    busyUntil = now
  }

  /// Registers the nodes that have announced themselves before the run, and starts the sweep.
  mutating func start<P: Ports>(registering nodes: Int, through ports: inout P) {
    for index in 0..<nodes {
      let node = APINodeID(UInt16(index))
      let value = value(of: node)
      _ = try? keyspace.set(
        key(of: node), to: value, expiration: expiration(at: ports.now), now: ports.now,
        into: &output)
    }
    output.removeAll()
    ports.sweepDue(after: configuration.sweep)
  }

  /// A listing of the directory as it stands, outside of any request.
  mutating func snapshotNow(at now: Instant) -> UInt16 {
    guard let number = snapshot(of: keyspace, at: now) else {
      preconditionFailure("a world that begins has no listings under way")
    }
    return number
  }

  /// - Parameters:
  ///   - event: What happened.
  ///   - client: How the announcing nodes send their requests, and how long they wait.
  ///   - ports: The world around.
  mutating func handle<P: Ports>(
    _ event: Event, from client: Network.Configuration, through ports: inout P
  ) {
    if needsLeader(event) {
      hold(event, from: client, &ports)
    } else {
      carryOut(event, patience: client.timeout, from: client, &ports)
    }
    acceptHanging(&ports)
  }

  /// - Parameters:
  ///   - event: What happened.
  ///   - patience: How long the client still waits; nil when it was left to its time-out.
  ///   - client: The announcing side.
  ///   - ports: The world around.
  mutating func carryOut<P: Ports>(
    _ event: Event, patience: Duration?, from client: Network.Configuration,
    _ ports: inout P
  ) {
    switch event {
    case .announceArrived(let announcement):
      apply(announcement, patience: patience, &ports)
    case .announceCut(let announcement, let segments, let ending):
      receive(
        cut: announcement, segments: segments, ending: ending, patience: patience, from: client,
        &ports)
    case .deregistered(let node): deregister(node, &ports)
    case .listRequested(let watcher): list(for: watcher, &ports)
    case .watchRequested(let watcher, let isStream): watch(watcher, isStream, &ports)
    case .watchCancelled(let watcher): cancel(watcher)
    case .sweepDue: sweep(&ports)
    case .faultBegan(let fault): begin(fault, from: client, &ports)
    case .faultEnded(let fault): end(fault, from: client, &ports)
    }
  }
}
