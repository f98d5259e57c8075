import Scenarios

extension RecordingReader {
  /// Of all lateness together.
  mutating func latenessFigures(_ part: DocumentValue) -> EtcdSemantics.LatenessFigures {
    func seconds(_ name: String, _ reader: inout Self) -> Double {
      reader.required(part, name).flatMap {
        reader.asNumber($0, name, in: -1_000_000...1_000_000)
      } ?? 0
    }
    return EtcdSemantics.LatenessFigures(
      count: integer(part, "n", in: counts), min: seconds("min", &self),
      median: seconds("median", &self), mean: seconds("mean", &self), max: seconds("max", &self))
  }

  mutating func crowd(_ value: DocumentValue) -> EtcdSemantics.Crowd {
    let times = ["first_ms", "p50_ms", "p99_ms", "last_ms"]
    close(
      value,
      known: [
        "watchers", "mode", "connect_failures", "headers_received", "setup_s", "notified",
        "put_response_ms", "etcd_cpu_s_for_event", "etcd_rss_mb_before_after", "etcd_fds",
      ] + times)
    expectLoads(value)
    let most: ClosedRange<Int64> = 0...200_000
    let mode = text(value, "mode")
    if let place = field(value, "mode"), !["stream", "longpoll"].contains(mode) {
      unknown(mode, at: place.location, among: ["stream", "longpoll"], called: "mode")
    }
    let notified = integer(value, "notified", in: most)
    var latencies: [Double] = []
    // Nobody was told, so there is no first one.
    for name in times where notified > 0 {
      guard let time = required(value, name) else { continue }
      latencies += [asNumber(time, name, in: 0...1e9)].compactMap(\.self)
    }
    return EtcdSemantics.Crowd(
      watchers: integer(value, "watchers", in: most),
      failures: integer(value, "connect_failures", in: most),
      accepted: integer(value, "headers_received", in: most), isStream: mode == "stream",
      notified: notified, latencies: latencies)
  }

  /// How much memory and time etcd took is of the machine that recorded it, and not judged.
  private mutating func expectLoads(_ value: DocumentValue) {
    expectNumbers(value, ["setup_s", "put_response_ms", "etcd_cpu_s_for_event"])
    // Null where the recorder was not told which process is etcd.
    expect(value, ["etcd_fds"])
    if let count = value["etcd_fds"] { expectCount(count, "etcd_fds") }
    let name = "etcd_rss_mb_before_after"
    let sizes = list(value, name)
    if sizes.count != 2, let place = field(value, name), place.elements != nil {
      wrong(place, name, "a list of two sizes")
    }
    for size in sizes { expectCount(size, name) }
  }

  /// The number in a name such as `fd_limit_400`.
  static func descriptorLimit(of name: String) -> Int64? {
    let prefix = "fd_limit_"
    guard name.hasPrefix(prefix), let limit = Int64(name.dropFirst(prefix.count)) else {
      return nil
    }
    return (1...1_000_000).contains(limit) ? limit : nil
  }

  mutating func descriptorLimit(
    _ value: DocumentValue, _ limit: Int64
  ) -> EtcdSemantics.DescriptorLimit {
    let puts = [
      "put_before", "put_while_cap_reached", "put_after_5_closed", "put_after_all_closed",
    ]
    let (established, served) = (
      "watch_established_(headers_received)", "queued_watchers_served_after_5_closed"
    )
    close(
      value,
      known: ["attempted", "tcp_connected", "connect_errors", established, served] + puts)
    return EtcdSemantics.DescriptorLimit(
      limit: limit, attempted: integer(value, "attempted", in: counts),
      connected: integer(value, "tcp_connected", in: counts),
      failures: integer(value, "connect_errors", in: counts),
      established: integer(value, established, in: counts), freed: 5,
      served: integer(value, served, in: counts), puts: puts.map { text(value, $0) })
  }
}
