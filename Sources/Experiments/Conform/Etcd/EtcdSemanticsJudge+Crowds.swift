import SimulationKernel
import Systems

/// Rules and bounds on what a recorder measured of many expiries and many watchers.
extension EtcdSemanticsJudge {
  // MARK: Expiries

  static func compare(
    _ figures: EtcdSemantics.LatenessFigures, _ sorted: [Double],
    _ differences: inout Differences
  ) {
    differences.compare("n", figures.count, Int64(sorted.count))
    guard let first = sorted.first, let last = sorted.last else { return }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    // Samples and figures are rounded to the millisecond.
    for (name, recorded, found) in [
      ("min", figures.min, first), ("median", figures.median, sorted[sorted.count / 2]),
      ("mean", figures.mean, mean), ("max", figures.max, last),
    ] where (recorded - found).magnitude > 0.0011 {
      differences.add(name, expected: .number(recorded), got: .number(found))
    }
  }

  /// A key of the walk with a TTL and its end, with other changes in between.
  func compare(expiry event: EtcdAnswer, _ differences: inout Differences) {
    let key = event.node?.key ?? ""
    if !recording.steps.isEmpty, !key.hasPrefix(prefix + "/ttl/k"), key != prefix + "/poll" {
      differences.add("node.key", expected: .string(key), got: .string(prefix + "/ttl/k…"))
    }
    let created = event.prevNode?.createdIndex ?? 1
    var server = EtcdServerDriver(index: UInt64(clamping: created - 1), phase: .zero)
    _ = server.request("GET", key + "?wait=true&recursive=true")
    _ = server.request("PUT", key, fields: [("value", "v"), ("ttl", "2")])
    server.deliveries = []
    _ = server.request("GET", key + "?wait=true&recursive=true")
    let others = (event.node?.modifiedIndex ?? 0) - created - 1
    if (1...Self.othersMax) ~= others { server.changeElsewhere(times: others) }
    server.advance(by: .seconds(3))
    var expired = server.deliveries.first.map { EtcdAnswer($0.event, base: 0, in: server.store) }
    expired?.status = nil
    event.compare(with: expired ?? EtcdAnswer(), at: "", into: &differences)
  }

  // MARK: Watchers

  /// How many times longer or shorter it may take on another machine.
  private static let fanOutFactor = 4.0
  /// How many descriptors of its own etcd may have in use more or less.
  private static let ownSlack: UInt64 = 5

  mutating func judgeCrowds() {
    if let crowds = recording.crowds {
      judge("many_watchers", crowds.count) { _, step, differences in
        Self.compare(crowds[step], &differences)
        return "\(crowds[step].watchers) \(crowds[step].isStream ? "streams" : "long polls")"
      }
    }
    for limit in recording.descriptorLimits {
      judge("fd_limit_\(limit.limit)") { _, _, differences in
        Self.compare(limit, &differences)
        return "\(limit.attempted) watchers"
      }
    }
  }

  private static func compare(_ crowd: EtcdSemantics.Crowd, _ differences: inout Differences) {
    var store = Etcd.Keyspace()
    var output = Etcd.Output()
    let key = store.intern("/w/key")
    for _ in 0..<crowd.watchers {
      _ = try? store.watch(key, isRecursive: false, isStream: crowd.isStream)
    }
    _ = try? store.set(key, to: .empty, now: .start, into: &output)
    differences.compare("connect_failures", crowd.failures, 0)
    differences.compare("headers_received", crowd.accepted, crowd.watchers)
    differences.compare("notified", crowd.notified, Int64(output.deliveries.count))
    guard let last = crowd.latencies.last else { return }
    if crowd.latencies != crowd.latencies.sorted() {
      differences.add(
        "first_ms to last_ms", expected: .array(crowd.latencies.map { .number($0) }),
        got: "in order")
    }
    let fanOut = Etcd.FanOut.recorded
    let modelled = fanOut.delay(ofWatcher: Int(crowd.watchers))
    let least = (modelled - fanOut.base).seconds * 1_000 / fanOutFactor
    let most = modelled.seconds * 1_000 * fanOutFactor
    if last < least || last > most {
      differences.add(
        "last_ms", expected: .number(last), got: .string("\(least) to \(most) ms"))
    }
  }

  /// No cap but descriptors; whoever comes behind it hangs, and takes the place of one who leaves.
  private static func compare(
    _ limit: EtcdSemantics.DescriptorLimit, _ differences: inout Differences
  ) {
    let (watchers, leaving) = (Int(limit.attempted), Int(limit.freed))
    var server = CrowdedServer(
      places: CrowdedServer.Listener.limit(descriptors: Int(limit.limit)), watchers: watchers,
      leaving: leaving)
    differences.compare("tcp_connected", limit.connected, limit.attempted)
    differences.compare("connect_errors", limit.failures, 0)
    differences.compare(
      "watch_established_(headers_received)", limit.established, server.established,
      tolerance: ownSlack)
    let slack = (limit.established - server.established).magnitude
    if limit.established < limit.attempted, slack > 0, slack <= ownSlack {
      // With the descriptors that this etcd had, to the last one.
      server = CrowdedServer(
        places: Int(limit.established), watchers: watchers, leaving: leaving)
    }
    differences.compare("queued_watchers_served_after_5_closed", limit.served, server.served)
    let names = [
      "put_before", "put_while_cap_reached", "put_after_5_closed", "put_after_all_closed",
    ]
    for (name, (said, hangs)) in zip(names, zip(limit.puts, server.announcesHang)) {
      let isAsModelled =
        hangs ? said.hasPrefix("TimeoutError after ") : ["status 200", "status 201"].contains(said)
      if !isAsModelled {
        differences.add(
          name, expected: .string(said), got: hangs ? "no answer" : "status 200 or 201")
      }
    }
  }
}

/// What the recorder of a descriptor limit did, to the listener of the model.
private struct CrowdedServer {
  enum Client { case watcher, announce }
  typealias Listener = Etcd.Listener<Client>

  private var listener: Listener
  /// Watchers that were taken before the first left.
  private(set) var established: Int64 = 0
  /// Whether each announce had to wait.
  private(set) var announcesHang: [Bool] = []
  /// Watchers that waited and were served when others had left.
  private(set) var served: Int64 = 0

  /// - Parameters:
  ///   - places: Connections that may stand.
  ///   - watchers: How many come.
  ///   - leaving: How many of them leave before all do.
  init(places: Int, watchers: Int, leaving: Int) {
    listener = Listener(limit: places)
    announce()
    for _ in 0..<watchers {
      if listener.isFull { listener.wait(.watcher) } else { listener.open() }
    }
    established = Int64(listener.standing)
    announce()
    leave(leaving)
    while let client = listener.acceptNext() {
      switch client {
      case .announce: listener.openBriefly()
      case .watcher:
        listener.open()
        served += 1
      }
    }
    announce()
    leave(.max)
    // Whoever still waits has left as well: nobody opens anything.
    while listener.acceptNext() != nil {}
    announce()
  }

  private mutating func announce() {
    announcesHang.append(listener.isFull)
    if listener.isFull { listener.wait(.announce) } else { listener.openBriefly() }
  }

  private mutating func leave(_ count: Int) {
    for _ in 0..<min(count, listener.standing) { listener.close() }
  }
}
