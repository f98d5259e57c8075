import Scenarios
import SimulationKernel

/// The data centre's network as announces meet it: TCP connections from API nodes to etcd.
///
/// Modelled: an announce as one or two segments, latency and loss (as retransmissions), and faults
/// that end one connection after a chosen segment. A message is a whole request, or its answer: what
/// is lost of one is sent again as a whole, however many segments it has. Deregistrations take the
/// same link; a cut link loses them, and their keys stay until they expire. Faults of the link add up.
/// Latencies of other links are in `Links`. Left out: congestion, routing, name resolution.
public struct Network: Sendable {
  /// What the network delivers.
  public protocol Ports {
    var now: Instant { get }
    /// The whole request has reached etcd.
    mutating func announceArrived(_ announcement: Announcement, after delay: Duration)
    /// A box in the path has had the request in its hands.
    mutating func announceCut(
      _ announcement: Announcement, through box: Etcd.Middlebox, after delay: Duration)
    mutating func announceAnswered(
      _ announcement: Announcement, _ outcome: AnnounceOutcome, after delay: Duration)
    mutating func deregistrationArrived(_ node: APINodeID, after delay: Duration)
  }

  public enum Event: BitwiseCopyable, Sendable {
    case connectionOpened(Announcement)
    /// etcd has answered on a connection that still stands.
    case responseSent(Announcement, status: UInt16)
    /// A fault of the link between the API and etcd begins, or is over: extra delay one way, loss in
    /// millionths, and whether the link is cut.
    case linkChanged(extra: Duration, lossParts: UInt32, isCut: Bool, isOver: Bool)
    /// A node that drains deletes its key.
    case deregistrationSent(APINodeID)
  }

  /// Parameters of announces on the wire (`network.*`, `announce.*`).
  public struct Configuration: Sendable {
    public var segments: Int
    public var timeout: Duration
    public var latencyMedian: Duration
    public var latencySigma: Double
    public var loss: ExactFraction
    public var retransmissionTimeout: Duration

    public init(reading reader: inout ParameterReader) {
      segments = reader.integer(
        "announce.segments", default: 2, in: 1...2, unit: "segments",
        .postmortem("headers in one packet, the request body in another"),
        "TCP segments of an announce: headers and body, or both in one")
      timeout = reader.duration(
        "announce.timeout", default: .seconds(10), in: .seconds(1) ... .minutes(5), .assumption(),
        "How long an announcing node waits for etcd's answer")
      latencyMedian = reader.duration(
        "network.latency.median", default: .microseconds(500),
        in: .microseconds(10) ... .seconds(1), .assumption(),
        "Median one-way latency within the data centre")
      latencySigma = reader.number(
        "network.latency.sigma", default: 0.3, in: 0...3, unit: "", .assumption(),
        "Sigma of the lognormal one-way latency")
      loss = reader.probability(
        "network.loss", default: .zero, in: .zero ... .percent(50), .assumption(),
        "Share of the requests and answers of announces that is lost and sent again")
      retransmissionTimeout = reader.duration(
        "network.retransmissionTimeout", default: .milliseconds(200),
        in: .milliseconds(1) ... .seconds(10), .derived("Linux TCP_RTO_MIN"),
        "First TCP retransmission time-out; doubles")
    }
  }

  struct ArmedFault: Sendable {
    var fault: ConnectionFault
    /// It has struck as often as it does.
    var isSpent = false
    /// Announces that the fault's target has matched so far.
    var matched: UInt32 = 0
  }

  public internal(set) var configuration: Configuration
  /// What faults add to the link, one way.
  private var extraDelay = Duration.zero
  /// What each fault loses on the link, in millionths.
  private var extraLosses: [UInt32] = []
  /// What all of them lose together, in millionths.
  private var extraLoss: UInt64 = 0
  private var cuts = 0
  private var isCut: Bool { cuts > 0 }
  /// When faults hit a connection, in order.
  public private(set) var hits: [Instant] = []
  private(set) var faults: [ArmedFault]
  /// When the first of the faults that are not spent begins to strike.
  private var faultsBegin: Instant
  private var responsesToLose: [Announcement] = []
  private var answered = AnsweredOutcomes()
  private let latencies: RandomStream
  private let losses: RandomStream
  private let chances: RandomStream

  init(configuration: Configuration, faults: [ConnectionFault], seed: UInt64) {
    self.configuration = configuration
    self.faults = faults.map { ArmedFault(fault: $0) }
    faultsBegin = faults.map(\.at).min() ?? .endOfTime
    latencies = RandomStream(seed: seed, name: "network.apiToEtcd")
    losses = RandomStream(seed: seed, name: "network.loss")
    chances = RandomStream(seed: seed, name: "network.faults")
  }

  /// Takes up another plan of faults; those that are in both stand as they stood.
  mutating func adopt(_ plan: [ConnectionFault]) {
    faults = plan.map { fault in
      faults.first { $0.fault == fault } ?? ArmedFault(fault: fault)
    }
    findBeginning()
  }

  public var firstCutAt: Instant? { hits.first }
  public func hits(since instant: Instant) -> Int {
    hits.reduce(0) { $0 + ($1 >= instant ? 1 : 0) }
  }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .connectionOpened(let announcement): carry(announcement, &ports)
    case .responseSent(let announcement, let status): respond(announcement, status, &ports)
    case .linkChanged(let extra, let loss, let isCut, let isOver):
      change(extra, loss, isCut, isOver: isOver)
    case .deregistrationSent(let node): deregister(node, &ports)
    }
  }

  /// Adds a fault of the link to those that are there, or takes it away again.
  private mutating func change(
    _ extra: Duration, _ loss: UInt32, _ isCut: Bool, isOver: Bool
  ) {
    extraDelay = isOver ? extraDelay - extra : extraDelay + extra
    if isCut { cuts += isOver ? -1 : 1 }
    if loss > 0 {
      if !isOver {
        extraLosses.append(loss)
      } else if let index = extraLosses.firstIndex(of: loss) {
        extraLosses.remove(at: index)
      }
    }
    let million: UInt64 = 1_000_000
    let kept = extraLosses.reduce(million) { $0 * (million - UInt64($1)) / million }
    extraLoss = million - kept
  }

  private func deregister<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    guard !isCut else { return }
    // A node deregisters once: the draw is none of its announces'.
    ports.deregistrationArrived(node, after: oneWay(UInt64(node.rawValue), draw: 1 << 32))
  }

  private mutating func carry<P: Ports>(_ announcement: Announcement, _ ports: inout P) {
    if isCut {
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
      return
    }
    let there = oneWay(announcement, leg: 0)
    let back = oneWay(announcement, leg: 1)
    if there + back > configuration.timeout {
      // Whatever comes later, the node has given up by then.
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
    }
    guard let fault = takeFault(for: announcement, at: ports.now) else {
      ports.announceArrived(announcement, after: there)
      return
    }
    hits.append(ports.now)
    guard
      let box = fault.kind.box?.acting(after: fault.afterSegment, of: configuration.segments)
    else {
      ports.announceArrived(announcement, after: there)
      ports.announceArrived(announcement, after: there + back)
      return
    }
    pass(announcement, through: box, there, back, &ports)
  }

  /// What a box in the path makes of an announce.
  private mutating func pass<P: Ports>(
    _ announcement: Announcement, through box: Etcd.Middlebox, _ there: Duration,
    _ back: Duration, _ ports: inout P
  ) {
    if box == .responseLost {
      // The box waits for the answer that it drops.
      responsesToLose.append(announcement)
      ports.announceArrived(announcement, after: there)
      return
    }
    let isReached = box.forwards != .nothing || box.endTowardsServer != .open
    if isReached { ports.announceCut(announcement, through: box, after: there) }
    if isReached && box.passesAnswer { return }
    let seen = AnnounceOutcome(behind: box, sendsMore: box.forwards != .everything)
    ports.announceAnswered(
      announcement, seen, after: seen == .timedOut ? configuration.timeout : there + back)
  }

  private mutating func respond<P: Ports>(
    _ announcement: Announcement, _ status: UInt16, _ ports: inout P
  ) {
    if isCut {
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
      return
    }
    var outcome = answered[status]
    if let place = responsesToLose.firstIndex(of: announcement) {
      responsesToLose.remove(at: place)
      outcome = AnnounceOutcome(behind: .responseLost, sendsMore: false)
    }
    ports.announceAnswered(announcement, outcome, after: oneWay(announcement, leg: 1))
  }

  /// The fault that hits this announce, if one does.
  private mutating func takeFault(
    for announcement: Announcement, at now: Instant
  ) -> ConnectionFault? {
    guard now >= faultsBegin else { return nil }
    for index in faults.indices where !faults[index].isSpent {
      let fault = faults[index].fault
      guard now >= fault.at, fault.matches(announcement) else { continue }
      switch fault.occasion {
      case .nth(let n):
        faults[index].matched += 1
        guard faults[index].matched == n else { continue }
        faults[index].isSpent = true
        findBeginning()
      case .chance(let probability):
        let entity = UInt64(announcement.node.rawValue)
        guard
          chances.chance(
            probability.numerator, in: probability.denominator, for: entity,
            draw: UInt64(announcement.number) << 16 | UInt64(fault.slot))
        else { continue }
      }
      return fault
    }
    return nil
  }

  private mutating func findBeginning() {
    faultsBegin = faults.filter { !$0.isSpent }.map(\.fault.at).min() ?? .endOfTime
  }

  /// One way between an API node and etcd, with retransmissions of what is lost.
  private func oneWay(_ announcement: Announcement, leg: UInt64) -> Duration {
    oneWay(UInt64(announcement.node.rawValue), draw: UInt64(announcement.number) << 2 | leg)
  }

  private func oneWay(_ entity: UInt64, draw: UInt64) -> Duration {
    var delay = latencies.lognormal(
      median: configuration.latencyMedian, sigma: configuration.latencySigma, for: entity,
      draw: draw)
    delay = delay + extraDelay
    guard configuration.loss.numerator > 0 || extraLoss > 0 else { return delay }
    var timeout = configuration.retransmissionTimeout
    var tries: UInt64 = 0
    while tries < 8, isLost(for: entity, draw: draw << 4 | tries) {
      delay = delay + timeout
      timeout = timeout + timeout
      tries += 1
    }
    return delay
  }

  /// Whether this transmission is lost: to the network's own loss, or to a fault's.
  private func isLost(for entity: UInt64, draw: UInt64) -> Bool {
    losses.chance(
      configuration.loss.numerator, in: configuration.loss.denominator, for: entity, draw: draw)
      || losses.chance(extraLoss, in: 1_000_000, for: entity, draw: draw | 1 << 63)
  }
}
