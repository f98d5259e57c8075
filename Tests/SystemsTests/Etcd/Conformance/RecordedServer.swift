import SimulationKernel

@testable import Systems

/// An etcd member with a clock and its sweep, driven with the bytes of whole requests.
struct RecordedServer {
  static let form = "application/x-www-form-urlencoded"

  var store: Etcd.Keyspace
  var now = Instant.start
  var traffic = Etcd.Traffic()
  /// Every delivery to a watcher so far, in order.
  var deliveries: [Etcd.Delivery] = []
  private var nextSweep: Instant

  /// `phase`: when the first sweep comes.
  init(index: UInt64, phase: Duration) {
    store = Etcd.Keyspace(index: index)
    nextSweep = Instant.start + phase
  }

  /// Lets time pass, with a sweep every 500 ms.
  mutating func advance(to instant: Instant) {
    while nextSweep <= instant {
      var output = Etcd.Output()
      store.expireKeys(at: nextSweep, into: &output)
      deliveries += output.deliveries
      nextSweep = nextSweep + .milliseconds(500)
    }
    if instant > now { now = instant }
  }

  mutating func advance(by span: Duration) { advance(to: now + span) }

  /// Sends one request on a connection of its own.
  mutating func request(
    _ method: String, _ path: String, fields: [(String, String)]? = nil
  ) -> Etcd.Response? {
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    let body = fields.map { Self.encoded($0) }
    let head = Self.head(
      method, "/v2/keys" + path, contentType: body == nil ? nil : Self.form,
      length: body?.utf8.count ?? 0)
    traffic.removeAll()
    connection.receive((head + (body ?? "")).utf8, store: &store, now: now, into: &traffic)
    deliveries += traffic.output.deliveries
    for case .reply(let reply) in traffic.sent {
      if case .etcd(let response) = reply.body { return response }
    }
    return nil
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
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        result += String(UnicodeScalar(byte))
      case UInt8(ascii: " "): result += "+"
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return result
  }
}
