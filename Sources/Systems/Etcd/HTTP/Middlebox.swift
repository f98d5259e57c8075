extension Etcd {
  /// A box between client and server that cuts a request in two, and what it does with the pieces.
  ///
  /// Sits between the client's head and its body. Each recorded kind is a preset.
  public struct Middlebox: Equatable, Sendable, BitwiseCopyable {
    public enum Forwarding: UInt8, Sendable, BitwiseCopyable { case nothing, head, everything }

    /// What happens to the declared length when only the head is passed on.
    public enum Framing: UInt8, Sendable, BitwiseCopyable {
      case untouched
      /// Content-Length: 0 — a clean, empty request.
      case emptyBody
      /// Chunks, with their end: clean and empty as well.
      case chunkedAndEnded
      /// Chunks, cut off: the server can tell.
      case chunkedAndCut
    }

    public var forwards: Forwarding
    public var framing: Framing
    /// How the server's side of the connection ends for the server.
    public var endTowardsServer: StreamState
    /// How the connection ends for the client, which then never gets an answer; one that stays open
    /// passes the server's on.
    public var endTowardsClient: PythonClient.ServerEnd
    /// The way has gone dead: a connection that stays open brings the client nothing any more.
    public var isSilent: Bool

    public init(
      forwards: Forwarding, framing: Framing = .untouched, endTowardsServer: StreamState,
      endTowardsClient: PythonClient.ServerEnd = .finished, isSilent: Bool = false
    ) {
      self.forwards = forwards
      self.framing = framing
      self.endTowardsServer = endTowardsServer
      self.endTowardsClient = endTowardsClient
      self.isSilent = isSilent
    }

    public static let finBoth = Middlebox(forwards: .head, endTowardsServer: .finished)
    public static let finClientResetServer = Middlebox(forwards: .head, endTowardsServer: .reset)
    public static let resetBoth = Middlebox(
      forwards: .head, endTowardsServer: .reset, endTowardsClient: .reset)
    public static let finClientServerLeftOpen = Middlebox(forwards: .head, endTowardsServer: .open)
    public static let nothingForwarded = Middlebox(forwards: .nothing, endTowardsServer: .finished)
    public static let responseLost = Middlebox(forwards: .everything, endTowardsServer: .open)
    /// The client's sending side is closed and its receiving side is not, as the recorder cut its
    /// own requests: the answer comes through.
    public static let halfClosed = Middlebox(
      forwards: .head, endTowardsServer: .finished, endTowardsClient: .open)
    /// A connection that is half open: neither side hears of the other again, and nobody says so.
    public static let silent = Middlebox(
      forwards: .head, endTowardsServer: .open, endTowardsClient: .open, isSilent: true)
    public static let reframedEmpty = Middlebox(
      forwards: .head, framing: .emptyBody, endTowardsServer: .open)
    public static let reframedChunkedEnded = Middlebox(
      forwards: .head, framing: .chunkedAndEnded, endTowardsServer: .open)
    public static let reframedChunkedCut = Middlebox(
      forwards: .head, framing: .chunkedAndCut, endTowardsServer: .finished)

    public var passesAnswer: Bool { endTowardsClient == .open && !isSilent }

    /// The box when this many of a request's `send` calls have come before it acts.
    ///
    /// Only a box that passes the head on can act elsewhere: with nothing it has nothing to pass on,
    /// and a whole request needs no other framing.
    public func acting(after sends: Int, of all: Int) -> Middlebox {
      guard forwards == .head, sends == 0 || sends >= all else { return self }
      var box = self
      box.forwards = sends == 0 ? .nothing : .everything
      return box
    }

    /// What the server receives of a request.
    public func forwarded(head: [UInt8], body: [UInt8]) -> [UInt8] {
      switch forwards {
      case .nothing: []
      case .everything: head + body
      case .head: reframed(head)
      }
    }

    private func reframed(_ head: [UInt8]) -> [UInt8] {
      let replacement: String
      switch framing {
      case .untouched: return head
      case .emptyBody: replacement = "Content-Length: 0\r\n"
      case .chunkedAndEnded, .chunkedAndCut: replacement = "Transfer-Encoding: chunked\r\n"
      }
      var result: [UInt8] = []
      for line in head.split(separator: ByteText.newline, omittingEmptySubsequences: false) {
        if ByteText.lowercased(line).starts(with: "content-length".utf8) {
          result += replacement.utf8
        } else if line.endIndex < head.endIndex {
          result += Array(line) + [ByteText.newline]
        }
      }
      if framing == .chunkedAndEnded { result += "0\r\n\r\n".utf8 }
      return result
    }

    /// The box as a number, for fingerprints.
    var word: UInt64 {
      let end: UInt64 = endTowardsServer == .open ? 0 : endTowardsServer == .finished ? 1 : 2
      return UInt64(forwards.rawValue) | UInt64(framing.rawValue) << 2 | end << 4
        | UInt64(endTowardsClient.rawValue) << 6 | (isSilent ? 1 << 8 : 0)
    }

    /// How the server sees the body of a form request in sizes; for worlds that keep no bytes.
    public func arrival(isForm: Bool, bodyLength: Int) -> BodyArrival? {
      switch forwards {
      case .nothing: return nil
      case .everything:
        return BodyArrival(
          isForm: isForm, declaredLength: bodyLength, receivedLength: bodyLength,
          stream: endTowardsServer)
      case .head:
        let isClean = framing == .emptyBody || framing == .chunkedAndEnded
        return BodyArrival(
          isForm: isForm, declaredLength: isClean ? 0 : bodyLength, receivedLength: 0,
          stream: endTowardsServer)
      }
    }
  }
}
