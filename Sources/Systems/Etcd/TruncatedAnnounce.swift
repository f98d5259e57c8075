import SimulationKernel

/// The bytes of an announce that did not arrive whole, as they reach etcd.
///
/// Python's `http.client` sends the head with its Content-Length in one segment and the form in the
/// next; `Etcd.ServerConnection` reads them as etcd's HTTP server does.
struct TruncatedAnnounce {
  let head: [UInt8]
  let body: [UInt8]

  init(path: String, value: String, configuration: EtcdCluster.Configuration, isReframed: Bool) {
    var form = "value=" + Self.escaped(value)
    var target = "/v2/keys" + path
    switch configuration.ttlIn {
    case .query: target += "?ttl=\(configuration.ttl)"
    case .body: form += "&ttl=\(configuration.ttl)"
    }
    body = Array(form.utf8)
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
