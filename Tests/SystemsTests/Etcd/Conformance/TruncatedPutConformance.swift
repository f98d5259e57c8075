import SimulationKernel

@testable import Systems

/// Holds the HTTP front end against recorded requests that were cut, reset or misdeclared.
enum TruncatedPutConformance {
  private static let fullBody =
    "value=%7B%22addr%22%3A%2210.0.0.1%22%2C%22port%22%3A80%7D&ttl=60"
  private static let key = "/services/api/n12345678-21"

  /// One connection of the recording program, replayed.
  private struct Replay {
    var server: RecordedServer
    var connection: Etcd.ServerConnection
    /// Sent by the server and not yet read by the client.
    var unread: [Etcd.Traffic.Sent] = []
    var interim: [String] = []
    var reply: Etcd.Reply?
    var responseEnd: String?
    var clientIsGone = false
    /// The request was whole when the connection ended right after it, or the end raced the
    /// answer: with a proxy or a gateway in between, the recordings show both outcomes.
    var isRace = false
    private var lastBytes: Instant?

    init(_ connection: Etcd.ServerConnection) {
      server = RecordedServer(index: 7_000, phase: .milliseconds(250))
      self.connection = connection
    }

    mutating func send(_ text: Substring) {
      step { connection, store, now, traffic in
        connection.receive(text.utf8, store: &store, now: now, into: &traffic)
      }
      lastBytes = server.now
    }

    mutating func end(_ end: Etcd.StreamState) {
      let isAtOnce = lastBytes == server.now
      let hasAnswered = !unread.isEmpty || !connection.isBusy
      isRace =
        isAtOnce && hasAnswered && (connection.isBehindGateway || isProxied) || isRace
      step { connection, store, now, traffic in
        connection.end(end, store: &store, now: now, into: &traffic)
      }
    }

    private var isProxied: Bool {
      if case .v2Proxy = connection.handler { return true }
      return false
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

    /// `recv` until the server closes or the time is up.
    mutating func receive(_ seconds: Double) {
      for sent in unread {
        if case .reply(let answer) = sent, answer.reachesClient { reply = answer }
      }
      let isOver = unread.contains(.closed)
      unread = []
      responseEnd = isOver || connection.isClosed ? "eof" : "timeout"
      if responseEnd == "timeout" { server.advance(by: Duration(seconds: seconds)) }
    }

    /// One `recv`, which takes what the server sent first.
    mutating func receiveInterim() {
      guard let first = unread.first else {
        interim.append("TIMEOUT")
        return
      }
      unread.removeFirst()
      switch first {
      case .interim: interim.append("HTTP/1.1 100 Continue")
      case .reply(let reply): interim.append(statusLine(reply.status))
      case .closed: interim.append("")
      }
    }
  }

  static func statusLine(_ status: Int) -> String {
    let reason =
      switch status {
      case 200: "OK"
      case 201: "Created"
      case 400: "Bad Request"
      case 404: "Not Found"
      case 500: "Internal Server Error"
      default: "?"
      }
    return "HTTP/1.1 \(status) \(reason)"
  }

  private static func replay(_ record: JSON) -> Replay {
    let label = record["server"]?.string ?? ""
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    if label.contains("proxy") {
      connection = Etcd.ServerConnection(handler: .v2Proxy(.reject400))
    } else if label.contains("gateway") {
      connection = Etcd.ServerConnection(handler: .etcd(.reject400), isBehindGateway: true)
    }
    var replay = Replay(connection)
    if record["preexisting_value"] != nil {
      _ = replay.server.request("PUT", key, fields: [("value", "OLD"), ("ttl", "60")])
    }
    let name = record["case"]?.string ?? ""
    let query = record["query"]?.string ?? ""
    let head = RecordedServer.head(
      "PUT", "/v2/keys\(key)\(query)", contentType: record["content_type"]?.string,
      length: record["content_length"]?.int ?? 0,
      extra: name.contains("expect_100") ? "Expect: 100-continue\r\n" : "")
    let body = body(name, query)
    for step in record["steps"]?.array ?? steps(name) {
      let words = step.array ?? []
      let numbers = words.dropFirst().compactMap(\.double)
      switch words.first?.string {
      case "headers": replay.send(head[...])
      case "half_headers": replay.send(head.prefix(head.utf8.count / 2))
      case "headers_minus_final_crlf": replay.send(Substring(head.unicodeScalars.dropLast(2)))
      case "headers+body": replay.send(Substring(head + body))
      case "body":
        let end = numbers.count > 1 ? Int(numbers[1]) : body.utf8.count
        replay.send(body.prefix(end).dropFirst(Int(numbers.first ?? 0)))
      case "sleep": replay.server.advance(by: Duration(seconds: numbers.first ?? 0))
      case "fin": replay.end(.finished)
      case "rst": replay.end(.reset)
      case "close":
        replay.end(.finished)
        replay.clientIsGone = true
      case "recv": replay.receive(numbers.first ?? 1.5)
      case "recv_interim": replay.receiveInterim()
      default: replay.interim.append("unknown step")
      }
    }
    if !replay.connection.isClosed { replay.end(.finished) }
    replay.server.advance(by: .milliseconds(350))
    return replay
  }

  private static func body(_ name: String, _ query: String) -> String {
    if name == "content_length_zero" { return "" }
    if name.hasPrefix("viii") {
      return switch query {
      case "?ttl=60": "value=hello"
      case "?value=fromquery": "ttl=60"
      default: "value=frombody"
      }
    }
    return name.hasPrefix("preexisting_refresh") ? "x=1" : fullBody
  }

  /// The steps behind the repeated cases, whose records keep only counts.
  private static func steps(_ name: String) -> [JSON] {
    let step = { (word: String) in JSON.array([.string(word)]) }
    return switch name {
    case "iii_headers_then_rst_immediate_x12": [step("headers"), step("rst")]
    case "ix_single_send_then_rst_immediate_x12": [step("headers+body"), step("rst")]
    case "ix_two_sends_then_rst_immediate_x12": [step("headers"), step("body"), step("rst")]
    default: [step("unknown case")]
    }
  }

  // MARK: Judging etcd

  /// What differs between a recorded request and its simulation; empty when they agree.
  static func judge(etcd record: JSON) -> [String] {
    let name = record["case"]?.string ?? "?"
    let title = [
      record["server"]?.string, name, record["content_type"]?.string ?? "-",
      record["query"]?.string,
    ].compactMap { $0 }.joined(separator: " ")
    var record = record
    if let counts = record["counts"] {
      if case .object(var fields) = record {
        fields["content_length"] = .number(Double(fullBody.utf8.count))
        record = .object(fields)
      }
      return judge(counts: counts, replay(record), title)
    }
    let replay = replay(record)
    var found: [String] = []
    func expect(_ what: String, _ recorded: String, _ simulated: String, orRaced: [String] = []) {
      if recorded != simulated && !(replay.isRace && orRaced.contains(recorded)) {
        found.append("\(title) \(what): recorded \(recorded), simulated \(simulated)")
      }
    }
    let recorded = record["response"]
    let reply = replay.clientIsGone ? nil : replay.reply
    let given = recorded?["status"]?.int
    expect(
      "status", "\(given as Any)", "\((reply?.status) as Any)", orRaced: ["nil", "Optional(200)"])
    if let given, given == reply?.status {
      expect(
        "Connection: close", "\(recorded?["connection_close"]?.bool as Any)",
        "\((reply?.closesConnection) as Any)")
      if let body = recorded?["body"], body != .string("") || !replay.isRace {
        expect("body", describe(body), describe(reply, replay.server.store))
      }
    }
    expect(
      "end", "\(record["response_end"]?.string as Any)", "\(replay.responseEnd as Any)")
    let interim = (record["interim"]?.array ?? []).compactMap(\.string).map {
      String($0.prefix { $0 != "\r" && $0 != "\r\n" })
    }
    expect("interim", "\(interim)", "\(replay.interim)")
    found += judge(stored: record["stored"] ?? .null, replay, title)
    return found
  }

  private static func judge(counts: JSON, _ replay: Replay, _ title: String) -> [String] {
    let node = stored(replay)
    let simulated =
      node.map { replay.server.store.text(of: $0.value ?? .empty).isEmpty ? "empty" : "full" }
      ?? "absent"
    let allowed = replay.isRace ? [simulated, "absent"] : [simulated]
    return counts.names.allSatisfy { allowed.contains($0) }
      ? [] : ["\(title): recorded \(counts), simulated \(simulated)"]
  }

  private static func stored(_ replay: Replay) -> Etcd.Node? {
    var store = replay.server.store
    let number = store.intern(key)
    return store.node(at: number)
  }

  private static func judge(stored: JSON, _ replay: Replay, _ title: String) -> [String] {
    let node = self.stored(replay)
    let store = replay.server.store
    guard stored["written"]?.bool == true else {
      return node == nil || replay.isRace ? [] : ["\(title): nothing was stored"]
    }
    guard let node else {
      return replay.isRace ? [] : ["\(title): recorded \(stored), nothing simulated"]
    }
    var found: [String] = []
    let value = node.value.map { store.text(of: $0) }
    if value != stored["value"]?.string {
      found.append("\(title): stored \(stored["value"] as Any), simulated \(value as Any)")
    }
    let ttl = node.ttl(at: replay.server.now).map { Int($0) }
    if ttl != stored["ttl"]?.int {
      found.append("\(title): ttl \(stored["ttl"] as Any), simulated \(ttl as Any)")
    }
    if let isNew = stored["createdIndex_eq_modifiedIndex"]?.bool,
      isNew != (node.createdIndex == node.modifiedIndex)
    {
      found.append("\(title): createdIndex and modifiedIndex")
    }
    return found
  }

  private static func describe(_ body: JSON) -> String {
    if case .string(let text) = body { return text }
    if let code = body["errorCode"]?.int {
      return "\(code) \(body["message"]?.string ?? "") \(body["cause"]?.string ?? "")"
    }
    if let message = body["message"]?.string { return message }
    let ttl = body["ttl"]?.int
    return "\(body["action"]?.string ?? "") \(body["value"]?.string as Any) \(ttl as Any) "
      + "\(body["prev_value"]?.string as Any)"
  }

  private static func describe(_ reply: Etcd.Reply?, _ store: Etcd.Keyspace) -> String {
    switch reply?.body {
    case nil: return "none"
    case .text(let text), .message(let text): return text
    case .seen(let seen): return "\(seen)"
    case .etcd(let response):
      switch response.body {
      case .changed(let event):
        let text = { (value: Etcd.Value?) in value.map { store.text(of: $0) } }
        let ttl = event.node.ttl(at: event.time).map { Int($0) }
        return "\(event.action) \(text(event.node.value) as Any) \(ttl as Any) "
          + "\(text(event.previous?.value) as Any)"
      case .failed(let failure):
        return "\(failure.code.rawValue) \(failure.message) \(store.text(of: failure.cause))"
      case .listing, .watching: return "\(response)"
      }
    }
  }
}
