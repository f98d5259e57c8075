import SimulationKernel
import Systems

/// The model of an etcd member with a clock and its sweep, driven with the bytes of whole requests.
struct EtcdServerDriver {
  static let form = "application/x-www-form-urlencoded"
  /// etcd's sweep of keys whose time is up.
  static let sweep = Duration.milliseconds(500)

  var store: Etcd.Keyspace
  private(set) var now = Instant.start
  private var traffic = Etcd.Traffic()
  /// Every delivery to a watcher since the last emptying, in order.
  var deliveries: [Etcd.Delivery] = []
  /// Nil when whoever drives the server sweeps.
  private var nextSweep: Instant?

  /// A server whose index is `index` and whose first sweep comes after `phase`; with none, keys stay
  /// until `sweep(at:)`.
  init(index: UInt64, phase: Duration?) {
    store = Etcd.Keyspace(index: index)
    nextSweep = phase.map { Instant.start + $0 }
  }

  /// Lets time pass, with every sweep that falls into it.
  mutating func advance(to instant: Instant) {
    while var tick = nextSweep, tick <= instant {
      // Sweeps that find nothing are passed over: a recording may wait for months.
      let due = min(store.nextExpiry ?? instant, instant)
      if due > tick {
        let idle = (due - tick).nanoseconds / Self.sweep.nanoseconds
        tick = tick + Self.sweep * idle
      }
      sweep(at: tick)
      nextSweep = tick + Self.sweep
    }
    if instant > now { now = instant }
  }

  /// Ends every key whose time is up.
  mutating func sweep(at instant: Instant) {
    var output = Etcd.Output()
    store.expireKeys(at: instant, into: &output)
    deliveries += output.deliveries
  }

  mutating func advance(by span: Duration) { advance(to: now + span) }

  /// Sends one request on a connection of its own; nil when etcd's API did not answer it.
  mutating func request(
    _ method: String, _ path: String, fields: [(String, String)]? = nil
  ) -> Etcd.Response? {
    if case .etcd(let response)? = reply(to: method, path, fields: fields)?.body {
      return response
    }
    return nil
  }

  /// What the HTTP server answers to one request on a connection of its own.
  mutating func reply(
    to method: String, _ path: String, fields: [(String, String)]?
  ) -> Etcd.Reply? {
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    let body = fields.map { Self.encoded($0) }
    let head = Self.head(
      method, "/v2/keys" + path, contentType: body == nil ? nil : Self.form,
      length: body?.utf8.count ?? 0)
    traffic.removeAll()
    connection.receive((head + (body ?? "")).utf8, store: &store, now: now, into: &traffic)
    deliveries += traffic.output.deliveries
    for case .reply(let reply) in traffic.sent { return reply }
    return nil
  }

  /// Lets somebody else change keys that are not looked at.
  mutating func changeElsewhere(times: Int64) {
    for _ in 0..<times { _ = request("PUT", "/elsewhere", fields: [("value", "")]) }
  }

  static func head(
    _ method: String, _ target: String, contentType: String?, length: Int, extra: String = ""
  ) -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n"
      + (contentType.map { "Content-Type: \($0)\r\n" } ?? "") + extra + "\r\n"
  }

  /// Fields as Python's `urlencode` writes them.
  static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { escaped($0.0) + "=" + escaped($0.1) }.joined(separator: "&")
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        result.append(byte)
      case UInt8(ascii: " "): result.append(UInt8(ascii: "+"))
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
