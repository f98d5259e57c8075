import Scenarios
import SimulationKernel

extension EtcdCluster {
  public enum ContentType: String, CaseIterable, Sendable {
    case form, none
  }

  public enum TTLPlace: String, CaseIterable, Sendable {
    case query, body
  }

  /// Parameters of the etcd cluster and of the announces it gets (`etcd.*`, `announce.*`).
  public struct Configuration: Sendable {
    public var formErrorPolicy: Etcd.FormErrorPolicy
    public var sweep: Duration
    public var historyLength: Int
    public var fanOut: Etcd.FanOut
    public var connections: Int
    public var writeTime: Duration
    public var listTimePerEntry: Duration
    public var members: Int
    public var election: Duration
    public var slowDisk: Double
    public var ttl: Int
    public var contentType: ContentType
    public var ttlIn: TTLPlace

    /// What a write takes while a disk is slow.
    var slowedWriteTime: Duration { Duration(seconds: writeTime.seconds * slowDisk) }

    public init(reading reader: inout ParameterReader) {
      formErrorPolicy = reader.choice(
        "etcd.formErrorPolicy", default: .acceptEmpty,
        .postmortem("an incomplete form was stored as an empty value; etcd 3.4.23 answers 400"),
        "What the server does with a form whose body ends early: acceptEmpty stores the empty text, reject400 refuses it; the others read bodies as the recorded Go handler of that name (checkFirstError refuses, readAllCheck and readAllIgnore take the bare body for the value)"
      )
      sweep = reader.duration(
        "etcd.sweep", default: .milliseconds(500), in: .milliseconds(10) ... .seconds(60),
        .recorded("etcd_v2_semantics"), "Interval of the sweep that expires keys")
      historyLength = reader.integer(
        "etcd.historyLength", default: 1_000, in: 1...1_000_000, unit: "events",
        .recorded("etcd_v2_semantics"), "Events that a late watcher can still get")
      let toFirst = reader.duration(
        "etcd.fanout.base", default: Etcd.FanOut.recorded.base, in: .zero ... .seconds(10),
        .recorded("etcd_v2_semantics"), "From a change to its first watcher")
      let toNext = reader.duration(
        "etcd.fanout.perWatcher", default: Etcd.FanOut.recorded.perWatcher,
        in: .zero ... .milliseconds(100), .recorded("etcd_v2_semantics"),
        "Server time per watcher that is told of a change")
      fanOut = Etcd.FanOut(base: toFirst, perWatcher: toNext)
      connections = reader.integer(
        "etcd.connections", default: EtcdCluster.Listener.limit(descriptors: 65_536),
        in: 100...1_000_000, unit: "connections",
        .assumption("descriptor limit of 65,536 less 150"),
        "Connections that the server can hold; more hang without an answer")
      writeTime = reader.duration(
        "etcd.writeTime", default: .microseconds(200), in: .zero ... .seconds(10), .assumption(),
        "Server time of a write")
      listTimePerEntry = reader.duration(
        "etcd.listTimePerEntry", default: .nanoseconds(100), in: .zero ... .milliseconds(10),
        .assumption(), "Server time per entry of a listing")
      members = reader.integer(
        "etcd.members", default: 3, in: 1...5, unit: "members", .assumption(),
        "Members of the cluster")
      election = reader.duration(
        "etcd.election", default: .seconds(2), in: .seconds(1) ... .seconds(3), .assumption(),
        "How long writes and expiry stop when the leader is lost")
      slowDisk = reader.number(
        "etcd.slowDisk", default: 50, in: 1...10_000, unit: "times", .assumption(),
        "How much longer a write takes during a slow-disk fault")
      let lifetime = reader.duration(
        "announce.ttl", default: .seconds(60), in: .seconds(1) ... .hours(24),
        .postmortem("That key has a 60 second TTL"), "TTL of an announced key, in whole seconds")
      let (seconds, rest) = lifetime.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      if rest != 0 {
        reader.fail(
          "announce.ttl", "'announce.ttl' is \(lifetime), and etcd takes whole seconds",
          kind: .outOfRange)
      }
      ttl = Int(seconds)
      contentType = reader.choice(
        "announce.contentType", default: .form, .recorded("etcd_truncated_put"),
        "Content-Type of an announce")
      ttlIn = reader.choice(
        "announce.ttlIn", default: .query, .assumption("decides whether an empty key expires"),
        "Where an announce carries its TTL")
    }
  }
}
