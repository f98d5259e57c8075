/// An announce on the wire: the `send` calls of Python's `http.client`, each a TCP segment.
///
/// A refresh has no value, and fields that say so: `refresh=true` and `prevExist=true`. Assumption:
/// they travel where the TTL does. In the query they leave an empty form, of which nothing can be
/// missing; in the body they are lost with it, and what remains is a PUT of the empty text.
///
/// A server that takes the body as it stands is sent the bare metadata, and the TTL in the query or not
/// at all.
struct AnnounceRequest {
  let sends: [[UInt8]]

  /// - Parameters:
  ///   - path: The key's.
  ///   - value: What the announce stores; nil for a refresh.
  ///   - configuration: Where the fields are.
  ///   - segments: 1 for a client that sends head and body in one call.
  init(path: String, value: String?, configuration: EtcdCluster.Configuration, segments: Int) {
    let fields = "ttl=\(configuration.ttl)" + (value == nil ? "&refresh=true&prevExist=true" : "")
    let isRaw = configuration.formErrorPolicy.handler.readsRawBody
    var form = isRaw ? value : value.map { "value=" + Self.escaped($0) }
    var target = "/v2/keys" + path
    switch configuration.ttlIn {
    case .query: target += "?" + fields
    case .body where isRaw: break
    case .body: form = (form.map { $0 + "&" } ?? "") + fields
    }
    var headers: [(name: String, value: String)] = []
    if configuration.contentType == .form {
      headers.append((name: "Content-Type", value: "application/x-www-form-urlencoded"))
    }
    sends = Etcd.PythonClient.sends(
      method: "PUT", target: target, host: Self.host, headers: headers,
      body: .whole(Array((form ?? "").utf8)), joinsHeadAndBody: segments == 1)
  }

  /// The request of a node that drains: a DELETE of its key.
  init(deleting path: String) {
    sends = Etcd.PythonClient.sends(
      method: "DELETE", target: "/v2/keys" + path, host: Self.host, headers: [], body: .none)
  }

  private static let host = "etcd:2379"

  /// What of it a box in the path hands on.
  func bytes(through box: Etcd.Middlebox) -> [UInt8] {
    box.forwarded(head: sends[0], body: sends.dropFirst().flatMap { $0 })
  }

  /// Percent-encoding of a form's value, as Python's `urllib.parse.quote_plus` does it.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      case UInt8(ascii: " "): result.append("+")
      default:
        result.append("%")
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return result
  }
}
