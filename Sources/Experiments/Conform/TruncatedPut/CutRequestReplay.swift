import SimulationKernel
import Systems

/// One connection of the recorder, replayed on the model.
struct CutRequestReplay {
  static let key = "/services/api/n12345678-21"

  private(set) var server = EtcdServerDriver(index: 7_000, phase: .milliseconds(250))
  private var connection: Etcd.ServerConnection
  private let route: CutRequest.Route
  /// Sent by the server and not yet read by the client.
  private var unread: [Etcd.Traffic.Sent] = []
  private(set) var interim: [String] = []
  private(set) var reply: Etcd.Reply?
  /// `100 Continue`, read together with the answer.
  private(set) var interimBefore: Int64 = 0
  private(set) var responseEnd: String?
  private var clientIsGone = false
  /// The request was whole when the connection ended right after it, or the end raced the answer:
  /// with a proxy or a gateway in between, the recordings show both outcomes.
  private(set) var isRace = false
  private var lastBytes: Instant?

  init(_ request: CutRequest) {
    route = request.route
    connection =
      switch route {
      case .direct: Etcd.ServerConnection(handler: .etcd(.reject400))
      case .v2Proxy: Etcd.ServerConnection(handler: .v2Proxy(.reject400))
      case .gateway: Etcd.ServerConnection(handler: .etcd(.reject400), isBehindGateway: true)
      }
    if request.hasValueBefore {
      _ = server.request("PUT", Self.key, fields: [("value", "OLD"), ("ttl", "60")])
    }
    let head = EtcdServerDriver.head(
      "PUT", "/v2/keys\(Self.key)\(request.query)", contentType: request.contentType,
      length: Int(request.contentLength),
      extra: request.expectsContinue ? "Expect: 100-continue\r\n" : "")
    for step in request.steps { perform(step, Array(head.utf8), Array(request.body.utf8)) }
    if !connection.isClosed { end(.finished) }
    // The recorder reads the key a little later.
    server.advance(by: .milliseconds(350))
  }

  /// The answer, if there is somebody to read it.
  var seenReply: Etcd.Reply? { clientIsGone ? nil : reply }

  /// What stands at the key in the end.
  func stored() -> Etcd.Node? {
    var store = server.store
    let key = store.intern(Self.key)
    return store.node(at: key)
  }

  private mutating func perform(_ step: CutRequest.Step, _ head: [UInt8], _ body: [UInt8]) {
    switch step {
    case .headers: send(head[...])
    case .halfHeaders: send(head.prefix(head.count / 2))
    case .headersWithoutEnd: send(head.dropLast(2))
    case .headersAndBody: send((head + body)[...])
    case .body(let from, let to): send(Self.slice(of: body, from: from, to: to))
    case .sleep(let seconds): wait(seconds)
    case .finish: end(.finished)
    case .reset: end(.reset)
    case .close:
      end(.finished)
      clientIsGone = true
    case .receive(let seconds): receive(seconds)
    case .receiveInterim: receiveInterim()
    }
  }

  /// As Python slices: negative places count from the end, none is out of range.
  static func slice(of bytes: [UInt8], from: Int?, to: Int?) -> ArraySlice<UInt8> {
    func place(_ index: Int) -> Int {
      min(max(index < 0 ? index + bytes.count : index, 0), bytes.count)
    }
    let (start, end) = (place(from ?? 0), to.map(place) ?? bytes.count)
    return bytes[start..<max(start, end)]
  }

  private mutating func send(_ bytes: ArraySlice<UInt8>) {
    step { connection, store, now, traffic in
      connection.receive(bytes, store: &store, now: now, into: &traffic)
    }
    lastBytes = server.now
  }

  private mutating func end(_ end: Etcd.StreamState) {
    let isAtOnce = lastBytes == server.now
    let hasAnswered = !unread.isEmpty || !connection.isBusy
    isRace = isAtOnce && hasAnswered && route != .direct || isRace
    step { connection, store, now, traffic in
      connection.end(end, store: &store, now: now, into: &traffic)
    }
  }

  private mutating func step(
    _ body: (
      inout Etcd.ServerConnection, inout Etcd.Keyspace, Instant, inout Etcd.Traffic
    ) -> Void
  ) {
    var traffic = Etcd.Traffic()
    body(&connection, &server.store, server.now, &traffic)
    unread += traffic.sent
  }

  private mutating func wait(_ seconds: Double) {
    guard let span = Duration(representableSeconds: seconds) else { return }
    server.advance(by: span)
  }

  /// `recv` until the server closes or the time is up.
  private mutating func receive(_ seconds: Double) {
    for sent in unread {
      switch sent {
      case .interim: interimBefore += 1
      case .reply(let answer) where answer.reachesClient: reply = answer
      case .reply, .closed: break
      }
    }
    let isOver = unread.contains(.closed)
    unread = []
    responseEnd = isOver || connection.isClosed ? "eof" : "timeout"
    if responseEnd == "timeout" { wait(seconds) }
  }

  /// One `recv`, which takes what the server sent first.
  private mutating func receiveInterim() {
    guard let first = unread.first else {
      interim.append("TIMEOUT")
      return
    }
    unread.removeFirst()
    switch first {
    case .interim: interim.append("HTTP/1.1 100 Continue")
    case .reply(let reply): interim.append(StatusLine.text(reply.status))
    case .closed: interim.append("")
    }
  }
}

/// The first line of an answer.
enum StatusLine {
  static func text(_ status: Int) -> String {
    let reason =
      switch status {
      case 200: "OK"
      case 201: "Created"
      case 301: "Moved Permanently"
      case 400: "Bad Request"
      case 404: "Not Found"
      case 405: "Method Not Allowed"
      case 417: "Expectation Failed"
      case 431: "Request Header Fields Too Large"
      case 500: "Internal Server Error"
      case 501: "Not Implemented"
      case 505: "HTTP Version Not Supported"
      default: "?"
      }
    return "HTTP/1.1 \(status) \(reason)"
  }
}
