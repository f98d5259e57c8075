import Scenarios
import SimulationKernel
import Systems

/// The rules of comparison for requests that were cut on their way to etcd.
///
/// Directly at etcd everything is exact. An end of the connection right behind a whole request races
/// what stands between:
///
/// - a gateway has passed the request on, so it is carried out; but the answer may find nobody;
/// - the v2 proxy may cancel the request. A client that still reads then gets an empty 200, whether
///   the request was carried out or not; a proper answer says that it was. One that has reset gets
///   nothing, and either is possible.
enum CutRequestJudge {
  /// Seconds that a TTL may be off, as in sequences.
  private static let ttlTolerance: UInt64 = 1

  static func failures(of request: CutRequest) -> [ConformanceFailure] {
    let replay = CutRequestReplay(request)
    let end = request.steps.count
    var failures: [ConformanceFailure] = []
    func note(_ step: Int, _ action: String, _ body: (inout Differences) -> Void) {
      var differences = Differences()
      body(&differences)
      failures += [differences.failure(of: request.id, step: step, action)].compactMap(\.self)
    }
    switch request.outcome {
    case .counted(let outcomes):
      note(end, "value stored") { compare(outcomes, replay, &$0) }
    case .observed(let response, let responseEnd, let interim, let stored):
      note(step(of: request) { $0 == .receiveInterim } ?? end, "first read") { differences in
        let lines = interim.map { text in String(text.prefix { !$0.isNewline }) }
        differences.compare("interim", lines, replay.interim)
      }
      note(step(of: request, isReceive) ?? end, "answer") { differences in
        compare(response, request, replay, &differences)
        if !replay.responseEnds.contains(where: { $0 == responseEnd }) {
          differences.compare("response_end", responseEnd, replay.responseEnds.first)
        }
      }
      note(end, "value stored") { differences in
        compare(stored, replay.stored(), request, replay, &differences)
        let mayBeCancelled =
          replay.isRace && request.route == .v2Proxy
          && (response == nil || isCancelled(response, request, replay))
        guard !differences.isEmpty, mayBeCancelled else { return }
        var others = Differences()
        compare(stored, replay.storedBefore(), request, replay, &others)
        if others.isEmpty { differences = others }
      }
    }
    return failures.sorted { $0.step < $1.step }
  }

  private static func isReceive(_ step: CutRequest.Step) -> Bool {
    if case .receive = step { true } else { false }
  }

  private static func step(
    of request: CutRequest, _ isWanted: (CutRequest.Step) -> Bool
  ) -> Int? {
    request.steps.lastIndex(where: isWanted)
  }

  // MARK: The answer

  /// Whether this is what the v2 proxy says of a request that it has cancelled.
  private static func isCancelled(
    _ recorded: CutRequest.Response?, _ request: CutRequest, _ replay: CutRequestReplay
  ) -> Bool {
    replay.isRace && request.route == .v2Proxy && recorded?.status == 200
      && recorded?.body == .text("") && recorded?.closesConnection == false
  }

  private static func compare(
    _ recorded: CutRequest.Response?, _ request: CutRequest, _ replay: CutRequestReplay,
    _ differences: inout Differences
  ) {
    let reply = replay.seenReply
    let status = reply.map { Int64($0.status) }
    let isLost = replay.isRace && request.route == .gateway && recorded == nil
    let isOther = isLost || reply != nil && isCancelled(recorded, request, replay)
    if !isOther { differences.compare("response.status", recorded?.status, status) }
    differences.compare("response.interim", recorded?.interim ?? 0, replay.interimBefore)
    guard !isOther, let recorded, let reply, recorded.status == status else { return }
    differences.compare(
      "response.connection_close", recorded.closesConnection, reply.closesConnection)
    if !replay.surplus.isEmpty {
      var text: String?
      if case .text(let found)? = recorded.body { text = NeutralText.ofOneNode(found) }
      let modelled = Self.text(of: reply, replay.surplus, replay.server.store)
      differences.compare("response.body", text, NeutralText.ofOneNode(modelled))
      return
    }
    let modelled = body(of: reply, replay.server.store)
    guard case .change(let action, let value, let ttl, let previous)? = recorded.body,
      case .change(let otherAction, let otherValue, let otherTTL, let otherPrevious)? = modelled
    else {
      if recorded.body != modelled {
        differences.add("response.body", expected: json(recorded.body), got: json(modelled))
      }
      return
    }
    differences.compare("response.body.action", action, otherAction)
    differences.compare("response.body.value", value, otherValue)
    differences.compare("response.body.ttl", ttl, otherTTL, tolerance: ttlTolerance)
    differences.compare("response.body.prev_value", previous, otherPrevious)
  }

  /// What a client that takes everything for one body reads of several answers.
  private static func text(
    of reply: Etcd.Reply, _ others: [Etcd.Reply], _ store: Etcd.Keyspace
  ) -> String {
    func text(_ reply: Etcd.Reply) -> String {
      switch reply.body {
      case .etcd(let response): store.json(of: response)
      case .text(let text), .message(let text): text
      case .seen: ""
      }
    }
    return others.reduce(into: text(reply)) { result, other in
      result += StatusLine.text(other.status) + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
      result += (other.closesConnection ? "Connection: close\r\n" : "") + "\r\n" + text(other)
    }
  }

  private static func body(of reply: Etcd.Reply, _ store: Etcd.Keyspace) -> CutRequest.Body? {
    switch reply.body {
    case .text(let text): return .text(text)
    case .message(let text): return .message(text)
    case .seen: return nil
    case .etcd(let response):
      switch response.body {
      case .changed(let event):
        let text = { (value: Etcd.Value?) in value.map { store.text(of: $0) } }
        return .change(
          action: "\(event.action)", value: text(event.node.value),
          ttl: event.node.ttl(at: event.time), previous: text(event.previous?.value))
      case .failed(let failure):
        return .failure(
          code: Int64(failure.code.rawValue), message: failure.message,
          cause: store.text(of: failure.cause))
      case .listing, .watching: return nil
      }
    }
  }

  private static func json(_ body: CutRequest.Body?) -> JSONValue {
    switch body {
    case nil: return .null
    case .text(let text): return .string(text)
    case .message(let text): return ["message": .string(text)]
    case .failure(let code, let message, let cause):
      return .object([
        "errorCode": .integer(code), "message": .string(message),
        "cause": cause.map { .string($0) },
      ])
    case .change(let action, let value, let ttl, let previous):
      return .object([
        "action": .string(action), "value": value.map { .string($0) },
        "ttl": ttl.map { .integer($0) }, "prev_value": previous.map { .string($0) },
      ])
    }
  }

  // MARK: What was written

  private static func compare(
    _ outcomes: [String], _ replay: CutRequestReplay, _ differences: inout Differences
  ) {
    let value = replay.stored().map { $0.value.map { replay.server.store.text(of: $0) } ?? "" }
    let modelled = value.map { $0.isEmpty ? "empty" : "full" } ?? "absent"
    let allowed = replay.isRace && replay.route == .v2Proxy ? [modelled, "absent"] : [modelled]
    guard !outcomes.allSatisfy(allowed.contains) else { return }
    differences.compare("counts", outcomes, [modelled])
  }

  private static func compare(
    _ recorded: CutRequest.Stored, _ node: Etcd.Node?, _ request: CutRequest,
    _ replay: CutRequestReplay, _ differences: inout Differences
  ) {
    guard recorded.isWritten == (node != nil) else {
      differences.compare("stored.written", recorded.isWritten, node != nil)
      return
    }
    let value = node?.value.map { replay.server.store.text(of: $0) }
    differences.compare("stored.value", recorded.value, value)
    differences.compare(
      "stored.value_field_present", recorded.hasValue, node.map { $0.value != nil })
    let keyNotFound = Int64(Etcd.Failure.Code.keyNotFound.rawValue)
    differences.compare("stored.errorCode", recorded.errorCode, node == nil ? keyNotFound : nil)
    let ttl = node?.ttl(at: replay.server.now)
    differences.compare("stored.ttl", recorded.ttl, ttl, tolerance: ttlTolerance)
    differences.compare(
      "stored.createdIndex_eq_modifiedIndex", recorded.isNew,
      node.map { $0.createdIndex == $0.modifiedIndex })
    differences.compare(
      "stored.preexisting_overwritten", recorded.isOverwritten,
      request.hasValueBefore ? value != "OLD" : nil)
  }
}
