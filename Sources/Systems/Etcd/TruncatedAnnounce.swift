import SimulationKernel

/// The bytes of an announce that did not arrive whole, as they reach etcd.
///
/// Python's `http.client` sends the head with its Content-Length in one segment and the form in the
/// next; `Etcd.ServerConnection` reads them as etcd's HTTP server does.
///
/// A refresh has no value, and fields that say so: `refresh=true` and `prevExist=true`. Assumption:
/// they travel where the TTL does. In the query they leave an empty form, of which nothing can be
/// missing; in the body they are lost with it, and what remains is a PUT of the empty text.
struct TruncatedAnnounce {
  let head: [UInt8]
  let body: [UInt8]

  /// - Parameters:
  ///   - path: The key's.
  ///   - value: What the announce stores; nil for a refresh.
  ///   - configuration: Where the fields are.
  ///   - isReframed: A middlebox has made a complete request of it.
  init(
    path: String, value: String?, configuration: EtcdCluster.Configuration, isReframed: Bool
  ) {
    let fields = "ttl=\(configuration.ttl)" + (value == nil ? "&refresh=true&prevExist=true" : "")
    var form = value.map { "value=" + Self.escaped($0) }
    var target = "/v2/keys" + path
    switch configuration.ttlIn {
    case .query: target += "?" + fields
    case .body: form = (form.map { $0 + "&" } ?? "") + fields
    }
    body = Array((form ?? "").utf8)
    var text = "PUT \(target) HTTP/1.1\r\nHost: etcd:2379\r\nAccept-Encoding: identity\r\n"
    if configuration.contentType == .form {
      text += "Content-Type: application/x-www-form-urlencoded\r\n"
    }
    // A middlebox that re-frames the cut request declares the body that it has: none.
    text += "Content-Length: \(isReframed ? 0 : body.count)\r\n\r\n"
    head = Array(text.utf8)
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
