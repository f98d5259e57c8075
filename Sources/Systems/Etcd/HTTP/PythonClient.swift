extension Etcd {
  /// What a Python program sees of a request that it makes with `http.client`.
  ///
  /// - Note: Source: CPython 3.11 `Lib/http/client.py`, recordings of 3.11.7 on Linux.
  public enum PythonClient {
    /// A body, by the way in which `http.client` sends it.
    public enum Body: Equatable, Sendable {
      /// None: no body at all, which for a PUT still declares length 0.
      case none
      /// `bytes`, `str` or a file: one call after the head.
      case whole([UInt8])
      /// An iterable with a length given by hand: one call per piece.
      case pieces([[UInt8]])
      /// An iterable without: each piece becomes a chunk.
      case chunks([[UInt8]])
    }

    /// How a request ended for the program.
    public enum Outcome: Equatable, Sendable {
      /// The whole answer arrived.
      case status(Int)
      /// `RemoteDisconnected`: the server closed before it said anything.
      case remoteDisconnected
      /// `BadStatusLine`: what came is not the start of an answer.
      case badStatusLine(String)
      /// `IncompleteRead`: the answer's body ends early.
      case incompleteRead(received: Int, missing: Int)
      case connectionResetError
      case brokenPipeError
      case connectionRefusedError
      /// Nothing more came within the timeout.
      case timeoutError

      /// The exception's name with its module, as Python prints it; nil for an answer.
      public var exception: String? {
        switch self {
        case .status: nil
        case .remoteDisconnected: "http.client.RemoteDisconnected"
        case .badStatusLine: "http.client.BadStatusLine"
        case .incompleteRead: "http.client.IncompleteRead"
        case .connectionResetError: "builtins.ConnectionResetError"
        case .brokenPipeError: "builtins.BrokenPipeError"
        case .connectionRefusedError: "builtins.ConnectionRefusedError"
        case .timeoutError: "builtins.TimeoutError"
        }
      }

      /// The exception's message; nil where there is none of interest.
      public var message: String? {
        switch self {
        case .remoteDisconnected: "Remote end closed connection without response"
        case .badStatusLine(let line): line
        case .connectionResetError: "[Errno 104] Connection reset by peer"
        case .brokenPipeError: "[Errno 32] Broken pipe"
        case .connectionRefusedError: "[Errno 111] Connection refused"
        case .timeoutError: "timed out"
        case .incompleteRead(let received, let missing):
          "IncompleteRead(\(received) bytes read, \(missing) more expected)"
        case .status: nil
        }
      }

      /// Whether the key may have been written, or not: the program cannot tell.
      public var leavesKeyUnknown: Bool {
        switch self {
        case .status, .connectionRefusedError: false
        case .remoteDisconnected, .badStatusLine, .incompleteRead, .connectionResetError,
          .brokenPipeError, .timeoutError:
          true
        }
      }
    }

    /// How the server's side of the connection ended, if it did.
    public enum ServerEnd: UInt8, Sendable, BitwiseCopyable { case open, finished, reset }

    /// The `send` calls of a request, in order; each is a TCP segment of its own.
    ///
    /// `joinsHeadAndBody`: a changed client that sends both in one call.
    public static func sends(
      method: String, target: String, host: String, headers: [(name: String, value: String)],
      body: Body, skipsDefaults: Bool = false, joinsHeadAndBody: Bool = false
    ) -> [[UInt8]] {
      var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nAccept-Encoding: identity\r\n"
      let expectsBody = ["PATCH", "POST", "PUT"].contains(method)
      let isGiven: (String) -> Bool = { name in
        headers.contains { ByteText.lowercased($0.name.utf8) == Array(name.utf8) }
      }
      if !skipsDefaults && !isGiven("content-length") && !isGiven("transfer-encoding") {
        switch body {
        case .none: if expectsBody { head += "Content-Length: 0\r\n" }
        case .whole(let bytes): head += "Content-Length: \(bytes.count)\r\n"
        case .pieces: break
        case .chunks: head += "Transfer-Encoding: chunked\r\n"
        }
      }
      for header in headers { head += "\(header.name): \(header.value)\r\n" }
      let first = Array((head + "\r\n").utf8)
      var parts: [[UInt8]] = []
      switch body {
      case .none: break
      case .whole(let bytes): parts = [bytes]
      case .pieces(let pieces): parts = pieces
      case .chunks(let pieces):
        parts = pieces.filter { !$0.isEmpty }.map { piece in
          Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + Array("\r\n".utf8)
        }
        parts.append(Array("0\r\n\r\n".utf8))
      }
      // An empty piece is passed over: an empty call would end a body in chunks.
      parts.removeAll { $0.isEmpty }
      return joinsHeadAndBody ? [first + parts.flatMap { $0 }] : [first] + parts
    }

    /// What a `send` runs into; nil when it goes through.
    ///
    /// Linux takes the bytes of the first `send` after the peer has closed: only the reset that
    /// comes back for them makes the next one fail, as is recorded of a server that closes before it
    /// reads. (`BrokenPipeError` where the program waits between the connection and the request.)
    ///
    /// `sendsAfterEnd`: how many calls of the request come after the server's end.
    public static func sendFailure(serverEnd: ServerEnd, sendsAfterEnd: Int) -> Outcome? {
      switch serverEnd {
      case .open: nil
      case .finished: sendsAfterEnd > 1 ? .connectionResetError : nil
      case .reset: sendsAfterEnd > 0 ? .connectionResetError : nil
      }
    }

    /// What `getresponse` and `read` make of the bytes that arrived and of how they ended.
    ///
    /// A server that neither answers nor closes is a timeout.
    public static func outcome(
      of bytes: some Collection<UInt8>, serverEnd: ServerEnd
    ) -> Outcome {
      var rest = Array(bytes)[...]
      while true {
        guard let line = takeLine(&rest, serverEnd) else { return starved(serverEnd) }
        if line.isEmpty && rest.isEmpty && serverEnd == .finished { return .remoteDisconnected }
        guard let status = status(line) else {
          return .badStatusLine(ByteText.string(line.filter { $0 != 13 && $0 != 10 }))
        }
        var length: Int?
        var isChunked = false
        while true {
          guard let header = takeLine(&rest, serverEnd) else { return starved(serverEnd) }
          let text = header.filter { $0 != 13 && $0 != 10 }
          if text.isEmpty { break }
          guard let (name, value) = ByteText.cut(text[...], at: UInt8(ascii: ":")) else { continue }
          let trimmed = ByteText.trimmed(value)
          switch ByteText.string(ByteText.lowercased(name)) {
          case "content-length": length = ByteText.decimal(trimmed).flatMap { Int(exactly: $0) }
          case "transfer-encoding":
            isChunked = ByteText.lowercased(trimmed).elementsEqual("chunked".utf8)
          default: break
          }
        }
        if status == 100 { continue }
        if status < 200 || status == 204 || status == 304 { length = 0 }
        return body(rest, status, isChunked ? nil : length, isChunked, serverEnd)
      }
    }

    private static func body(
      _ rest: ArraySlice<UInt8>, _ status: Int, _ length: Int?, _ isChunked: Bool,
      _ serverEnd: ServerEnd
    ) -> Outcome {
      if isChunked {
        var reader = BodyReader(length: nil, keepsContent: false)
        var input = rest
        reader.consume(&input)
        if reader.isDone { return .status(status) }
        return serverEnd == .finished
          ? .incompleteRead(received: reader.received, missing: 0) : starved(serverEnd)
      }
      guard let length else {
        // Without a length the end of the connection is the end of the body.
        return serverEnd == .finished ? .status(status) : starved(serverEnd)
      }
      if rest.count >= length { return .status(status) }
      return serverEnd == .finished
        ? .incompleteRead(received: rest.count, missing: length - rest.count)
        : starved(serverEnd)
    }

    /// Nothing more to read and no orderly end.
    private static func starved(_ serverEnd: ServerEnd) -> Outcome {
      serverEnd == .reset ? .connectionResetError : .timeoutError
    }

    /// A line with its end, or what there is when the server has closed; nil when reading fails.
    private static func takeLine(
      _ rest: inout ArraySlice<UInt8>, _ serverEnd: ServerEnd
    ) -> ArraySlice<UInt8>? {
      if let end = rest.firstIndex(of: ByteText.newline) {
        defer { rest = rest[(end + 1)...] }
        return rest[...end]
      }
      guard serverEnd == .finished else { return nil }
      defer { rest = rest.suffix(0) }
      return rest
    }

    /// The code of a status line that Python accepts: `HTTP/…`, then 100 to 999.
    private static func status(_ line: ArraySlice<UInt8>) -> Int? {
      let words = line.split { $0 == ByteText.space || ($0 >= 9 && $0 <= 13) }
      guard words.count >= 2, words[0].starts(with: "HTTP/".utf8),
        let code = ByteText.decimal(words[1]), (100...999).contains(code)
      else { return nil }
      return Int(code)
    }
  }
}
