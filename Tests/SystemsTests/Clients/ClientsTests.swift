import SimulationKernel
import Testing

@testable import Systems

@Suite("Clients")
struct ClientsTests {
  private let client = ClientID(7)

  @Test("A client that loses its connection asks to resume at once, within the first back-off")
  func lossByReset() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    let asked = try ports.takeConnection()
    #expect(asked.attempt == Attempt(client: client, number: 1, failures: 0, kind: .resume))
    #expect(asked.delay >= .zero && asked.delay <= .seconds(1))
    #expect(clients.connectedCount == 399 && clients.servedCount == 399)
    #expect(clients.totals.connectionsLost == 1 && clients.totals.disconnectedPeak == 1)
    // Whoever has no session cannot lose it.
    clients.handle(.connectionLost(client), through: &ports)
    #expect(ports.connections.isEmpty)
    #expect(clients.totals.connectionsLost == 1)
    #expect(clients.isConserved)
  }

  @Test("A silent loss is noticed after one to two heartbeats, evenly spread")
  func silentLoss() throws {
    var means: [Double] = []
    var all: [Duration] = []
    for seed in 0..<20 as Range<UInt64> {
      var clients = try Clients(settings: #"{ "silentLoss": true }"#, seed: seed)
      var ports = ClientsRecorder()
      for client in 0..<UInt32(clients.count) {
        clients.handle(.connectionLost(ClientID(client)), through: &ports)
      }
      // What is left after the back-off is the time that it took to notice.
      let noticed = ports.connections.map { $0.delay - clients.backoff.delay(of: $0.attempt) }
      all += noticed
      means.append(noticed.reduce(0) { $0 + $1.seconds } / Double(noticed.count))
    }
    let interval = Interval(of: means)
    #expect(interval.contains(61.875), "\(interval)")
    #expect(interval.isSharp(61.875, within: 0.02), "\(interval)")
    let spread = KolmogorovSmirnov(all, uniformOver: 41.25...82.5)
    #expect(spread.isClose, "\(spread)")
  }

  @Test("After so many failed attempts to resume a client asks for a new session")
  func resumesThenIdentifies() throws {
    var clients = try Clients(settings: #"{ "resumeAttempts": 3 }"#)
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    var kinds: [Attempt.Kind] = []
    for _ in 0..<5 {
      let attempt = try ports.takeConnection().attempt
      kinds.append(attempt.kind)
      #expect(Int(attempt.failures) == kinds.count - 1)
      #expect(Int(attempt.number) == kinds.count)
      clients.handle(.attemptFailed(attempt), through: &ports)
    }
    #expect(kinds == [.resume, .resume, .resume, .identify, .identify])
    #expect(clients.totals.failures == 5)
  }

  @Test("Without attempts to resume the first asks for a new session")
  func neverResumes() throws {
    var clients = try Clients(settings: #"{ "resumeAttempts": 0 }"#)
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    let kind = try ports.takeConnection().attempt.kind
    #expect(kind == .identify)
  }

  @Test("After an invalid session a client waits 1 to 5 seconds, evenly spread, and identifies")
  func invalidSession() throws {
    var waits: [Duration] = []
    var clients = try Clients(clients: 4_000)
    var ports = ClientsRecorder()
    for index in 0..<4_000 as Range<UInt32> {
      clients.handle(.connectionLost(ClientID(index)), through: &ports)
      let first = try ports.takeConnection().attempt
      clients.handle(.sessionInvalidated(first), through: &ports)
      let (next, wait) = try ports.takeConnection()
      #expect(next.kind == .identify && next.number == 2 && next.failures == 0)
      waits.append(wait)
      // The same answer again is stale.
      clients.handle(.sessionInvalidated(first), through: &ports)
      #expect(ports.connections.isEmpty)
    }
    let spread = KolmogorovSmirnov(waits, uniformOver: 1...5)
    #expect(spread.isClose, "\(spread)")
    #expect(clients.totals.invalidSessions == 4_000)
  }

  @Test("A time-out after the answer is ignored, and an answer after the time-out is wasted")
  func timeouts() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    let first = try ports.takeConnection().attempt
    clients.handle(.attemptTimedOut(first), through: &ports)
    let second = try ports.takeConnection().attempt
    #expect(second.failures == 1 && clients.totals.timeouts == 1)

    clients.handle(.sessionOpened(first), through: &ports)
    #expect(clients.totals.sessionsWasted == 1 && clients.connectedCount == 399)
    clients.handle(.sessionOpened(second), through: &ports)
    #expect(clients.connectedCount == 400 && clients.totals.sessionsOpened == 1)
    clients.handle(.attemptTimedOut(second), through: &ports)
    clients.handle(.attemptFailed(second), through: &ports)
    clients.handle(.sessionOpened(second), through: &ports)
    #expect(ports.connections.isEmpty)
    #expect(clients.totals.timeouts == 1 && clients.totals.failures == 0)
    #expect(clients.totals.sessionsWasted == 2)
    #expect(clients.isConserved)
  }

  @Test("The count of failures starts again with the next loss, the numbers of attempts go on")
  func nextLoss() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    clients.handle(.attemptFailed(try ports.takeConnection().attempt), through: &ports)
    clients.handle(.sessionOpened(try ports.takeConnection().attempt), through: &ports)
    clients.handle(.connectionLost(client), through: &ports)
    let attempt = try ports.takeConnection().attempt
    #expect(attempt == Attempt(client: client, number: 3, failures: 0, kind: .resume))
  }

  @Test("Attempt numbers wrap, and a client goes on waiting for the newest")
  func numbersWrap() throws {
    var clients = try Clients(settings: #"{ "resumeAttempts": 0 }"#)
    var ports = ClientsRecorder()
    clients.handle(.connectionLost(client), through: &ports)
    for _ in 0..<66_000 {
      let attempt = try ports.takeConnection().attempt
      clients.handle(.attemptFailed(attempt), through: &ports)
    }
    let attempt = try ports.takeConnection().attempt
    #expect(attempt.number == UInt16(truncatingIfNeeded: 66_001) && attempt.failures == 63)
    clients.handle(.sessionOpened(attempt), through: &ports)
    #expect(clients.connectedCount == 400 && clients.totals.failures == 66_000)
  }

  @Test("A client is served while it has a session and all of its guilds")
  func servedWithAllGuilds() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    let memberships = clients.memberships
    let guilds = (0..<UInt32(memberships.guildCount)).map { GuildID($0) }.filter { guild in
      memberships.seats(of: guild).contains { memberships.client(inSeat: $0) == client }
    }
    try #require(guilds.count >= 2)
    for guild in guilds { clients.handle(.guildUnavailable(guild), through: &ports) }
    for guild in guilds {
      #expect(!clients.isServed(client))
      #expect(clients.isConserved)
      clients.handle(.guildAvailable(guild), through: &ports)
    }
    #expect(clients.isServed(client))
    #expect(clients.servedCount == 400)

    // Guilds that come and go while it has no session change nothing until it is back.
    clients.handle(.connectionLost(client), through: &ports)
    clients.handle(.guildUnavailable(guilds[0]), through: &ports)
    clients.handle(.sessionOpened(try ports.takeConnection().attempt), through: &ports)
    #expect(!clients.isServed(client) && clients.connectedCount == 400)
    clients.handle(.guildAvailable(guilds[0]), through: &ports)
    #expect(clients.isServed(client) && clients.servedCount == 400)
    #expect(ports.connections.isEmpty, "guilds are no business of the connection")
  }

  @Test("A guild's loss takes service from its members and from nobody else")
  func guildLossHitsMembers() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    for guild in 0..<40 as Range<UInt32> {
      let members = Set(
        clients.memberships.seats(of: GuildID(guild)).map {
          clients.memberships.client(inSeat: $0)
        })
      clients.handle(.guildUnavailable(GuildID(guild)), through: &ports)
      #expect(clients.servedCount == 400 - members.count)
      for index in 0..<400 as Range<UInt32> {
        #expect(clients.isServed(ClientID(index)) == !members.contains(ClientID(index)))
      }
      clients.handle(.guildAvailable(GuildID(guild)), through: &ports)
      #expect(clients.servedCount == 400)
    }
  }

  @Test("Random losses, answers and guilds keep the counters equal to the clients one by one")
  func conserved() throws {
    var clients = try Clients()
    var ports = ClientsRecorder()
    var dice = Dice(seed: 3, "clients")
    var missing: [GuildID] = []
    for _ in 0..<4_000 {
      switch dice.roll(6) {
      case 0, 1: clients.handle(.connectionLost(ClientID(UInt32(dice.roll(400)))), through: &ports)
      case 2:
        let guild = GuildID(UInt32(dice.roll(40)))
        guard !missing.contains(guild) else { continue }
        missing.append(guild)
        clients.handle(.guildUnavailable(guild), through: &ports)
      case 3:
        guard !missing.isEmpty else { continue }
        clients.handle(
          .guildAvailable(missing.remove(at: dice.roll(missing.count))), through: &ports)
      default:
        guard !ports.connections.isEmpty else { continue }
        let attempt = try ports.takeConnection().attempt
        clients.handle(
          dice.pick([.sessionOpened(attempt), .attemptFailed(attempt), .attemptTimedOut(attempt)]),
          through: &ports)
      }
    }
    #expect(clients.isConserved)
    #expect(clients.totals.connectionsLost > 500 && clients.totals.sessionsOpened > 300)
  }
}
