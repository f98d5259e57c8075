import SimulationKernel

extension Etcd.ServerConnection {
  /// Largest form that Go reads, in bytes.
  private static var formLimit: Int { 10 << 20 }

  /// Runs the handler on a request as far as it has arrived; false when it must wait for more.
  mutating func handle(
    _ head: Etcd.RequestHead, _ reader: Etcd.BodyReader, _ store: inout Etcd.Keyspace,
    _ now: Instant, _ traffic: inout Etcd.Traffic
  ) -> Bool {
    let verdict = self.verdict(head, reader)
    let reads = reader.keepsContent
    if reads && head.expectsContinue && !saidContinue {
      saidContinue = true
      traffic.sent.append(.interim)
    }
    let refusal: String?
    switch verdict.handling {
    case .waits: return false
    case .refused:
      let isTooLarge = reader.content.count > Self.formLimit
      refusal = isTooLarge ? "http: POST too large" : reader.error(atEndOf: stream)
    case .accepted: refusal = nil
    }
    var reply = answer(head, reader, refusal, verdict, &store, now, &traffic)
    reply.closesConnection = !head.keepsConnection
    if case .etcd(let response) = reply.body, case .watching(let start) = response.body {
      traffic.sent.append(.reply(reply))
      phase = .watching(Self.waitingWatch(start))
      if case .replayed = start, !isStream(head) { phase = .head }
      return true
    }
    switch verdict.reply {
    case .held: phase = .held(reply, reader)
    case .now(let closes):
      reply.closesLate = closes && reader.missing >= Etcd.Handler.unreadMax
      let drains = closes && !reads && !reader.isDone && !reply.closesLate
      send(reply, closing: closes, drains: drains ? reader : nil, &traffic)
    case .lost: send(reply, closing: false, &traffic)
    }
    return true
  }

  /// The verdict on a body of either framing: a body in chunks counts as one byte longer than what
  /// is there, until its end.
  private func verdict(_ head: Etcd.RequestHead, _ reader: Etcd.BodyReader) -> Etcd.Verdict {
    let isOver = reader.malformation != nil || reader.content.count > Self.formLimit
    let state = stream == .open && isOver ? Etcd.StreamState.finished : stream
    let missing = isOver ? max(reader.missing, 1) : reader.missing
    var arrival = Etcd.BodyArrival(
      isForm: head.carriesForm,
      declaredLength: missing > .max - reader.received ? .max : reader.received + missing,
      receivedLength: reader.received, stream: state)
    arrival.expectsContinue = head.expectsContinue
    return handler.verdict(on: arrival)
  }

  private mutating func answer(
    _ head: Etcd.RequestHead, _ reader: Etcd.BodyReader, _ refusal: String?,
    _ verdict: Etcd.Verdict, _ store: inout Etcd.Keyspace, _ now: Instant,
    _ traffic: inout Etcd.Traffic
  ) -> Etcd.Reply {
    let usesBody = verdict.handling == .accepted(usesBody: true)
    switch handler {
    case .etcd(let policy):
      // Go's `io.ReadAll` returns what it has read along with the error.
      let body = usesBody || policy.handler.readsRawBody ? reader.content : []
      return serve(head, body, refusal, policy, &store, now, &traffic)
    case .v2Proxy(let policy):
      if let refusal {
        let text = "httpproxy: failed to read request body: " + refusal
        return Etcd.Reply(status: 500, body: .message(text))
      }
      let body = head.carriesForm || policy.handler.readsRawBody ? reader.content : []
      return serve(head, body, nil, policy, &store, now, &traffic)
    case .go(let handler):
      return observe(handler, head, reader, usesBody: usesBody)
    }
  }

  /// The form of a request and what was wrong with it, in Go's words.
  private func form(
    _ head: Etcd.RequestHead, _ body: [UInt8], _ cut: String?
  ) -> (form: Etcd.Form, error: String?) {
    let form = Etcd.Form(body: Etcd.Form(parsing: body), query: Etcd.Form(parsing: head.query))
    return (form, (head.takesForm ? head.mediaType.error : nil) ?? cut ?? form.error)
  }

  /// etcd's own work: routes, parses, asks the store.
  private func serve(
    _ head: Etcd.RequestHead, _ body: [UInt8], _ cut: String?, _ policy: Etcd.FormErrorPolicy,
    _ store: inout Etcd.Keyspace, _ now: Instant, _ traffic: inout Etcd.Traffic
  ) -> Etcd.Reply {
    // Asked by browsers before they send anything; answered ahead of the router.
    if head.method == "OPTIONS" { return Etcd.Reply(status: 200, body: .text("")) }
    if let elsewhere = Self.cleaned(head.path) {
      return Etcd.Reply(status: 301, body: .text(ByteText.string(elsewhere)))
    }
    let prefix = Array("/v2/keys".utf8)
    let path = head.path.dropFirst(prefix.count)
    guard head.path.starts(with: prefix), path.isEmpty || path.first == UInt8(ascii: "/") else {
      return Etcd.Reply(status: 404, body: .text("404 page not found"))
    }
    let method: Etcd.Operation.Method
    switch head.method {
    case "GET": method = .get
    case "HEAD": method = .head
    case "PUT": method = .put
    case "POST": method = .post
    case "DELETE": method = .delete
    default: return Etcd.Reply(status: 405, body: .text("Method Not Allowed"))
    }
    let isRaw = policy.handler.readsRawBody
    let (form, error) =
      isRaw
      ? (Etcd.Form(value: body, query: Etcd.Form(parsing: head.query)), cut)
      : form(head, body, cut)
    let response: Etcd.Response
    do throws(Etcd.Failure) {
      if let error, policy.handler.refusesCutBody {
        throw Etcd.Failure(.invalidForm, .text(error), index: 0)
      }
      let operation = try Etcd.Operation(method, path: path, form: form, for: &store)
      traffic.operations.append(operation)
      response = store.apply(operation, now: now, into: &traffic.output)
    } catch {
      response = Etcd.Response(error, at: now)
    }
    return Etcd.Reply(status: response.status, body: .etcd(response))
  }

  private func observe(
    _ handler: Etcd.GoHandler, _ head: Etcd.RequestHead, _ reader: Etcd.BodyReader, usesBody: Bool
  ) -> Etcd.Reply {
    var seen = Etcd.GoObservation()
    let cut = reader.keepsContent && !reader.isDone ? reader.error(atEndOf: stream) : nil
    if handler.readsRawBody {
      seen.contentLength = head.contentLength ?? -1
      seen.firstError = cut
      seen.value = reader.content
    } else {
      let (form, error) = form(head, usesBody ? reader.content : [], cut)
      seen.firstError = error
      seen.value = form["value"] ?? []
      seen.ttl = form["ttl"] ?? []
    }
    seen.isRefused = seen.firstError != nil && handler.refusesCutBody
    return Etcd.Reply(status: seen.isRefused ? 400 : 201, body: .seen(seen))
  }

  private static func waitingWatch(_ start: Etcd.WatchStart) -> Etcd.WatchID? {
    if case .waiting(let watch) = start { return watch }
    return nil
  }

  private func isStream(_ head: Etcd.RequestHead) -> Bool {
    Etcd.Form(parsing: head.query)["stream"].flatMap(Etcd.Operation.flag) ?? false
  }

  /// Where Go's router sends a path with empty, `.` or `..` components; nil for a clean one.
  private static func cleaned(_ path: [UInt8]) -> [UInt8]? {
    var parts: [ArraySlice<UInt8>] = []
    for part in path.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    var clean: [UInt8] = []
    for part in parts { clean += [UInt8(ascii: "/")] + part }
    if clean.isEmpty || path.last == UInt8(ascii: "/") { clean.append(UInt8(ascii: "/")) }
    return clean == path ? nil : clean
  }
}
