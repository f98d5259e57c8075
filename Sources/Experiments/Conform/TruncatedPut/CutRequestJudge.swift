import Scenarios
import SimulationKernel
import Systems

/// The rules of comparison for requests that were cut on their way to etcd.
///
/// Directly at etcd everything is exact. Through a proxy or a gateway, an end of the connection right
/// behind a whole request races the answer, and either outcome agrees.
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
        compare(response, replay, &differences)
        differences.compare("response_end", responseEnd, replay.responseEnd)
      }
      note(end, "value stored") { compare(stored, request, replay, &$0) }
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

  private static func compare(
    _ recorded: CutRequest.Response?, _ replay: CutRequestReplay,
    _ differences: inout Differences
  ) {
    let reply = replay.seenReply
    let status = reply.map { Int64($0.status) }
    let isLost = recorded?.status == nil || recorded?.status == 200
    if !(replay.isRace && isLost) {
      differences.compare("response.status", recorded?.status, status)
    }
    differences.compare("response.interim", recorded?.interim ?? 0, replay.interimBefore)
    guard let recorded, let reply, recorded.status == status else { return }
    differences.compare(
      "response.connection_close", recorded.closesConnection, reply.closesConnection)
    if replay.isRace, recorded.body == .text("") { return }
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
    let allowed = replay.isRace ? [modelled, "absent"] : [modelled]
    guard !outcomes.allSatisfy(allowed.contains) else { return }
    differences.compare("counts", outcomes, [modelled])
  }

  private static func compare(
    _ recorded: CutRequest.Stored, _ request: CutRequest, _ replay: CutRequestReplay,
    _ differences: inout Differences
  ) {
    let node = replay.stored()
    guard recorded.isWritten == (node != nil) else {
      if !replay.isRace { differences.compare("stored.written", recorded.isWritten, node != nil) }
      return
    }
    let value = node?.value.map { replay.server.store.text(of: $0) }
    differences.compare("stored.value", recorded.value, value)
    if let hasValue = recorded.hasValue {
      differences.compare("stored.value_field_present", hasValue, value != nil)
    }
    if let code = recorded.errorCode {
      let keyNotFound = Int64(Etcd.Failure.Code.keyNotFound.rawValue)
      differences.compare("stored.errorCode", code, node == nil ? keyNotFound : nil)
    }
    let ttl = node?.ttl(at: replay.server.now)
    differences.compare("stored.ttl", recorded.ttl, ttl, tolerance: ttlTolerance)
    if let isNew = recorded.isNew, let node {
      differences.compare(
        "stored.createdIndex_eq_modifiedIndex", isNew, node.createdIndex == node.modifiedIndex)
    }
    if let isOverwritten = recorded.isOverwritten {
      differences.compare("stored.preexisting_overwritten", isOverwritten, value != "OLD")
    }
  }
}
