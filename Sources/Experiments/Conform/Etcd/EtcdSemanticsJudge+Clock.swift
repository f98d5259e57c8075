import SimulationKernel
import Systems

/// What does not follow from the walk before it: times and crowds.
extension EtcdSemanticsJudge {
  /// Seconds that a recorded instant may be off: those of a client, taken around a request.
  private static let slack = 0.1

  mutating func judgeTimes() {
    let sweep = EtcdServerDriver.sweep.seconds
    if let lateness = recording.lateness {
      judge("ttl_lateness", lateness.count) { _, step, differences in
        let seconds = lateness[step]
        if seconds < -Self.slack || seconds > sweep + Self.slack {
          differences.add(
            "lateness", expected: .number(seconds), got: .string("0 to \(sweep) s"))
        }
        return "expiry"
      }
      if let figures = recording.latenessFigures {
        judge("ttl_lateness figures") { _, _, differences in
          Self.compare(figures, lateness.sorted(), &differences)
          return "all expiries"
        }
      }
    }
    if let event = recording.sampleExpiry {
      judge("ttl_lateness sample_event") { judge, _, differences in
        judge.compare(expiry: event, &differences)
        return "expiry"
      }
    }
    if let ticks = recording.ticks {
      // All expiries fall on one tick: at most the slack from the first one, either way.
      let (period, slack) = (Int64(sweep * 1_000), Int64(Self.slack * 1_000))
      // Of every key of which there is a sample, and of the one that is read again and again.
      let keys = (recording.lateness?.count ?? 0) + 1
      judge("ttl_lateness expiry_instants_mod_500ms", ticks.count + 1) { _, step, differences in
        guard step < ticks.count else {
          differences.compare("instants", Int64(ticks.count), Int64(keys))
          return "all expiries"
        }
        let place = ((ticks[step] % period) + period) % period
        if min(place, period - place) > slack {
          differences.add("instant", expected: .integer(ticks[step]), got: 0)
        }
        return "expiry"
      }
    }
    guard let readings = recording.readings else { return }
    judge("ttl_poll_transitions", readings.count) { _, step, differences in
      Self.compare(readings[step], &differences)
      return "read after \(readings[step].seconds) s"
    }
  }

  /// A key with a TTL of two seconds, read again and again.
  private static func compare(_ reading: EtcdSemantics.Reading, _ differences: inout Differences) {
    guard let read = Duration(representableSeconds: reading.seconds),
      let early = Duration(representableSeconds: reading.seconds - slack)
    else { return }
    // The recorder's clock starts before the request that sets the key.
    var shown: [Int64?] = []
    for age in [early, read] {
      var server = EtcdServerDriver(index: 1, phase: .zero)
      _ = server.request("PUT", "/poll", fields: [("value", "v"), ("ttl", "2")])
      // The sweep may come at once or half a second later.
      for extra in [Duration.zero, EtcdServerDriver.sweep] {
        let now = Instant.start + max(.zero, age)
        var branch = server
        branch.advance(to: now - min(extra, now.elapsed(since: .start)))
        let key = branch.store.intern("/poll")
        let node = branch.store.node(at: key)
        shown.append(node.map { max(0, $0.ttl(at: now) ?? 0) })
      }
    }
    let recorded = reading.errorCode == nil ? reading.ttl : nil
    guard !shown.contains(recorded) else { return }
    let keyNotFound = Int64(Etcd.Failure.Code.keyNotFound.rawValue)
    let isGone = shown.last == .some(nil)
    differences.compare("ttl", recorded, shown.last ?? nil)
    differences.compare("errorCode", reading.errorCode, isGone ? keyNotFound : nil)
  }

  // MARK: Watchers

  mutating func judgeWatchers() {
    if let reader = recording.slowReader { judge(reader) }
    if let streams = recording.streams {
      judge("stream_with_waitIndex", streams.count) { _, step, differences in
        Self.compare(streams[step], &differences)
        return streams[step].name
      }
    }
    judgeCrowds()
  }

  private mutating func judge(_ reader: EtcdSemantics.SlowReader) {
    judge("slow_stream_reader") { _, _, differences in
      var store = Etcd.Keyspace()
      var output = Etcd.Output()
      let key = store.intern("/slow")
      let start = try? store.watch(key, isRecursive: false, isStream: true, isPaced: true)
      for _ in 0..<reader.written {
        _ = try? store.set(key, to: .empty, now: .start, into: &output)
      }
      // How much the sockets between them hold is not modelled: those events were sent as well.
      let least = Int64(output.deliveries.count)
      if reader.received < least || (least < reader.written && reader.received >= reader.written) {
        differences.add(
          "events_received", expected: .integer(reader.received),
          got: .string("\(least) or more, not all"))
      }
      var isDropped = true
      if case .waiting(let watch)? = start { isDropped = !store.isWaiting(watch) }
      // Nothing tells the reader: its answer goes on without an end.
      let isEnded = output.deliveries.contains { $0.isLast }
      differences.compare("connection_end", reader.end, isEnded ? "end" : "timeout")
      differences.compare("deaf afterwards", reader.isDeafAfterwards, isDropped)
      return "stream whose reader stops"
    }
  }

  /// Three changes, then a stream from one of them or from the next, then two more changes.
  private static func compare(_ stream: EtcdSemantics.Stream, _ differences: inout Differences) {
    let (first, past) = (101, 3)
    var server = EtcdServerDriver(index: UInt64(first - 1), phase: .milliseconds(100))
    for value in 1...past { _ = server.request("PUT", "/w/k", fields: [("value", "\(value)")]) }
    let since = stream.isFuture ? first + past : first
    let response = server.request("GET", "/w/k?wait=true&stream=true&waitIndex=\(since)")
    var values: [String] = []
    var watch: Etcd.WatchID?
    switch response?.body {
    case .watching(.replayed(let event)):
      values.append(event.node.value.map { server.store.text(of: $0) } ?? "")
    case .watching(.waiting(let id)): watch = id
    default: break
    }
    server.deliveries = []
    var isClosed = false
    for value in [past + 1, past + 2] {
      _ = server.request("PUT", "/w/k", fields: [("value", "\(value)")])
    }
    for delivery in server.deliveries where delivery.watch == watch {
      values.append(delivery.event.node.value.map { server.store.text(of: $0) } ?? "")
      isClosed = isClosed || delivery.isLast
    }
    differences.compare("values_received", stream.values, values)
    differences.compare("connection_closed_by_server", stream.isClosed, isClosed)
  }
}
