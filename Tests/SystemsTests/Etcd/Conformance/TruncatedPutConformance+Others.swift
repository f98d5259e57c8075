import SimulationKernel

@testable import Systems

extension TruncatedPutConformance {
  // MARK: Middleboxes between Python and etcd

  private static let boxes: [String: Etcd.Middlebox] = [
    "headers_then_fin_both": .finBoth,
    "headers_then_fin_client_rst_etcd": .finClientResetServer,
    "headers_then_rst_both": .resetBoth,
    "headers_then_fin_client_etcd_side_left_open": .finClientServerLeftOpen,
    "nothing_forwarded_fin_client": .nothingForwarded,
    "full_forwarded_response_dropped_fin_client": .responseLost,
    "l7_box_reframes_to_content_length_0": .reframedEmpty,
    "l7_box_reframes_to_chunked_and_terminates_cleanly": .reframedChunkedEnded,
    "l7_box_reframes_to_chunked_and_cuts": .reframedChunkedCut,
  ]

  /// What differs between a recorded middlebox and its simulation.
  static func judge(middlebox record: JSON) -> [String] {
    let name = record["middlebox"]?.string ?? "?"
    guard let box = boxes[name] else { return ["\(name): unknown middlebox"] }
    let type = record["content_type"]?.string
    let query = record["query"]?.string ?? ""
    let title = "\(name) \(type ?? "-") \(query)"
    let body = Array("value=%7B%22addr%22%3A%2210.0.0.1%22%7D&ttl=60".utf8)
    var headers = [(name: "Content-Length", value: String(body.count))]
    if let type { headers.append((name: "Content-Type", value: type)) }
    let sends = Etcd.PythonClient.sends(
      method: "PUT", target: "/v2/keys/mb/n1" + query, host: "127.0.0.1:2379", headers: headers,
      body: .whole(body))

    var server = RecordedServer(index: 3_000, phase: .milliseconds(250))
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    var traffic = Etcd.Traffic()
    connection.receive(
      box.forwarded(head: sends[0], body: sends[1]), store: &server.store, now: server.now,
      into: &traffic)
    let isLeftOpen = name.contains("left_open")
    if box.endTowardsServer != .open {
      connection.end(
        box.endTowardsServer, store: &server.store, now: server.now, into: &traffic)
    }
    var said: String?
    for case .reply(let reply) in traffic.sent where reply.reachesClient && !isLeftOpen {
      said = statusLine(reply.status)
    }
    server.advance(by: .milliseconds(600))

    // The client's body comes 30 ms after its head, when the box has long acted.
    let outcome =
      Etcd.PythonClient.sendFailure(serverEnd: box.endTowardsClient)
      ?? Etcd.PythonClient.outcome(of: [], serverEnd: box.endTowardsClient)
    var found: [String] = []
    if record["client_outcome"]?.string != outcome.exception {
      found.append("\(title): client \(outcome), recorded \(record["client_outcome"] as Any)")
    }
    if record["etcd_said_to_middlebox"]?.string != said {
      found.append("\(title): etcd said \(said as Any), \(record["etcd_said_to_middlebox"] as Any)")
    }
    let key = server.store.intern("/mb/n1")
    let node = server.store.node(at: key)
    if record["stored"]?.string == "absent" {
      if node != nil { found.append("\(title): stored, recorded absent") }
      return found
    }
    if record["stored"]?["value"]?.string != node?.value.map({ server.store.text(of: $0) })
      || record["stored"]?["ttl"]?.int != node?.ttl(at: server.now).map({ Int($0) })
    {
      found.append("\(title): stored \(node as Any), recorded \(record["stored"] as Any)")
    }
    // Worlds that keep no bytes must come to the same end.
    let arrival = box.arrival(isForm: type != nil, bodyLength: body.count)
    let verdict = arrival.map { Etcd.Handler.etcd(.reject400).verdict(on: $0) }
    let isWritten = verdict.map { if case .accepted = $0.handling { true } else { false } } ?? false
    if isWritten != (node != nil) { found.append("\(title): the typed verdict differs") }
    return found
  }

  // MARK: Plain Go handlers

  /// What differs between a recorded Go handler and its simulation.
  static func judge(goHandler record: JSON) -> [String] {
    let name = record["handler"]?.string ?? "?"
    guard let handler = Etcd.GoHandler(rawValue: name) else { return ["\(name): unknown handler"] }
    let type = record["content_type"]?.string
    let sent = record["body_sent"]?.string ?? ""
    let declared = record["body_declared"]?.int ?? 0
    let title = "\(name) \(type ?? "-") \(sent) \(record["end"]?.string ?? "complete")"
    var connection = Etcd.ServerConnection(handler: .go(handler))
    var store = Etcd.Keyspace()
    var traffic = Etcd.Traffic()
    let head = RecordedServer.head(
      "PUT", "/put" + (record["query"]?.string ?? ""), contentType: type, length: declared)
    connection.receive((head + sent).utf8, store: &store, now: .start, into: &traffic)
    switch record["end"]?.string {
    case "fin": connection.end(.finished, store: &store, now: .start, into: &traffic)
    case "rst": connection.end(.reset, store: &store, now: .start, into: &traffic)
    default: break
    }
    let replies = traffic.sent.compactMap { sent in
      if case .reply(let reply) = sent { reply } else { nil }
    }
    guard let reply = replies.first, case .seen(let seen) = reply.body else {
      return ["\(title): no answer"]
    }
    var found: [String] = []
    let status = reply.reachesClient ? reply.status : nil
    if status != record["status"]?.int {
      found.append("\(title): status \(status as Any), recorded \(record["status"] as Any)")
    }
    let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
    if case .object(let fields)? = record["handler_saw"] {
      for field in fields.keys.sorted() {
        let simulated: JSON? =
          switch field {
          case "value": .string(text(seen.value))
          case "ttl": .string(text(seen.ttl))
          case "err1": seen.firstError.map { .string($0) } ?? .null
          case "err2": seen.secondError.map { .string($0) } ?? .null
          case "rejected": .bool(seen.isRefused)
          case "content_length": .number(Double(seen.contentLength ?? -1))
          default: nil
          }
        if simulated != fields[field] {
          found.append("\(title) \(field): \(simulated as Any), recorded \(fields[field] as Any)")
        }
      }
    }
    return found
  }

  // MARK: Python's client

  private static let pythonBody = Array("value=%7B%22addr%22%3A%2210.0.0.1%22%7D&ttl=60END".utf8)

  /// What differs between the recorded sizes of `send` calls and the simulated ones.
  static func judge(sendCalls record: JSON) -> [String] {
    typealias Client = Etcd.PythonClient
    let name = record["case"]?.string ?? "?"
    let body = pythonBody
    let form = (name: "Content-Type", value: RecordedServer.form)
    let length = (name: "Content-Length", value: String(body.count))
    let halves = [Array(body[..<5]), Array(body[5...])]
    let request: (headers: [(name: String, value: String)], body: Client.Body, joins: Bool)
    switch name {
    case "bytes body", "str body": request = ([form], .whole(body), false)
    case "no body": request = ([form], .none, false)
    case "empty bytes body": request = ([form], .whole([]), false)
    case "file-like body": request = ([form, length], .whole(body), false)
    case "iterable of 2 chunks": request = ([form, length], .pieces(halves), false)
    case "iterable chunked":
      request = ([form, ("Transfer-Encoding", "chunked")], .chunks(halves), false)
    case "putrequest/endheaders(body)": request = ([length], .whole(body), false)
    case "overridden _send_output joining headers+body": request = ([form], .whole(body), true)
    default: return ["\(name): unknown case"]
    }
    let sizes = Client.sends(
      method: "PUT", target: "/v2/keys/x", host: "127.0.0.1:40000", headers: request.headers,
      body: request.body, joinsHeadAndBody: request.joins
    ).map(\.count)
    let recorded = (record["sendall_sizes"]?.array ?? []).compactMap(\.int)
    return sizes == recorded ? [] : ["\(name): \(sizes), recorded \(recorded)"]
  }

  /// What differs between a recorded exception of Python's client and the simulated one.
  static func judge(exception record: JSON) -> [String] {
    typealias Client = Etcd.PythonClient
    let name = record["case"]?.string ?? "?"
    let outcome: Client.Outcome
    var stage = "getresponse"
    switch name {
    case "server closes (FIN) right at accept, before reading":
      // Closing with unread bytes resets; the head was on its way, so the body's send fails.
      outcome = Client.sendFailure(serverEnd: .reset) ?? .timeoutError
      stage = "request"
    case "server reads all then FIN, no response":
      outcome = Client.outcome(of: [], serverEnd: .finished)
    case "server reads all then RST, no response",
      "server resets after headers, client sends body at once":
      outcome = Client.outcome(of: [], serverEnd: .reset)
    case "server closes after headers (FIN), client sends body 200 ms later",
      "server half-closes (shutdown write) after headers, keeps reading; body 200 ms later":
      outcome =
        Client.sendFailure(serverEnd: .finished) ?? Client.outcome(of: [], serverEnd: .finished)
    case "server RSTs after headers, client sends body 200 ms later":
      outcome = Client.sendFailure(serverEnd: .reset) ?? .timeoutError
      stage = "body send"
    case "server sends partial status line then FIN":
      outcome = Client.outcome(of: "HTTP/1.1 20".utf8, serverEnd: .finished)
    case "nothing listens": outcome = .connectionRefusedError
    default: return ["\(name): unknown case"]
    }
    var found: [String] = []
    let exception = record["exception"]?.string
    if exception != outcome.exception && "builtins." + (exception ?? "") != outcome.exception {
      found.append("\(name): \(outcome), recorded \(exception as Any)")
    }
    if let message = record["message"]?.string, message != outcome.message {
      found.append("\(name): \(outcome.message as Any), recorded \(message)")
    }
    // Whether the reset overtakes the second send is a matter of microseconds.
    let isRace = name.contains("at once") || name.contains("right at accept")
    if let recorded = record["stage"]?.string, recorded != stage, !isRace {
      found.append("\(name): stage \(recorded)")
    }
    return found
  }
}
