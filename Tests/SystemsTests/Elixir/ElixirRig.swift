import Scenarios
import SimulationKernel

@testable import Systems

/// The world as the Elixir fleet sees it.
struct ElixirRecorder: Elixir.Ports {
  var now = Instant.start
  /// Events that the fleet has ordered for itself.
  var timers: [(event: Elixir.Event, at: Instant)] = []
  var started: [ElixirNodeID] = []
  var lost: [ClientID] = []
  var expiries: [(client: ClientID, detachment: UInt8)] = []
  var calls: [(call: RemoteCall, at: Instant)] = []
  var ready: [(attempt: Attempt, at: Instant)] = []
  var invalid: [Attempt] = []
  var failed: [Attempt] = []
  var unavailable: [GuildID] = []
  var available: [GuildID] = []

  private mutating func order(_ event: Elixir.Event, _ delay: Duration) {
    timers.append((event, now + delay))
  }
  mutating func nodeStopped(_ node: ElixirNodeID, after delay: Duration) {
    order(.nodeStopped(node), delay)
  }
  mutating func nodeHalted(_ node: ElixirNodeID, after delay: Duration) {
    order(.nodeHalted(node), delay)
  }
  mutating func ringLost(_ node: ElixirNodeID, after delay: Duration) {
    order(.ringLost(node), delay)
  }
  mutating func ringJoined(_ node: ElixirNodeID, after delay: Duration) {
    order(.ringJoined(node), delay)
  }
  mutating func bootFinished(_ node: ElixirNodeID, after delay: Duration) {
    order(.booted(node), delay)
  }
  mutating func nodeStarted(_ node: ElixirNodeID) { started.append(node) }
  mutating func connectionLost(_ client: ClientID) { lost.append(client) }
  mutating func sessionExpiryDue(_ client: ClientID, detachment: UInt8) {
    expiries.append((client, detachment))
  }
  mutating func call(_ call: RemoteCall, after delay: Duration) {
    calls.append((call, now + delay))
  }
  mutating func sessionReady(_ attempt: Attempt, after delay: Duration) {
    ready.append((attempt, now + delay))
  }
  mutating func sessionInvalid(_ attempt: Attempt) { invalid.append(attempt) }
  mutating func sessionFailedOnNode(_ attempt: Attempt) { failed.append(attempt) }
  mutating func guildUnavailable(_ guild: GuildID) { unavailable.append(guild) }
  mutating func guildAvailable(_ guild: GuildID) { available.append(guild) }
  mutating func guildLoadTimeOutDue(_ guild: GuildID, load: UInt16, after delay: Duration) {
    order(.guildLoadTimedOut(guild, load: load), delay)
  }
  mutating func guildRetryDue(_ guild: GuildID, load: UInt16, after delay: Duration) {
    order(.guildRetryDue(guild, load: load), delay)
  }
}

/// A small fleet: 6 session nodes, 4 guild nodes, 2 presence nodes, 1 other, 600 clients and 1,000
/// guilds.
struct ElixirRig {
  var elixir: Elixir
  var ports = ElixirRecorder()

  init(
    _ settings: String = "", guilds: String = "", sessions: Int = 6, scale: Scale = Scale(1, in: 1)
  ) throws {
    let text = """
      { "elixir": { "clusters": { "sessions": \(sessions), "guilds": 4, "presence": 2, "other": 1 }\(settings) },
        "guilds": { "count": 1000\(guilds) } }
      """
    elixir = Elixir(
      configuration: try reading(text) { Elixir.Configuration(reading: &$0) }, clients: 600,
      resumeCostShare: 0.05, guildsPerClient: 5, scale: scale, seed: 1, at: .start)
  }

  mutating func handle(_ event: Elixir.Event) { elixir.handle(event, through: &ports) }

  /// Lets the fleet's own timers pass up to an instant.
  mutating func run(until end: Instant) {
    while let timer = ports.timers.takeEarliest(until: end) {
      ports.now = timer.at
      handle(timer.event)
    }
    ports.now = end
  }

  func home(of client: UInt32) -> UInt16 { elixir.homes[Int(client)] }

  static func attempt(
    _ client: UInt32, number: UInt16 = 1, kind: Attempt.Kind = .identify
  ) -> Attempt {
    Attempt(client: ClientID(client), number: number, failures: 0, kind: kind)
  }

  mutating func request(_ attempt: Attempt) {
    handle(.sessionRequested(attempt, Deadline(ports.now + .seconds(10))))
  }

  /// Answers every call that is out.
  mutating func answerCalls(ok: Bool = true) {
    let calls = ports.calls
    ports.calls = []
    for call in calls { handle(.callAnswered(call.call, ok: ok)) }
  }
}
