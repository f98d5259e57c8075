import SimulationKernel

extension Etcd {
  /// An answer on the wire.
  public struct Reply: Equatable, Sendable {
    public enum Body: Equatable, Sendable {
      case etcd(Response)
      /// A bare text, from the HTTP server itself.
      case text(String)
      /// `{"message": …}`, from the v2 proxy.
      case message(String)
      /// What a plain Go handler saw.
      case seen(GoObservation)
    }

    public var status: Int
    public var body: Body
    /// The answer says `Connection: close`.
    public var closesConnection = false
    /// The server has given the rest of the body up: it closes half a second after the answer.
    public var closesLate = false
    /// False when the client has reset, or a gateway has hung up: nobody reads it.
    public var reachesClient = true
  }

  /// What one of the `GoHandler`s found in a request.
  public struct GoObservation: Equatable, Sendable {
    public var value: [UInt8] = []
    public var ttl: [UInt8] = []
    public var firstError: String?
    /// Error of a second `ParseForm`, which never has one.
    public var secondError: String?
    public var contentLength: Int?
    public var isRefused = false
  }

  /// What a connection did in one step.
  ///
  /// Empty it between steps.
  public struct Traffic: Equatable, Sendable {
    public enum Sent: Equatable, Sendable {
      /// `100 Continue`.
      case interim
      case reply(Reply)
      /// The server closed its side.
      case closed
    }

    public var sent: [Sent] = []
    /// What the store was asked to do, in the order of the requests.
    public var operations: [Operation] = []
    /// What the store told its watchers.
    public var output = Output()

    public init() {}

    public mutating func removeAll() {
      sent.removeAll(keepingCapacity: true)
      operations.removeAll(keepingCapacity: true)
      output.removeAll()
    }
  }

  /// One client's connection as the server sees it: bytes come in, in pieces, and end somehow.
  ///
  /// Nothing is taken from a table of cases: the head is parsed when its empty line is there, the
  /// body is read as its length or its chunks say, and `Handler.verdict` decides. All bytes that
  /// arrived before the end of the stream are taken to have been read before it, as in 24 of 24
  /// recordings.
  ///
  /// - Note: Source: Go 1.19 `net/http/server.go`, `soheilhy/cmux` 0.1 in front of an etcd member,
  ///   etcd 3.4 `proxy/httpproxy` and `proxy/tcpproxy`.
  public struct ServerConnection: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
      case head
      case body(RequestHead, BodyReader)
      /// The request is done; its answer waits for the rest of the body.
      case held(Reply, BodyReader)
      /// The request is answered; the connection closes behind the rest of the body.
      case draining(BodyReader)
      case watching(WatchID?)
      case closed
    }

    /// From an answer whose `closesLate` is set until the server closes.
    ///
    /// - Note: Source: Go 1.19 `net/http/server.go`, `rstAvoidanceDelay`; recorded.
    public static let lateClose = Duration.milliseconds(500)

    public let handler: Handler
    /// A TCP gateway stands between: it closes both sides as soon as the client closes one.
    public let isBehindGateway: Bool
    private(set) var stream = StreamState.open
    var phase = Phase.head
    private var unread: [UInt8] = []
    private var served = 0
    var saidContinue = false

    public init(handler: Handler, isBehindGateway: Bool = false) {
      self.handler = handler
      self.isBehindGateway = isBehindGateway
    }

    public var isClosed: Bool { phase == .closed }
    /// Whether a request has arrived in part, or waits for its answer.
    public var isBusy: Bool {
      switch phase {
      case .head: !unread.isEmpty
      case .body, .held, .watching: true
      case .draining, .closed: false
      }
    }

    /// Takes bytes from the client.
    public mutating func receive(
      _ bytes: some Collection<UInt8>, store: inout Keyspace, now: Instant,
      into traffic: inout Traffic
    ) {
      guard stream == .open else { return }
      unread += bytes
      advance(&store, now, &traffic)
    }

    /// The client closes its side (`.finished`) or resets the connection.
    public mutating func end(
      _ end: StreamState, store: inout Keyspace, now: Instant, into traffic: inout Traffic
    ) {
      guard stream == .open else { return }
      stream = end
      advance(&store, now, &traffic)
    }

    /// A long poll was answered: the connection takes the next request.
    public mutating func watchWasAnswered(
      store: inout Keyspace, now: Instant, into traffic: inout Traffic
    ) {
      guard case .watching = phase else { return }
      phase = .head
      advance(&store, now, &traffic)
    }

    private mutating func advance(
      _ store: inout Keyspace, _ now: Instant, _ traffic: inout Traffic
    ) {
      while true {
        switch phase {
        case .closed: return
        case .watching(let watch):
          guard stream != .open else { return }
          if let watch { store.cancel(watch) }
          close(&traffic)
        case .head:
          guard readHead(&traffic) else { return }
        case .body(let head, var reader):
          consume(&reader)
          phase = .body(head, reader)
          guard handle(head, reader, &store, now, &traffic) else { return }
        case .held(let reply, var reader):
          consume(&reader)
          phase = .held(reply, reader)
          guard reader.isDone || reader.malformation != nil || stream != .open else { return }
          send(reply, closing: !reader.isDone, &traffic)
        case .draining(var reader):
          consume(&reader)
          phase = .draining(reader)
          guard reader.isDone || reader.malformation != nil || stream != .open else { return }
          close(&traffic)
        }
      }
    }

    private mutating func consume(_ reader: inout BodyReader) {
      var input = unread[...]
      reader.consume(&input)
      unread = Array(input)
    }

    /// Reads a head from the bytes that are there; false when it must wait for more.
    private mutating func readHead(_ traffic: inout Traffic) -> Bool {
      let (lines, length) = headLines()
      if isTurnedAway(lines) {
        close(&traffic)
        return true
      }
      guard let length else {
        if unread.count > (1 << 20) + 4_096 {
          refuse(
            RequestHead.Refusal(status: 431, text: "431 Request Header Fields Too Large"), &traffic)
          return true
        }
        if stream == .open { return false }
        // What has arrived of a request line counts as one, so the rest of the head is missing.
        if stream == .finished && !unread.isEmpty { refuse(.badRequest(), &traffic) }
        close(&traffic)
        return true
      }
      do throws(RequestHead.Refusal) {
        let head = try RequestHead(lines: lines)
        unread.removeFirst(length)
        served += 1
        saidContinue = false
        let reads = handler.readsBody(isForm: head.carriesForm)
        phase = .body(head, BodyReader(length: head.contentLength, keepsContent: reads))
      } catch {
        refuse(error, &traffic)
      }
      return true
    }

    /// The lines of the head as far as they are there, the last one perhaps cut off; and how many
    /// bytes it takes, once its empty line is there.
    private func headLines() -> (lines: [ArraySlice<UInt8>], length: Int?) {
      var lines: [ArraySlice<UInt8>] = []
      var rest = unread[...]
      while let (line, after) = ByteText.cut(rest, at: ByteText.newline) {
        let trimmed = line.last == ByteText.carriageReturn ? line.dropLast() : line
        rest = after
        if trimmed.isEmpty && !lines.isEmpty { return (lines, after.startIndex) }
        lines.append(trimmed)
      }
      if !rest.isEmpty { lines.append(rest) }
      return (lines, nil)
    }

    /// An etcd member looks at the first line of a connection to tell HTTP/1 from gRPC, and drops
    /// what is neither without a word.
    private func isTurnedAway(_ lines: [ArraySlice<UInt8>]) -> Bool {
      guard case .etcd = handler, served == 0, let line = lines.first else { return false }
      let isWhole = lines.count > 1 || unread.last == ByteText.newline || line.count >= 4_096
      guard isWhole || stream == .finished else { return false }
      guard line.count < 4_096, let (_, rest) = ByteText.cut(line, at: ByteText.space),
        let (_, version) = ByteText.cut(rest, at: ByteText.space),
        case .some(.some) = RequestHead.minorVersion(version)
      else { return true }
      return false
    }

    private mutating func refuse(_ refusal: RequestHead.Refusal, _ traffic: inout Traffic) {
      send(Reply(status: refusal.status, body: .text(refusal.text)), closing: true, &traffic)
    }

    // MARK: Answering

    /// Answers; a connection that closes does so behind the rest of a body that it `drains`.
    mutating func send(
      _ reply: Reply, closing: Bool, drains reader: BodyReader? = nil, _ traffic: inout Traffic
    ) {
      var reply = reply
      reply.closesConnection = reply.closesConnection || closing
      reply.reachesClient = stream == .open || (stream == .finished && !isBehindGateway)
      traffic.sent.append(.reply(reply))
      if let reader {
        phase = .draining(reader)
        return
      }
      phase = .head
      if reply.closesConnection { close(&traffic) }
    }

    private mutating func close(_ traffic: inout Traffic) {
      guard phase != .closed else { return }
      phase = .closed
      unread = []
      traffic.sent.append(.closed)
    }
  }
}
