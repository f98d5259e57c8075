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

  /// From a change to its first watcher, and for each further one, in milliseconds.
  private static let (fanOutBase, fanOutPerWatcher) = (3.0, 0.02)
  /// How many times longer or shorter it may take on another machine.
  private static let fanOutFactor = 4.0
  /// Descriptors that etcd keeps for itself, and how many of them it may have in use.
  private static let (ownDescriptors, ownSlack): (Int64, Int64) = (150, 5)

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
    let modelled = fanOutPerWatcher * Double(crowd.watchers)
    let (least, most) = (modelled / fanOutFactor, (fanOutBase + modelled) * fanOutFactor)
    if last < least || last > most {
      differences.add(
        "last_ms", expected: .number(last), got: .string("\(least) to \(most) ms"))
    }
  }

  /// No cap but descriptors; whoever comes behind it hangs, and takes the place of one who leaves.
  private static func compare(
    _ limit: EtcdSemantics.DescriptorLimit, _ differences: inout Differences
  ) {
    differences.compare("tcp_connected", limit.connected, limit.attempted)
    differences.compare("connect_errors", limit.failures, 0)
    let places = max(0, limit.limit - ownDescriptors)
    let taken = min(limit.attempted, places)
    differences.compare(
      "watch_established_(headers_received)", limit.established, taken,
      tolerance: UInt64(ownSlack))
    let waiting = max(0, limit.attempted - limit.established)
    let isFull = waiting > 0
    differences.compare(
      "queued_watchers_served_after_5_closed", limit.served, min(waiting, limit.freed))
    let hangsOn = waiting > limit.freed
    for (name, said, hangs) in zip3(
      [
        "put_before", "put_while_cap_reached", "put_after_5_closed", "put_after_all_closed",
      ], limit.puts, [false, isFull, hangsOn, false])
    {
      let isAsModelled =
        hangs ? said.hasPrefix("TimeoutError after ") : ["status 200", "status 201"].contains(said)
      if !isAsModelled {
        differences.add(
          name, expected: .string(said), got: hangs ? "no answer" : "status 200 or 201")
      }
    }
  }

  private static func zip3(
    _ names: [String], _ said: [String], _ hangs: [Bool]
  ) -> [(String, String, Bool)] {
    zip(names, zip(said, hangs)).map { ($0, $1.0, $1.1) }
  }
}
