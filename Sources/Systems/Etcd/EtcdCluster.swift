import SimulationKernel

/// The etcd cluster of the run: the v2 keyspace behind a server that has work to do.
///
/// Modelled: requests in order of arrival on one server that is busy for a time per request, the
/// fan-out of events to watchers, the 500 ms expiry sweep, the table of connections, leader loss
/// (writes wait for the next leader, plain v2 reads are any member's own), a member cut off from the
/// others, a slow disk. What a request does and what watchers are told is the work of the types that
/// are held against recordings of etcd 3.4.23: announces go through `Etcd.ServerConnection` as the
/// bytes that `Etcd.PythonClient` sends, watchers are watches in the hub of `Etcd.Keyspace`.
///
/// Simplified: an announce that repeats the value that is stored passes the watchers over, see
/// `Etcd.WatcherTally`. Its fan-out costs the server its time all the same.
public struct EtcdCluster: Sendable {
  /// What the cluster asks of the world around it.
  public protocol Ports {
    var now: Instant { get }
    mutating func sweepDue(after delay: Duration)
    /// The server answers with this HTTP status, or closes without a word: 0.
    mutating func announceApplied(
      _ announcement: Announcement, status: UInt16, after delay: Duration)
    /// Nothing will be answered: the client is left to its own time-out, which is over then.
    mutating func announceHung(_ announcement: Announcement, after delay: Duration)
    /// - Returns: When the listing arrives, until when it must be kept.
    mutating func listed(
      _ watcher: WatcherID, listing: UInt16, after delay: Duration
    ) -> Instant
    mutating func eventDelivered(
      _ watcher: WatcherID, key: Etcd.Key, value: Etcd.Value?, after delay: Duration)
    /// The watcher's index has left the history (error 401): it must list again.
    mutating func historyCleared(_ watcher: WatcherID, after delay: Duration)
    mutating func faultEnds(_ fault: Fault, after delay: Duration)
  }

  /// One start of a service watcher of an Elixir node.
  public struct WatcherID: Hashable, BitwiseCopyable, Sendable {
    /// The node in the lower 14 bits, the service above: four bytes travel in every message.
    private let nodeAndService: UInt16
    /// Counts the watcher's starts; messages for an older one are void.
    let generation: UInt16

    /// - Precondition: The node's number is below 16,384, and the service's below 4.
    init(node: ElixirNodeID, service: UInt8 = 0, generation: UInt16) {
      precondition(node.rawValue < 1 << 14, "a fleet has up to 16,384 nodes: \(node)")
      precondition(service < 4, "a node watches up to 4 services: \(service)")
      nodeAndService = node.rawValue | UInt16(service) << 14
      self.generation = generation
    }

    var node: ElixirNodeID { ElixirNodeID(nodeAndService & 0x3FFF) }
    /// The service that it watches, by number; 0 is the API.
    var service: UInt8 { UInt8(nodeAndService >> 14) }
    /// Whom the watcher's draws are for.
    var entity: UInt64 { UInt64(nodeAndService) }
    var word: UInt64 { entity | UInt64(generation) << 16 }
  }

  public enum Fault: UInt8, BitwiseCopyable, Sendable {
    case leaderLost, memberPartitioned, diskSlow
  }

  public enum Event: BitwiseCopyable, Sendable {
    case announceArrived(Announcement)
    /// A box in the path has had the request in its hands.
    case announceCut(Announcement, through: Etcd.Middlebox)
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
    public var fanOuts = 0
    public var lists = 0
    public var expired = 0
    /// Writes that had to wait for a leader.
    public var heldWrites = 0
    /// Writes that a slow disk delayed.
    public var slowWrites = 0
    /// Requests to a member that a partition cuts off.
    public var staleRequests = 0
    /// When the last corrupt value was overwritten or went; nil while one stands.
    public var corruptEndedAt: Instant?
    public var waitPeak = Duration.zero
  }

  /// What one entry of a listing holds.
  public struct Entry: Sendable, Equatable {
    let key: Etcd.Key
    let value: Etcd.Value
  }

  public internal(set) var configuration: Configuration {
    didSet {
      operations = Operations()
      listener.limit = configuration.connections
    }
  }
  public let connectionsAtStart: Int
  /// The most connections that ever stood.
  public var connectionsPeak: Int { listener.peak }
  /// Connections that stand.
  public var connectionsStanding: Int { listener.standing }
  /// Requests that wait for a connection.
  public var connectionsWaiting: Int { listener.waitingCount }
  public var keyspace: Etcd.Keyspace { store.keyspace }
  public internal(set) var totals = Totals()
  var store: Store
  /// Where the entries of each service are, by its number.
  let directories: [Etcd.Key]
  var services: Int { directories.count }
  let entriesPerService: Int
  /// Key and metadata of each API node, by number.
  var keys: [Etcd.Key] = []
  var values: [Etcd.Value] = []
  /// The API node of each key, by the key's number.
  var nodesByKey: [APINodeID?] = []
  /// What parsed announces ask for, under this configuration.
  var operations = Operations()
  var corruption = Corruption()
  /// The service watchers' connections, node by node.
  var connections: [Connection]
  /// Connections of service watchers that are open.
  var watching = 0
  /// Connections of watchers, of writes that are held, and of requests that will never be complete;
  /// and what waits for one.
  var listener: Listener
  var listings = Listings()
  var busyUntil: Instant
  var leaderBackAt: Instant?
  /// Since when there has been a leader without a break.
  var leaderSince: Instant
  /// What the sweep that comes next was told to wait.
  var sweepPeriod: Duration
  /// Writes that wait for a leader.
  var held: [HeldWrite] = []
  /// What the partitioned member still shows its clients.
  var stale: Store?
  /// Faults of each kind that have not healed.
  var partitions = 0
  var slowDisks = 0
  var output = Etcd.Output()

  /// `watchers`: nodes that watch services.
  init(
    configuration: Configuration, watchers: Int, services: Discovery.Configuration.Services,
    at now: Instant
  ) {
    self.configuration = configuration
    entriesPerService = services.entries
    connectionsAtStart = configuration.connections
    listener = Listener(limit: configuration.connections)
    var settings = Etcd.Keyspace.Configuration()
    settings.historyLength = configuration.historyLength
    var keyspace = Etcd.Keyspace(configuration: settings)
    directories = (0..<services.count).map { service in
      keyspace.intern("/services/" + (service == 0 ? "discord_api" : "service_\(service)"))
    }
    store = Store(keyspace: keyspace)
    connections = Array(
      repeating: Connection(), count: watchers * services.count)
    busyUntil = now
    leaderSince = now
    sweepPeriod = configuration.sweep
  }

  /// Registers what has announced itself before the run, and starts the sweep.
  mutating func start<P: Ports>(registering nodes: Int, through ports: inout P) {
    for index in 0..<nodes {
      let key = key(of: APINodeID(UInt16(index)))
      let due = store.keyspace.expiration(ttl: UInt64(configuration.ttl), now: ports.now)
      _ = try? store.keyspace.set(
        key, to: values[index], expiration: due, now: ports.now, into: &output)
    }
    registerFurtherServices(at: ports.now)
    output.removeAll()
    // Every watcher knows what there is.
    for place in connections.indices { connections[place].nextIndex = store.keyspace.index + 1 }
    scheduleSweep(&ports)
  }

  /// A listing of the API's directory as it stands, outside of any request.
  mutating func snapshotNow(at now: Instant) -> UInt16 {
    guard let number = snapshot(for: 0, isStale: false, at: now) else {
      preconditionFailure("a world that begins has no listings under way")
    }
    return number
  }

  /// - Parameters:
  ///   - event: What happened.
  ///   - client: How the announcing nodes send their requests, and how long they wait.
  ///   - ports: The world around.
  mutating func handle<P: Ports>(
    _ event: Event, from client: Network.Announcer, through ports: inout P
  ) {
    if listener.isFull, needsConnection(event) {
      hang(event, from: client, &ports)
    } else {
      accept(event, patience: client.timeout, from: client, &ports)
    }
    acceptHanging(from: client, &ports)
  }

  /// Takes up a request that has a connection.
  @inline(__always)
  mutating func accept<P: Ports>(
    _ event: Event, patience: Duration?, from client: Network.Announcer, _ ports: inout P
  ) {
    if needsLeader(event) {
      hold(event, patience: patience, from: client, &ports)
    } else {
      carryOut(event, patience: patience, from: client, &ports)
    }
  }

  /// - Parameters:
  ///   - event: What happened.
  ///   - patience: How long the client still waits; nil when it was left to its time-out.
  ///   - client: The announcing side.
  ///   - ports: The world around.
  mutating func carryOut<P: Ports>(
    _ event: Event, patience: Duration?, from client: Network.Announcer,
    _ ports: inout P
  ) {
    switch event {
    case .announceArrived(let announcement):
      apply(announcement, patience: patience, from: client, &ports)
    case .announceCut(let announcement, let box):
      receive(cut: announcement, through: box, patience: patience, from: client, &ports)
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
