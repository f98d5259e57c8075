import SimulationKernel

/// The users' clients: who has a session, who is served, who tries again and when.
///
/// A client is simulated on its own from the moment that it loses its session; connected clients
/// cost nothing (their heartbeats would be 242,000 events per second). A client is *served* when
/// its session is up and all of its guilds are loaded.
public struct Clients: Sendable {
  /// What clients ask of the world around them.
  public protocol Ports {
    var now: Instant { get }
    /// Opens a connection for the attempt, after the client's own delay.
    mutating func connect(_ attempt: Attempt, after delay: Duration)
  }

  public enum Event: BitwiseCopyable, Sendable {
    /// The connection closed under a client that had a session.
    case connectionLost(ClientID)
    case attemptFailed(Attempt)
    case attemptTimedOut(Attempt)
    case sessionInvalidated(Attempt)
    case sessionOpened(Attempt)
    case guildUnavailable(GuildID)
    case guildAvailable(GuildID)
  }

  /// Counters of the run; each counts simulated clients or attempts.
  public struct Totals: Sendable, Equatable {
    public var connectionsLost = 0
    public var timeouts = 0
    public var failures = 0
    public var invalidSessions = 0
    public var sessionsOpened = 0
    /// Sessions that were ready only after their client had given the attempt up.
    public var sessionsWasted = 0
    /// Most clients without a session at a time.
    public var disconnectedPeak = 0
  }

  public internal(set) var configuration: Configuration
  public let memberships: Memberships
  public internal(set) var backoff: Backoff
  public private(set) var totals = Totals()
  /// Clients with a session.
  public private(set) var connectedCount: Int
  /// Clients with a session and all of their guilds.
  public private(set) var servedCount: Int
  public var count: Int { connected.count }

  private var connected: [Bool]
  /// Guilds of each client that are not loaded now.
  private var guildsMissing: [UInt8]
  /// Number of the last attempt that the client itself has ended; later answers are stale.
  private var endedAttempt: [UInt16]
  /// nil unless somebody wants to know how long session starts take.
  private(set) var identifies: IdentifyLatencies?
  private let losses: RandomStream
  private let invalidWaits: RandomStream

  init(
    configuration: Configuration, clients: Int, memberships: Memberships, seed: UInt64
  ) {
    self.configuration = configuration
    self.memberships = memberships
    backoff = Backoff(configuration, seed: seed)
    connected = Array(repeating: true, count: clients)
    guildsMissing = Array(repeating: 0, count: clients)
    endedAttempt = Array(repeating: 0, count: clients)
    connectedCount = clients
    servedCount = clients
    losses = RandomStream(seed: seed, name: "clients.loss")
    invalidWaits = RandomStream(seed: seed, name: "clients.invalidSession")
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .connectionLost(let client): lose(client, &ports)
    case .attemptFailed(let attempt): fail(attempt, &ports)
    case .attemptTimedOut(let attempt): timeOut(attempt, &ports)
    case .sessionInvalidated(let attempt): identify(after: attempt, &ports)
    case .sessionOpened(let attempt): open(attempt, at: ports.now)
    case .guildUnavailable(let guild): unload(guild)
    case .guildAvailable(let guild): load(guild, at: ports.now)
    }
  }

  /// Begins to count how long session starts take.
  mutating func countIdentifies() { identifies = IdentifyLatencies(clients: count) }

  /// The gateway has admitted the connection of an attempt.
  mutating func admitted(_ attempt: Attempt, at now: Instant) {
    identifies?.admit(attempt, at: now)
  }

  /// Whether the client still waits for the answer to this attempt.
  func isWaiting(for attempt: Attempt) -> Bool {
    !connected[attempt.client.index]
      && Int16(truncatingIfNeeded: Int(attempt.number) - Int(endedAttempt[attempt.client.index]))
        > 0
  }

  func isServed(_ client: ClientID) -> Bool {
    connected[client.index] && guildsMissing[client.index] == 0
  }

  /// How many clients have a session, and how many of these all of their guilds.
  struct Tally: Equatable, Sendable, CustomStringConvertible {
    var connected = 0
    var served = 0

    var description: String { "\(connected) connected and \(served) served" }
  }

  /// What the counters say.
  var tally: Tally { Tally(connected: connectedCount, served: servedCount) }

  /// What the clients say, one by one.
  var census: Tally {
    connected.withUnsafeBufferPointer { connected in
      connected.withMemoryRebound(to: UInt8.self) { connected in
        guildsMissing.withUnsafeBufferPointer { missing in
          Tally(
            connected: ByteSum.of(connected.count) { connected[$0] },
            served: ByteSum.of(connected.count) { connected[$0] & (missing[$0] == 0 ? 1 : 0) })
        }
      }
    }
  }

  /// Whether the counters agree with the clients one by one.
  var isConserved: Bool { tally == census }

  private mutating func lose<P: Ports>(_ client: ClientID, _ ports: inout P) {
    guard connected[client.index] else { return }
    connected[client.index] = false
    connectedCount -= 1
    if guildsMissing[client.index] == 0 { servedCount -= 1 }
    identifies?.lose(client)
    totals.connectionsLost += 1
    totals.disconnectedPeak = max(totals.disconnectedPeak, count - connectedCount)
    reconnect(client, &ports)
  }

  private mutating func reconnect<P: Ports>(_ client: ClientID, _ ports: inout P) {
    let first = Attempt(
      client: client, number: endedAttempt[client.index] &+ 1, failures: 0,
      kind: configuration.resumeAttempts > 0 ? .resume : .identify)
    var delay = backoff.delay(of: first)
    if configuration.silentLoss {
      // Seen when a heartbeat goes unanswered until the next is due: U(1,2) intervals.
      delay =
        delay + configuration.heartbeat
        + losses.uniform(
          upTo: configuration.heartbeat, for: UInt64(client.rawValue), draw: UInt64(first.number))
    }
    ports.connect(first, after: delay)
  }

  private mutating func fail<P: Ports>(_ attempt: Attempt, _ ports: inout P) {
    guard isWaiting(for: attempt) else { return }
    totals.failures += 1
    tryAgain(after: attempt, &ports)
  }

  private mutating func timeOut<P: Ports>(_ attempt: Attempt, _ ports: inout P) {
    guard isWaiting(for: attempt) else { return }
    totals.timeouts += 1
    tryAgain(after: attempt, &ports)
  }

  private mutating func tryAgain<P: Ports>(after attempt: Attempt, _ ports: inout P) {
    endedAttempt[attempt.client.index] = attempt.number
    let (next, delay) = backoff.next(after: attempt)
    ports.connect(next, after: delay)
  }

  private mutating func identify<P: Ports>(after attempt: Attempt, _ ports: inout P) {
    guard isWaiting(for: attempt) else { return }
    totals.invalidSessions += 1
    endedAttempt[attempt.client.index] = attempt.number
    let next = Attempt(
      client: attempt.client, number: attempt.number &+ 1, failures: attempt.failures,
      kind: .identify)
    let shortest = configuration.invalidSessionWaitMin
    let longest = max(shortest, configuration.invalidSessionWaitMax)
    let wait =
      shortest
      + invalidWaits.uniform(
        upTo: longest - shortest, for: UInt64(attempt.client.rawValue), draw: UInt64(attempt.number)
      )
    ports.connect(next, after: wait)
  }

  private mutating func open(_ attempt: Attempt, at now: Instant) {
    guard isWaiting(for: attempt) else {
      totals.sessionsWasted += 1
      return
    }
    connected[attempt.client.index] = true
    endedAttempt[attempt.client.index] = attempt.number
    connectedCount += 1
    totals.sessionsOpened += 1
    if guildsMissing[attempt.client.index] == 0 { serve(attempt.client, at: now) }
  }

  /// A client has come to have its session and all of its guilds.
  private mutating func serve(_ client: ClientID, at now: Instant) {
    servedCount += 1
    identifies?.serve(client, at: now)
  }

  private mutating func unload(_ guild: GuildID) {
    for seat in memberships.seats(of: guild) {
      let client = memberships.client(inSeat: seat)
      if guildsMissing[client.index] == 0 && connected[client.index] { servedCount -= 1 }
      guildsMissing[client.index] += 1
    }
  }

  private mutating func load(_ guild: GuildID, at now: Instant) {
    for seat in memberships.seats(of: guild) {
      let client = memberships.client(inSeat: seat)
      guildsMissing[client.index] -= 1
      if guildsMissing[client.index] == 0 && connected[client.index] { serve(client, at: now) }
    }
  }
}
