extension Etcd {
  /// The first part of an HTTP request: everything up to the empty line.
  ///
  /// - Note: Source: Go 1.19 `net/http`: what its server accepts, and what it answers otherwise.
  public struct RequestHead: Equatable, Sendable {
    public var method: String
    /// The path with its escapes undone.
    public var path: [UInt8]
    /// The query as it was sent, without the question mark.
    public var query: [UInt8]
    /// nil for a body in chunks.
    public var contentLength: Int? = 0
    public var expectsContinue = false
    public var keepsConnection = true
    var mediaType = MediaType.none

    /// Whether a form is looked for in the body, if its type is right.
    public var takesForm: Bool { method == "PUT" || method == "POST" || method == "PATCH" }
    /// Whether the body is a form that will be read.
    public var carriesForm: Bool { takesForm && mediaType.isForm }

    /// Why a head is not served, with what the server writes before it closes the connection.
    struct Refusal: Error, Equatable {
      var status: Int
      var text: String

      static func badRequest(_ detail: String? = nil) -> Refusal {
        Refusal(status: 400, text: "400 Bad Request" + (detail.map { ": " + $0 } ?? ""))
      }
    }
  }
}

extension Etcd.RequestHead {
  /// Reads a head.
  ///
  /// `lines` are its lines without line ends and without the empty one.
  init(lines: [ArraySlice<UInt8>]) throws(Refusal) {
    guard let first = lines.first,
      let (method, rest) = ByteText.cut(first, at: ByteText.space),
      let (target, version) = ByteText.cut(rest, at: ByteText.space),
      ByteText.isToken(method), let minor = Self.minorVersion(version)
    else { throw .badRequest() }
    self.method = ByteText.string(method)
    (path, query) = try Self.split(target)
    let headers = try Self.headers(lines.dropFirst())
    guard let minor else {
      throw Refusal(
        status: 505, text: "505 HTTP Version Not Supported: unsupported protocol version")
    }
    keepsConnection = minor >= 1
    try read(headers, minor: minor)
  }

  private mutating func read(_ headers: [Header], minor: Int) throws(Refusal) {
    var isChunked = false
    var lengths: [ArraySlice<UInt8>] = []
    var hasHost = false
    for header in headers {
      guard ByteText.isToken(header.name) else { throw .badRequest("invalid header name") }
      guard header.value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == ByteText.tab }) else {
        throw .badRequest("invalid header value")
      }
      switch ByteText.string(ByteText.lowercased(header.name)) {
      case "host": hasHost = true
      case "content-type":
        if mediaType == .none { mediaType = MediaType(parsing: header.value) }
      case "content-length": lengths.append(header.value)
      case "transfer-encoding" where minor >= 1:
        guard ByteText.lowercased(header.value).elementsEqual("chunked".utf8), !isChunked else {
          throw Refusal(status: 501, text: "501 Not Implemented: Unsupported transfer encoding")
        }
        isChunked = true
      case "expect":
        guard ByteText.lowercased(header.value).elementsEqual("100-continue".utf8) else {
          throw Refusal(status: 417, text: "")
        }
        expectsContinue = minor >= 1
      case "connection":
        let words = ByteText.lowercased(header.value).split(separator: UInt8(ascii: ","))
        for word in words.map({ ByteText.string(ByteText.trimmed($0)) }) {
          if word == "close" { keepsConnection = false }
          if word == "keep-alive" && minor == 0 { keepsConnection = true }
        }
      default: break
      }
    }
    if minor >= 1 && !hasHost { throw .badRequest("missing required Host header") }
    contentLength = isChunked ? nil : try Self.length(lengths)
    if contentLength == 0 { expectsContinue = false }
  }

  /// The declared length: all Content-Length headers must agree.
  private static func length(_ values: [ArraySlice<UInt8>]) throws(Refusal) -> Int {
    guard let first = values.first else { return 0 }
    guard values.allSatisfy({ $0.elementsEqual(first) }),
      let length = ByteText.decimal(first), let fitting = Int(exactly: length)
    else { throw .badRequest() }
    return fitting
  }

  /// The minor version of HTTP/1; an inner nil for a version that is well-formed but not HTTP/1.
  static func minorVersion(_ text: ArraySlice<UInt8>) -> Int?? {
    guard text.count == 8, text.starts(with: "HTTP/".utf8) else { return nil }
    let digits = Array(text.dropFirst(5))
    guard let major = ByteText.decimal(digits[0..<1]), let minor = ByteText.decimal(digits[2..<3]),
      digits[1] == UInt8(ascii: ".")
    else { return nil }
    return .some(major == 1 ? Int(minor) : nil)
  }

  private static func split(
    _ target: ArraySlice<UInt8>
  ) throws(Refusal) -> (path: [UInt8], query: [UInt8]) {
    guard target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .badRequest() }
    var rest = target
    if rest.first != UInt8(ascii: "/") {
      // The absolute form, `http://host/path`.
      let isAbsolute = ["http://", "https://"].contains { rest.starts(with: $0.utf8) }
      guard isAbsolute, let (_, afterScheme) = ByteText.cut(rest, at: UInt8(ascii: "/")) else {
        throw .badRequest()
      }
      let host = afterScheme.dropFirst()
      rest =
        host[
          (host.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            ?? host.endIndex)...]
    }
    let (path, query) = ByteText.cut(rest, at: UInt8(ascii: "?")) ?? (rest, [])
    do {
      return (try Etcd.Form.unescaped(path, plusIsSpace: false), Array(query))
    } catch {
      throw .badRequest()
    }
  }

  private struct Header {
    var name: ArraySlice<UInt8>
    var value: ArraySlice<UInt8>
  }

  private static func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(Refusal) -> [Header] {
    var headers: [Header] = []
    for line in lines {
      if line.first == ByteText.space || line.first == ByteText.tab {
        // A folded line continues the one above it; there must be one.
        guard let last = headers.popLast() else { throw .badRequest() }
        let folded = Array(last.value) + [ByteText.space] + Array(ByteText.trimmed(line))
        headers.append(Header(name: last.name, value: folded[...]))
        continue
      }
      guard let (name, value) = ByteText.cut(line, at: UInt8(ascii: ":")) else {
        throw .badRequest()
      }
      if !name.isEmpty { headers.append(Header(name: name, value: ByteText.trimmed(value))) }
    }
    return headers
  }
}
