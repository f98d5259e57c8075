import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// The world as the network sees it.
struct NetworkRecorder: Network.Ports {
  var now = Instant.start
  var arrivals: [(announcement: Announcement, at: Instant)] = []
  var cuts: [(box: Etcd.Middlebox, at: Instant)] = []
  var answers: [(announcement: Announcement, outcome: AnnounceOutcome, at: Instant)] = []

  mutating func announceArrived(_ announcement: Announcement, after delay: Duration) {
    arrivals.append((announcement, now + delay))
  }
  mutating func announceCut(
    _ announcement: Announcement, through box: Etcd.Middlebox, after delay: Duration
  ) { cuts.append((box, now + delay)) }
  mutating func announceAnswered(
    _ announcement: Announcement, _ outcome: AnnounceOutcome, after delay: Duration
  ) { answers.append((announcement, outcome, now + delay)) }
  var deregistrations: [(node: APINodeID, at: Instant)] = []
  mutating func deregistrationArrived(_ node: APINodeID, after delay: Duration) {
    deregistrations.append((node, now + delay))
  }
}

@Suite("Network")
struct NetworkTests {
  private static func network(
    _ settings: String = "{}", _ faults: [ConnectionFault] = [], seed: UInt64 = 1
  ) throws -> Network {
    let configuration = try reading(#"{ "network": \#(settings) }"#) {
      Network.Configuration(reading: &$0)
    }
    return Network(configuration: configuration, faults: faults, seed: seed)
  }

  private static func fault(
    _ kind: ConnectionFault.Kind, slot: UInt16 = 0, segment: Int = 1,
    target: ConnectionFault.Target = .anyNode, _ occasion: ConnectionFault.Occasion = .nth(1)
  ) -> ConnectionFault {
    ConnectionFault(
      slot: slot, at: .start, kind: kind, afterSegment: segment, target: target,
      occasion: occasion)
  }

  private func announcement(_ node: UInt16, _ number: UInt16 = 1, isFirst: Bool = false)
    -> Announcement
  {
    Announcement(node: APINodeID(node), number: number, isFirst: isFirst, isRefresh: false)
  }

  @Test("An announce arrives after one way, its answer after another, each with its own luck")
  func plain() throws {
    var network = try Self.network()
    var ports = NetworkRecorder()
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    network.handle(.responseSent(announcement(1), status: 201), through: &ports)
    network.handle(.responseSent(announcement(2), status: 400), through: &ports)
    #expect(ports.arrivals.count == 1 && ports.answers.map(\.outcome) == [.stored, .rejected])
    #expect(ports.arrivals[0].at != ports.answers[0].at)
    #expect(ports.arrivals[0].at > .start && ports.arrivals[0].at < .start + .milliseconds(5))
    #expect(network.hits.isEmpty && network.firstCutAt == nil)
  }

  @Test(
    "Each fault cuts what it says, and the node sees what Python's http.client would raise",
    arguments: [
      (.fin, .finBoth, .remoteDisconnected), (.rst, .resetBoth, .connectionReset),
      (.finClientResetServer, .finClientResetServer, .remoteDisconnected),
      (.finClientServerLeftOpen, .finClientServerLeftOpen, .remoteDisconnected),
      (.reframedEmpty, .reframedEmpty, .remoteDisconnected),
      (.reframedChunkedEnded, .reframedChunkedEnded, .remoteDisconnected),
      (.reframedChunkedCut, .reframedChunkedCut, .remoteDisconnected),
    ] as [(ConnectionFault.Kind, Etcd.Middlebox, AnnounceOutcome)])
  func cuts(kind: ConnectionFault.Kind, box: Etcd.Middlebox, outcome: AnnounceOutcome) throws {
    for (segment, forwards) in [.nothing, .head, .everything].enumerated()
      as EnumeratedSequence<[Etcd.Middlebox.Forwarding]>
    {
      // With the whole request handed on that box is the one that loses the response.
      guard kind != .finClientServerLeftOpen || forwards != .everything else { continue }
      var network = try Self.network(faults: [Self.fault(kind, segment: segment)])
      var ports = NetworkRecorder()
      ports.now = second(9)
      network.handle(.connectionOpened(announcement(1)), through: &ports)
      #expect(ports.arrivals.isEmpty)
      // What reaches nobody is no message: neither a byte nor an end.
      let isReached = segment > 0 || box.endTowardsServer != .open
      #expect(ports.cuts.count == (isReached ? 1 : 0))
      for cut in ports.cuts {
        var expected = box
        expected.forwards = forwards
        #expect(cut.box == expected && ports.answers[0].at > cut.at)
      }
      // Head and body both come when the end is there before either: the body meets a reset.
      #expect(ports.answers.map(\.outcome) == [segment == 0 ? .connectionReset : outcome])
      #expect(network.firstCutAt == second(9) && network.hits(since: second(10)) == 0)
    }
  }

  @Test("A sender that is closed one way hears the server's answer, whatever it is")
  func halfClosed() throws {
    var network = try Self.network(faults: [Self.fault(.halfClosed)])
    var ports = NetworkRecorder()
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    #expect(ports.cuts.map(\.box) == [.halfClosed] && ports.answers.isEmpty)
    for (status, outcome) in [
      (400, .rejected), (201, .stored), (0, .remoteDisconnected), (500, .rejected),
    ] as [(UInt16, AnnounceOutcome)] {
      network.handle(.responseSent(announcement(1), status: status), through: &ports)
      #expect(ports.answers.last?.outcome == outcome)
    }
  }

  @Test("In one segment nothing can be cut off after it")
  func oneSegment() throws {
    let configuration = try reading(#"{ "announce": { "segments": 1 } }"#) {
      Network.Configuration(reading: &$0)
    }
    var network = Network(
      configuration: configuration, faults: [Self.fault(.fin, segment: 2)], seed: 1)
    var ports = NetworkRecorder()
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    #expect(ports.cuts.map(\.box.forwards) == [.everything])
  }

  @Test("A lost response stores the value, but the node sees RemoteDisconnected, once")
  func responseLost() throws {
    var network = try Self.network(faults: [Self.fault(.responseLost)])
    var ports = NetworkRecorder()
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    #expect(ports.arrivals.count == 1 && ports.cuts.isEmpty && ports.answers.isEmpty)
    network.handle(.responseSent(announcement(2), status: 200), through: &ports)
    network.handle(.responseSent(announcement(1), status: 201), through: &ports)
    network.handle(.responseSent(announcement(1), status: 201), through: &ports)
    #expect(ports.answers.map(\.outcome) == [.stored, .remoteDisconnected, .stored])
  }

  @Test("What is not forwarded never arrives, half-open is silence, a duplicate arrives twice")
  func others() throws {
    var ports = NetworkRecorder()
    for kind in [ConnectionFault.Kind.nothingForwarded, .halfOpen, .duplicate] {
      var network = try Self.network(faults: [Self.fault(kind)])
      network.handle(.connectionOpened(announcement(1)), through: &ports)
      #expect(ports.arrivals.count == (kind == .duplicate ? 2 : 0))
    }
    #expect(ports.answers.map(\.outcome) == [.remoteDisconnected, .timedOut])
    #expect(ports.answers[1].at == second(10))
  }

  @Test(
    "A way that goes dead after a segment lets through what came before; the node hears nothing",
    arguments: [(0, nil), (1, .head), (2, .everything)] as [(Int, Etcd.Middlebox.Forwarding?)])
  func halfOpen(segment: Int, forwards: Etcd.Middlebox.Forwarding?) throws {
    var network = try Self.network(faults: [Self.fault(.halfOpen, segment: segment)])
    var ports = NetworkRecorder()
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    #expect(ports.cuts.map(\.box.forwards) == (forwards.map { [$0] } ?? []))
    for cut in ports.cuts {
      #expect(!cut.box.passesAnswer && cut.box.endTowardsServer == .open)
      #expect(cut.at > .start && cut.at < .start + .milliseconds(5))
    }
    #expect(ports.arrivals.isEmpty)
    #expect(ports.answers.map(\.outcome) == [.timedOut])
    #expect(ports.answers.map(\.at) == [second(10)])
  }

  @Test("A fault hits its target only, from when it is armed, and the n-th only once")
  func occasions() throws {
    let faults = [
      Self.fault(.fin, target: .newNodes, .nth(2)),
      Self.fault(.rst, slot: 1, target: .node(5), .nth(1)),
    ].map { fault in
      var fault = fault
      fault.at = second(60)
      return fault
    }
    var network = try Self.network(faults: faults)
    var ports = NetworkRecorder()
    func send(_ node: UInt16, isFirst: Bool = false) -> Bool {
      let before = network.hits.count
      network.handle(.connectionOpened(announcement(node, isFirst: isFirst)), through: &ports)
      return network.hits.count > before
    }
    #expect(!send(5) && !send(6, isFirst: true) && !send(7, isFirst: true))
    ports.now = second(60)
    #expect(!send(8, isFirst: true) && !send(9) && !send(4))
    #expect(send(9, isFirst: true), "the second first announce since it is armed")
    #expect(!send(10, isFirst: true))
    #expect(send(5) && !send(5))
    #expect(ports.cuts.map(\.box) == [.finBoth, .resetBoth])
  }

  @Test("A fault by chance hits that share of the announces, again and again")
  func chance() throws {
    let shares = try (0..<20 as Range<UInt64>).map { seed in
      var network = try Self.network(
        faults: [Self.fault(.fin, .chance(.percent(5)))], seed: seed)
      var ports = NetworkRecorder()
      for node in 0..<1_000 as Range<UInt16> {
        network.handle(.connectionOpened(announcement(node)), through: &ports)
      }
      return Double(network.hits.count) / 1_000
    }
    let interval = Interval(of: shares)
    #expect(interval.contains(0.05), "\(interval)")
    #expect(interval.isSharp(0.05, within: 0.2), "\(interval)")
  }

  @Test("Loss delays by retransmission time-outs that double, as often as it strikes")
  func loss() throws {
    var network = try Self.network(
      #"{ "loss": "20%", "retransmissionTimeout": "200ms", "latency": { "sigma": 0 } }"#)
    var ports = NetworkRecorder()
    for node in 0..<5_000 as Range<UInt16> {
      network.handle(.connectionOpened(announcement(node)), through: &ports)
    }
    let losses = ports.arrivals.map { arrival -> Int in
      let extra = ((arrival.at - .start) - .microseconds(500)).nanoseconds
      // 0, 0.2, 0.6, 1.4 s: a loss more doubles the last wait.
      return (0..<8).first { 200_000_000 * ((1 << Int64($0)) - 1) == extra } ?? -1
    }
    #expect(!losses.contains(-1))
    for (count, share) in [(0, 0.8), (1, 0.16), (2, 0.032)] {
      let found = Double(losses.filter { $0 == count }.count)
      #expect(abs(found - 5_000 * share) < 4 * (5_000 * share * (1 - share)).squareRoot())
    }
  }

  private static func link(
    _ extra: Duration = .zero, loss: UInt32 = 0, isCut: Bool = false, isOver: Bool = false
  ) -> Network.Event {
    let fault: LinkFault =
      isCut ? .partition : loss > 0 ? .loss(parts: loss) : .delay(extra)
    return .linkChanged(fault, on: .apiToEtcd, isOver: isOver)
  }

  @Test("Faults of the link add up, and each takes away what it brought when it heals")
  func linkFaults() throws {
    var network = try Self.network(#"{ "latency": { "sigma": 0 } }"#)
    var ports = NetworkRecorder()
    func arrival(_ node: UInt16) -> Duration? {
      let before = ports.arrivals.count
      network.handle(.connectionOpened(announcement(node)), through: &ports)
      return ports.arrivals.count > before ? ports.arrivals[before].at - .start : nil
    }
    network.handle(Self.link(.seconds(1)), through: &ports)
    network.handle(Self.link(.seconds(2)), through: &ports)
    #expect(arrival(1) == .microseconds(3_000_500))
    network.handle(Self.link(.seconds(1), isOver: true), through: &ports)
    #expect(arrival(2) == .microseconds(2_000_500))
    network.handle(Self.link(isCut: true), through: &ports)
    network.handle(Self.link(isCut: true), through: &ports)
    #expect(arrival(3) == nil)
    network.handle(.responseSent(announcement(1), status: 201), through: &ports)
    #expect(ports.answers.map(\.outcome) == [.timedOut, .timedOut])
    network.handle(.deregistrationSent(APINodeID(4)), through: &ports)
    #expect(ports.deregistrations.isEmpty, "a cut link loses a deregistration")
    network.handle(Self.link(isCut: true, isOver: true), through: &ports)
    #expect(arrival(4) == nil)
    network.handle(Self.link(isCut: true, isOver: true), through: &ports)
    #expect(arrival(5) == .microseconds(2_000_500))
    network.handle(.deregistrationSent(APINodeID(4)), through: &ports)
    #expect(ports.deregistrations.map(\.at) == [.start + .microseconds(2_000_500)])
    network.handle(Self.link(.seconds(2), isOver: true), through: &ports)
    #expect(arrival(6) == .microseconds(500))
  }

  @Test("Two lossy faults lose what either would, and a healed one leaves the other's")
  func lossesTogether() throws {
    var network = try Self.network(#"{ "latency": { "sigma": 0 } }"#)
    func lost(_ nodes: Range<UInt16>) -> Double {
      var ports = NetworkRecorder()
      for node in nodes { network.handle(.connectionOpened(announcement(node)), through: &ports) }
      let late = ports.arrivals.filter { $0.at > .start + .milliseconds(100) }.count
      return Double(late) / Double(nodes.count)
    }
    var ports = NetworkRecorder()
    network.handle(Self.link(loss: 200_000), through: &ports)
    network.handle(Self.link(loss: 500_000), through: &ports)
    #expect(abs(lost(0..<4_000) - 0.6) < 0.04)
    network.handle(Self.link(loss: 500_000, isOver: true), through: &ports)
    #expect(abs(lost(4_000..<8_000) - 0.2) < 0.03)
    network.handle(Self.link(loss: 200_000, isOver: true), through: &ports)
    #expect(lost(8_000..<9_000) == 0)
  }

  @Test("A node waits no longer than its time-out, however slow the link is")
  func slowLink() throws {
    var network = try Self.network()
    var ports = NetworkRecorder()
    network.handle(Self.link(.seconds(6)), through: &ports)
    network.handle(.connectionOpened(announcement(1)), through: &ports)
    #expect(ports.answers.map(\.outcome) == [.timedOut])
    #expect(ports.answers.map(\.at) == [second(10)])
    #expect(ports.arrivals.count == 1, "it arrives all the same")
  }
}

extension NetworkTests {
  fileprivate static func network(faults: [ConnectionFault], seed: UInt64 = 1) throws -> Network {
    try network("{}", faults, seed: seed)
  }
}
