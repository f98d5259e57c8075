import SimulationKernel
import Testing

@testable import Systems

/// The world as the gateway sees it.
struct GatewayRecorder: Gateway.Ports {
  var now = Instant.start
  var refusals: [Attempt] = []
  var acceptances: [Attempt] = []
  var requests: [(attempt: Attempt, deadline: Deadline)] = []
  var opened: [Attempt] = []
  var invalidated: [Attempt] = []
  var failed: [Attempt] = []

  mutating func refused(_ attempt: Attempt) { refusals.append(attempt) }
  mutating func accepted(_ attempt: Attempt) { acceptances.append(attempt) }
  mutating func sessionRequested(_ attempt: Attempt, deadline: Deadline) {
    requests.append((attempt, deadline))
  }
  mutating func sessionOpened(_ attempt: Attempt) { opened.append(attempt) }
  mutating func sessionInvalidated(_ attempt: Attempt) { invalidated.append(attempt) }
  mutating func sessionFailed(_ attempt: Attempt) { failed.append(attempt) }
}

@Suite("Gateway")
struct GatewayTests {
  private static func gateway(
    _ settings: String = "{}", throttle: String = "{}", scale: Scale = Scale(1, in: 1)
  ) throws -> Gateway {
    Gateway(
      configuration: try reading(#"{ "gateway": \#(settings), "throttle": \#(throttle) }"#) {
        Gateway.Configuration(reading: &$0)
      }, clientTimeout: .seconds(10), scale: scale, seed: 1, at: .start)
  }

  private func attempt(_ client: UInt32) -> Attempt {
    Attempt(client: ClientID(client), number: 1, failures: 0, kind: .identify)
  }

  @Test(
    "A throttle lets in at most burst + rate x time over every span, and that much at the least",
    arguments: [("100/s", 1, 1, 1), ("100/s", 50, 1, 1), ("1000/s", 500, 1, 10), ("7/s", 3, 1, 3)])
  func throttleBound(rate: String, burst: Int, numerator: Int, denominator: Int) throws {
    let scale = Scale(numerator, in: denominator)
    var gateway = try Self.gateway(
      #"{ "queueBound": 10000000 }"#, throttle: #"{ "rate": "\#(rate)", "burst": \#(burst) }"#,
      scale: scale)
    var ports = GatewayRecorder()
    var dice = Dice(seed: 8, "throttle")
    var admissions: [Int64] = []
    let perSecond = scale.rate(Double(rate.dropLast(2)) ?? 0)
    // A sample's burst has room for chance: four deviations of a binomial share, none of the whole.
    let share = scale.rate(Double(burst))
    let chance = 4 * (share * (1 - scale.fraction)).squareRoot()
    let allowed = Int(max(1, min(Double(burst), share + chance)))
    for client in 0..<6_000 as Range<UInt32> {
      // Bursts and lulls.
      ports.now = ports.now + .microseconds(Int64(dice.roll(dice.roll(20) == 0 ? 40_000 : 2_000)))
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
      if ports.acceptances.last?.client == ClientID(client) {
        admissions.append(ports.now.nanoseconds)
      }
    }
    // In thousandths of a token, as the gateway counts them.
    let rounded = Double(Int64(perSecond * 1_000 + 0.5)) / 1_000
    for first in admissions.indices {
      for last in stride(from: first, to: admissions.count, by: 1 + dice.roll(40)) {
        let span = Double(admissions[last] - admissions[first]) / 1e9
        let count = Double(last - first + 1)
        #expect(count <= Double(allowed) + rounded * span + 1e-6)
      }
    }
    #expect(gateway.totals.throttled == ports.refusals.count)
    #expect(gateway.totals.admitted == admissions.count)
    #expect(gateway.totals.throttled > 1_000 && admissions.count > 10)
    // Where somebody is refused there was no token: the bucket is worked to its rate.
    let span = Double(ports.now.nanoseconds) / 1e9
    #expect(Double(admissions.count) > rounded * span * 0.4)
  }

  @Test("A throttle is set, changed and lifted while the gateway runs")
  func throttleChanges() throws {
    var gateway = try Self.gateway(throttle: #"{ "burst": 1 }"#)
    var ports = GatewayRecorder()
    #expect(gateway.initialThrottle == nil)
    func admitted(_ count: UInt32) -> Int {
      let before = gateway.totals.admitted
      for client in 0..<count {
        ports.now = ports.now + .milliseconds(1)
        gateway.handle(.connectionArrived(attempt(client)), through: &ports)
      }
      return gateway.totals.admitted - before
    }
    #expect(admitted(1_000) == 1_000)
    gateway.setThrottle(rate: 10, at: ports.now)
    #expect((10...11).contains(admitted(1_000)))
    gateway.setThrottle(rate: 100, at: ports.now)
    #expect((99...101).contains(admitted(1_000)))
    gateway.setThrottle(rate: nil, at: ports.now)
    #expect(admitted(1_000) == 1_000)
    #expect(gateway.totals.arrived == 4_000)
  }

  @Test("A rate below a thousandth per second, or a tiny scale, throttles without trapping")
  func tinyRates() throws {
    var gateway = try Self.gateway(
      throttle: #"{ "rate": "0.0000001/s", "burst": 1 }"#, scale: Scale(1, in: 1_000_000))
    var ports = GatewayRecorder()
    for client in 0..<10 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    #expect(gateway.totals.admitted == 1)
  }

  @Test("Slots are taken up to the limit, then the queue, then the door is closed")
  func queueBound() throws {
    var gateway = try Self.gateway(#"{ "concurrency": 100, "queueBound": 30 }"#)
    var ports = GatewayRecorder()
    for client in 0..<150 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    #expect(ports.requests.count == 100 && ports.acceptances.count == 130)
    #expect(ports.refusals.map(\.client.rawValue) == Array(130..<150))
    #expect(gateway.totals.overflowed == 20 && gateway.totals.throttled == 0)
    #expect(gateway.admission.busy == 100 && gateway.admission.waiting == 30)
  }

  @Test("Every answer frees one slot, whatever it says, and goes to its client")
  func slotsConserved() throws {
    var gateway = try Self.gateway(#"{ "concurrency": 100, "queueBound": 30 }"#)
    var ports = GatewayRecorder()
    for client in 0..<130 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    var served = 0
    while served < ports.requests.count {
      let attempt = ports.requests[served].attempt
      switch served % 3 {
      case 0: gateway.handle(.sessionReady(attempt), through: &ports)
      case 1: gateway.handle(.sessionInvalid(attempt), through: &ports)
      default: gateway.handle(.sessionFailed(attempt), through: &ports)
      }
      served += 1
      #expect(gateway.admission.busy == min(100, 130 - served))
      #expect(gateway.admission.waiting == max(0, 30 - served))
    }
    #expect(ports.requests.map(\.attempt.client.rawValue) == Array(0..<130))
    #expect(ports.opened.count == 44 && ports.invalidated.count == 43 && ports.failed.count == 43)
    #expect(gateway.admission.inSystem == 0)
  }

  @Test("A session's deadline is the client's, counted from its arrival at the door")
  func deadline() throws {
    var gateway = try Self.gateway(#"{ "concurrency": 100, "queueBound": 1 }"#)
    var ports = GatewayRecorder()
    for client in 0..<100 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    ports.now = second(4)
    gateway.handle(.connectionArrived(attempt(100)), through: &ports)
    ports.now = second(9)
    gateway.handle(.sessionReady(attempt(0)), through: &ports)
    #expect(ports.requests.last?.deadline == Deadline(second(14)))
  }

  @Test("LIFO serves the newest, FIFO the oldest", arguments: Gateway.Discipline.allCases)
  func order(discipline: Gateway.Discipline) throws {
    var gateway = try Self.gateway(
      #"{ "concurrency": 100, "queueBound": 50, "discipline": "\#(discipline.rawValue)" }"#)
    var ports = GatewayRecorder()
    for client in 0..<103 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    gateway.handle(.sessionReady(attempt(0)), through: &ports)
    #expect(ports.requests.last?.attempt.client == ClientID(discipline == .lifo ? 102 : 100))
  }

  @Test("CoDel tells the clients that it drops, and its drops are not admissions twice")
  func codelDrops() throws {
    var gateway = try Self.gateway(
      """
      { "concurrency": 100, "queueBound": 5000, "discipline": "codel",
        "codel": { "target": "100ms", "interval": "1s" } }
      """)
    var ports = GatewayRecorder()
    for client in 0..<3_000 as Range<UInt32> {
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    var served = 0
    while served < ports.requests.count {
      ports.now = ports.now + .milliseconds(10)
      gateway.handle(.sessionReady(ports.requests[served].attempt), through: &ports)
      served += 1
    }
    #expect(gateway.totals.dropped > 100)
    #expect(gateway.totals.dropped == ports.failed.count)
    #expect(served + gateway.totals.dropped == 3_000)
    #expect(Set(ports.failed).isDisjoint(with: ports.requests.map(\.attempt)))
    #expect(gateway.totals.admitted == 3_000)
  }

  @Test("Adaptive throttling refuses nobody while sessions open, and most when none does")
  func adaptive() throws {
    var gateway = try Self.gateway(#"{ "adaptive": 2 }"#)
    var ports = GatewayRecorder()
    for client in 0..<600 as Range<UInt32> {
      ports.now = ports.now + .milliseconds(100)
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
      guard ports.acceptances.last == attempt(client) else { continue }
      gateway.handle(.sessionReady(attempt(client)), through: &ports)
    }
    #expect(gateway.totals.throttled == 0)
    ports.now = second(600)
    let before = gateway.totals.throttled
    for client in 1_000..<2_000 as Range<UInt32> {
      ports.now = ports.now + .milliseconds(20)
      gateway.handle(.connectionArrived(attempt(client)), through: &ports)
    }
    #expect(gateway.totals.throttled - before > 950)
    #expect(gateway.totals.arrived == gateway.totals.throttled + gateway.totals.admitted)
  }
}
