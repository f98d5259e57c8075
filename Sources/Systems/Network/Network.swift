import Scenarios
import SimulationKernel

/// The data centre's network: TCP connections of announces from API nodes to etcd, and what faults
/// do to every link.
///
/// Modelled: an announce as one or two segments, latency and loss (as retransmissions), and faults
/// that end one connection after a chosen segment. A message is a whole request, or its answer: what
/// is lost of one is sent again as a whole, however many segments it has. Deregistrations take the
/// same link; a cut link loses them, and their keys stay until they expire. Faults of a link add up.
/// Latencies of the other links are in `Links`, and what meets their messages while a fault lasts in
/// `fate(of:for:at:)`. Left out: congestion, routing, name resolution.
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
    /// A fault of a link begins, or is over.
    case linkChanged(LinkFault, on: Link, isOver: Bool)
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
        "Share of the messages within the data centre that is lost, each time one is sent, and sent again by TCP"
      )
      retransmissionTimeout = reader.duration(
        "network.retransmissionTimeout", default: .milliseconds(200),
        in: .milliseconds(1) ... .seconds(10), .derived("Linux TCP_RTO_MIN"),
        "First TCP retransmission time-out; doubles")
    }
  }

  /// The announcing side, as the server's clients are.
  public struct Announcer: Sendable {
    /// TCP segments of an announce.
    var segments: Int
    /// How long it waits for the answer.
    var timeout: Duration
  }

  /// A connection that a fault hit.
  public struct Hit: Sendable, Equatable {
    public let at: Instant
    /// Number of the fault among the entries of the scenario.
    public let slot: UInt16
  }

  struct ArmedFault: Sendable {
    var fault: ConnectionFault
    /// It has struck as often as it does.
    var isSpent = false
    /// Announces that the fault's target has matched so far.
    var matched: UInt32 = 0
  }

  public internal(set) var configuration: Configuration {
    didSet { slowest = Self.slowest(configuration) }
  }
  /// No message takes longer, unless it is lost or a fault delays it.
  private var slowest: Duration
  /// What faults do to the link of the announces.
  private var toEtcd = LinkState()
  /// What faults do to each link, in the order of `Link`.
  private(set) var links = Array(repeating: LinkState(), count: Link.allCases.count)
  /// Whether faults leave the links other than the announces' alone.
  private(set) var areOtherLinksSound = true
  /// When faults hit a connection, in order, and which.
  public private(set) var hits: [Hit] = []
  /// Messages that faults of each link have met, in the order of `Link`.
  private(set) var messagesMet = Array(repeating: 0, count: Link.allCases.count)
  private(set) var faults: [ArmedFault]
  /// When the first of the faults that are not spent begins to strike.
  private var faultsBegin: Instant
  private var responsesToLose: [Announcement] = []
  private var answered = AnsweredOutcomes()
  private let latencies: RandomStream
  private let losses: RandomStream
  private let chances: RandomStream
  let linkLosses: [RandomStream]

  init(configuration: Configuration, faults: [ConnectionFault], seed: UInt64) {
    self.configuration = configuration
    slowest = Self.slowest(configuration)
    self.faults = faults.map { ArmedFault(fault: $0) }
    faultsBegin = faults.map(\.at).min() ?? .endOfTime
    latencies = RandomStream(seed: seed, name: "network.apiToEtcd")
    losses = RandomStream(seed: seed, name: "network.loss")
    chances = RandomStream(seed: seed, name: "network.faults")
    linkLosses = Link.allCases.map { RandomStream(seed: seed, name: "network.linkLoss.\($0)") }
  }

  /// The greatest draw of the latency: 64 bits reach 9.2 standard deviations.
  private static func slowest(_ configuration: Configuration) -> Duration {
    Duration(
      saturatingNanoseconds: Double(configuration.latencyMedian.nanoseconds)
        * KernelMath.exp(configuration.latencySigma * 9.2))
  }

  var announcer: Announcer {
    Announcer(segments: configuration.segments, timeout: configuration.timeout)
  }

  /// Takes up another plan of faults; those that are in both stand as they stood.
  mutating func adopt(_ plan: [ConnectionFault]) {
    faults = plan.map { fault in
      faults.first { $0.fault == fault } ?? ArmedFault(fault: fault)
    }
    findBeginning()
  }

  public var firstCutAt: Instant? { hits.first?.at }
  public func hits(since instant: Instant) -> Int {
    hits.reduce(0) { $0 + ($1.at >= instant ? 1 : 0) }
  }
  /// How many connections the fault of this number has hit.
  func hits(of slot: UInt16) -> Int { hits.reduce(0) { $0 + ($1.slot == slot ? 1 : 0) } }
  func messagesMet(on link: Link) -> Int { messagesMet[link.index] }

  /// Counts a message that a fault of its link does something to.
  mutating func meet(on link: Link) { messagesMet[link.index] += 1 }

  mutating func handle<P: Ports>(_ event: Event, through ports: inout P) {
    switch event {
    case .connectionOpened(let announcement): carry(announcement, &ports)
    case .responseSent(let announcement, let status): respond(announcement, status, &ports)
    case .linkChanged(let fault, let link, let isOver): change(link, fault, isOver: isOver)
    case .deregistrationSent(let node): deregister(node, &ports)
    }
  }

  private mutating func change(_ link: Link, _ fault: LinkFault, isOver: Bool) {
    links[link.index].change(fault, isOver: isOver)
    toEtcd = links[Link.apiToEtcd.index]
    areOtherLinksSound = Link.allCases.allSatisfy { $0 == .apiToEtcd || links[$0.index].isSound }
  }

  private mutating func deregister<P: Ports>(_ node: APINodeID, _ ports: inout P) {
    guard !toEtcd.isCut else { return meet(on: .apiToEtcd) }
    // A node deregisters once: the draw is none of its announces'.
    ports.deregistrationArrived(node, after: oneWay(UInt64(node.rawValue), draw: 1 << 32))
  }

  private mutating func carry<P: Ports>(_ announcement: Announcement, _ ports: inout P) {
    if toEtcd.isCut {
      meet(on: .apiToEtcd)
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
      return
    }
    let there = oneWay(announcement, leg: 0)
    let fault = takeFault(for: announcement, at: ports.now)
    if fault == nil, toEtcd.isSound, configuration.loss.numerator == 0,
      slowest <= configuration.timeout - there
    {
      // The way back is drawn when the answer is sent; whatever it is, the node still waits.
      ports.announceArrived(announcement, after: there)
      return
    }
    if isMet(announcement) { meet(on: .apiToEtcd) }
    let back = oneWay(announcement, leg: 1)
    if there + back > configuration.timeout {
      // Whatever comes later, the node has given up by then.
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
    }
    guard let fault else {
      ports.announceArrived(announcement, after: there)
      if toEtcd.duplicatesRequests {
        ports.announceArrived(announcement, after: there + back)
      }
      return
    }
    hits.append(Hit(at: ports.now, slot: fault.slot))
    guard
      let box = fault.kind.box?.acting(after: fault.afterSegment, of: configuration.segments)
    else {
      ports.announceArrived(announcement, after: there)
      ports.announceArrived(announcement, after: there + back)
      return
    }
    pass(
      announcement, through: box, sendsAfterEnd: configuration.segments - fault.afterSegment,
      there, back, &ports)
  }

  /// What a box in the path makes of an announce.
  private mutating func pass<P: Ports>(
    _ announcement: Announcement, through box: Etcd.Middlebox, sendsAfterEnd: Int,
    _ there: Duration, _ back: Duration, _ ports: inout P
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
    let seen = AnnounceOutcome(behind: box, sendsAfterEnd: sendsAfterEnd)
    ports.announceAnswered(
      announcement, seen, after: seen == .timedOut ? configuration.timeout : there + back)
  }

  private mutating func respond<P: Ports>(
    _ announcement: Announcement, _ status: UInt16, _ ports: inout P
  ) {
    if toEtcd.losesAnswers {
      meet(on: .apiToEtcd)
      ports.announceAnswered(announcement, .timedOut, after: configuration.timeout)
      return
    }
    var outcome = answered[status]
    if let place = responsesToLose.firstIndex(of: announcement) {
      responsesToLose.remove(at: place)
      outcome = AnnounceOutcome(behind: .responseLost, sendsAfterEnd: 0)
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
    delay = delay + toEtcd.extraDelay
    guard configuration.loss.numerator > 0 || toEtcd.loss > 0 else { return delay }
    return delay
      + Retransmission(timeout: configuration.retransmissionTimeout).delay { tries in
        isLost(for: entity, draw: draw << 4 | tries)
      }
  }

  /// Whether a fault that delays, doubles or loses messages does so with this announce, or with its
  /// answer.
  private func isMet(_ announcement: Announcement) -> Bool {
    if toEtcd.extraDelay > .zero || toEtcd.duplicatesRequests { return true }
    guard toEtcd.loss > 0 else { return false }
    return (0...1).contains { (leg: UInt64) in
      let draw = UInt64(announcement.number) << 2 | leg
      return isLostToFault(for: UInt64(announcement.node.rawValue), draw: draw << 4)
    }
  }

  /// Whether this transmission is lost: to the network's own loss, or to a fault's.
  private func isLost(for entity: UInt64, draw: UInt64) -> Bool {
    losses.chance(
      configuration.loss.numerator, in: configuration.loss.denominator, for: entity, draw: draw)
      || isLostToFault(for: entity, draw: draw)
  }

  private func isLostToFault(for entity: UInt64, draw: UInt64) -> Bool {
    losses.chance(toEtcd.loss, in: 1_000_000, for: entity, draw: draw | 1 << 63)
  }
}
