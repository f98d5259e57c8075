import SimulationKernel
import Systems

/// One connection of the recorder, replayed on the model.
struct CutRequestReplay {
  static let key = "/services/api/n12345678-21"

  private(set) var server = EtcdServerDriver(index: 7_000, phase: .milliseconds(250))
  private var connection: Etcd.ServerConnection
  let route: CutRequest.Route
  /// Sent by the server and not yet read by the client.
  private var unread: [Etcd.Traffic.Sent] = []
  private(set) var interim: [String] = []
  private(set) var reply: Etcd.Reply?
  /// Further answers: the server takes bytes behind the declared end for another request.
  private(set) var surplus: [Etcd.Reply] = []
  /// `100 Continue`, read together with the answer.
  private(set) var interimBefore: Int64 = 0
  /// How reading may have ended: more than one where microseconds decide, none without a read.
  private(set) var responseEnds: [String] = []
  private var clientIsGone = false
  /// The connection ended right behind a whole request: a proxy or a gateway in between may see the
  /// end before it has passed the request or its answer on.
  private(set) var isRace = false
  /// When the server, having given up on the body, closes.
  private var lateClose: Instant?
  /// Whether the client sent something that the server did not read.
  private var leavesUnread = false
  /// The keyspace before the request.
  private let before: Etcd.Keyspace
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
    before = server.store
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
    Self.node(in: server.store)
  }

  /// What stood there before the request.
  func storedBefore() -> Etcd.Node? { Self.node(in: before) }

  private static func node(in store: Etcd.Keyspace) -> Etcd.Node? {
    var store = store
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
    if connection.isClosed && !bytes.isEmpty { leavesUnread = true }
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
    for case .reply(let reply) in traffic.sent where reply.closesLate {
      lateClose = server.now + Etcd.ServerConnection.lateClose
    }
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
      case .reply(let answer) where answer.reachesClient:
        if reply == nil { reply = answer } else { surplus.append(answer) }
      case .reply, .closed: break
      }
    }
    let isOver = unread.contains(.closed) || connection.isClosed
    unread = []
    if let lateClose {
      responseEnds = ends(readingFor: seconds, lateClose)
    } else {
      responseEnds = [isOver ? "eof" : "timeout"]
    }
    if responseEnds == ["timeout"] { wait(seconds) }
  }

  /// A late end falls into the time of reading, behind it, or where it cannot be told which; bytes
  /// that the server has not read turn it into a reset, unless it took them in with the head.
  private func ends(readingFor seconds: Double, _ close: Instant) -> [String] {
    let slack = 0.1
    let left = close > server.now ? close.elapsed(since: server.now).seconds : 0
    var ends = seconds > left - slack ? ["eof"] + (leavesUnread ? ["reset"] : []) : []
    if seconds < left + slack { ends.append("timeout") }
    return ends
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
