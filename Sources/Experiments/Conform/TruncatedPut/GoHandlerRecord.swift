import Scenarios
import SimulationKernel
import Systems

/// A PUT to one of the ways in which Go programmes read a form.
public struct GoHandlerRecord: Sendable, Equatable {
  public enum End: String, Sendable, CaseIterable { case fin, rst }

  /// What the handler saw: the outer nil for what its kind does not say, the inner for none.
  public struct Seen: Sendable, Equatable {
    public var value: String??
    public var ttl: String??
    public var firstError: String??
    public var secondError: String??
    public var isRejected: Bool??
    public var contentLength: Int64??
  }

  public var handler: Etcd.GoHandler
  public var contentType: String?
  public var query: String
  public var sent: String
  public var declared: Int64
  /// How the client ended the connection; nil when it did not.
  public var end: End?
  /// Nil when the client read no answer.
  public var status: Int64?
  /// Nil when the handler did not come to it.
  public var seen: Seen?

  var id: String {
    let body = "\(sent.utf8.count) of \(declared) bytes"
    let title = RecordTitle.text("go", handler.rawValue, contentType, query)
    return [title, body, end?.rawValue ?? "left open"].joined(separator: " ")
  }

  func failures() -> [ConformanceFailure] {
    var store = Etcd.Keyspace()
    let reply = send(to: .go(handler), "/put", &store)
    var modelled: Etcd.GoObservation?
    if case .seen(let seen)? = reply?.body { modelled = seen }

    var differences = Differences()
    let reaches = reply?.reachesClient == true
    differences.compare("status", status, reaches ? reply.map { Int64($0.status) } : nil)
    if let seen {
      compare(seen, modelled, &differences)
    } else {
      differences.compare("handler_saw", nil, modelled.map { _ in "a request" })
    }
    if differences.isEmpty {
      for policy in policies { compare(policy, &differences) }
    }
    return [differences.failure(of: id, step: 0, "PUT to a Go handler")].compactMap(\.self)
  }

  private func send(
    to handler: Etcd.Handler, _ path: String, _ store: inout Etcd.Keyspace
  ) -> Etcd.Reply? {
    var connection = Etcd.ServerConnection(handler: handler)
    var traffic = Etcd.Traffic()
    let head = EtcdServerDriver.head(
      "PUT", path + query, contentType: contentType, length: Int(declared))
    connection.receive((head + sent).utf8, store: &store, now: .start, into: &traffic)
    switch end {
    case .fin: connection.end(.finished, store: &store, now: .start, into: &traffic)
    case .rst: connection.end(.reset, store: &store, now: .start, into: &traffic)
    case nil: break
    }
    for case .reply(let reply) in traffic.sent { return reply }
    return nil
  }

  /// What etcd would do if it read bodies as this handler does: under the policy of that name, and
  /// under the one that says what it leads to.
  ///
  /// Checking only a second `ParseForm` is as good as not checking.
  private var policies: [Etcd.FormErrorPolicy] {
    let result: Etcd.FormErrorPolicy? =
      switch handler {
      case .checkFirstError: .reject400
      case .ignoreError, .parseTwiceCheckSecond, .formValueOnly, .formValueThenCheckParseForm:
        .acceptEmpty
      case .readAllCheck, .readAllIgnore: nil
      }
    return Etcd.FormErrorPolicy.allCases.filter { $0.handler == handler || $0 == result }
  }

  /// The path that an outage takes: etcd's own handler under a policy that this one stands for
  /// must store the value and the TTL that were seen here, or nothing where this one refused.
  private func compare(_ policy: Etcd.FormErrorPolicy, _ differences: inout Differences) {
    guard let seen else { return }
    var store = Etcd.Keyspace()
    let reply = send(to: .etcd(policy), "/v2/keys/put", &store)
    let key = store.intern("/put")
    let node = store.node(at: key)
    let isRefused = status.map { $0 >= 400 } ?? seen.isRejected.flatMap(\.self) ?? false
    let reaches = reply?.reachesClient == true
    let name = "etcd under \(policy.rawValue)"
    differences.compare("\(name): status", status, reaches ? reply.map { Int64($0.status) } : nil)
    differences.compare("\(name): stores", !isRefused, node != nil)
    guard !isRefused, let node else { return }
    if let value = seen.value.flatMap(\.self) {
      differences.compare("\(name): value", value, node.value.map { store.text(of: $0) })
    }
    if let ttl = seen.ttl.flatMap(\.self) {
      differences.compare("\(name): ttl", ttl, node.ttl(at: .start).map { String($0) } ?? "")
    }
  }

  private func compare(
    _ seen: Seen, _ modelled: Etcd.GoObservation?, _ differences: inout Differences
  ) {
    let text = { (bytes: [UInt8]?) in bytes.map { String(decoding: $0, as: UTF8.self) } }
    if let value = seen.value {
      differences.compare("handler_saw.value", value, text(modelled?.value))
    }
    if let ttl = seen.ttl { differences.compare("handler_saw.ttl", ttl, text(modelled?.ttl)) }
    if let error = seen.firstError {
      differences.compare("handler_saw.err1", error, modelled?.firstError)
    }
    if let error = seen.secondError {
      differences.compare("handler_saw.err2", error, modelled?.secondError)
    }
    if let isRejected = seen.isRejected {
      differences.compare("handler_saw.rejected", isRejected, modelled?.isRefused)
    }
    if let length = seen.contentLength {
      differences.compare(
        "handler_saw.content_length", length, modelled.map { Int64($0.contentLength ?? -1) })
    }
  }
}

extension RecordingReader {
  mutating func goHandler(_ value: DocumentValue) -> GoHandlerRecord? {
    close(
      value,
      known: [
        "server", "handler", "content_type", "query", "body_sent", "body_declared", "end", "status",
        "handler_saw",
      ])
    guard let handler = choice(value, "handler", Etcd.GoHandler.self, called: "Go handler") else {
      return nil
    }
    checkGoServer(value)
    expect(value, ["content_type", "end", "status", "handler_saw"])
    let end =
      field(value, "end") == nil
      ? nil : choice(value, "end", GoHandlerRecord.End.self, called: "end")
    let record = GoHandlerRecord(
      handler: handler, contentType: optionalText(value, "content_type"),
      query: text(value, "query"), sent: text(value, "body_sent"),
      declared: integer(value, "body_declared", in: 0...Self.numberMax), end: end,
      status: optionalInteger(value, "status", in: 100...999),
      seen: field(value, "handler_saw").map { seen($0, by: handler) })
    name(value, record.id, key: record.id + "\n" + record.sent)
    return record
  }

  /// What a handler of a kind always says, though perhaps as null.
  private static func always(in seen: DocumentValue, by handler: Etcd.GoHandler) -> [String] {
    switch handler {
    // It reads no values once it has refused.
    case .checkFirstError: seen["rejected"] != nil ? ["err1"] : ["value", "ttl"]
    case .ignoreError: ["err1", "value", "ttl"]
    case .parseTwiceCheckSecond: ["err1", "err2", "value", "ttl"]
    case .formValueOnly, .formValueThenCheckParseForm: ["value", "ttl"]
    case .readAllCheck: ["err1", "rejected", "value", "content_length"]
    case .readAllIgnore: ["err1", "value", "content_length"]
    }
  }

  private mutating func seen(
    _ value: DocumentValue, by handler: Etcd.GoHandler
  ) -> GoHandlerRecord.Seen {
    close(value, known: ["value", "ttl", "err1", "err2", "rejected", "content_length"])
    expect(value, Self.always(in: value, by: handler))
    var seen = GoHandlerRecord.Seen()
    if value["value"] != nil { seen.value = .some(optionalText(value, "value")) }
    if value["ttl"] != nil { seen.ttl = .some(optionalText(value, "ttl")) }
    if value["err1"] != nil { seen.firstError = .some(optionalText(value, "err1")) }
    if value["err2"] != nil { seen.secondError = .some(optionalText(value, "err2")) }
    if value["rejected"] != nil { seen.isRejected = .some(optionalFlag(value, "rejected")) }
    if value["content_length"] != nil {
      let length = optionalInteger(value, "content_length", in: -1...Self.numberMax)
      seen.contentLength = .some(length)
    }
    return seen
  }
}
