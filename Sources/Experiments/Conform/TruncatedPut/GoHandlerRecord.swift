import Scenarios
import SimulationKernel
import Systems

/// A PUT to one of the ways in which Go programmes read a form.
public struct GoHandlerRecord: Sendable, Equatable {
  public enum End: String, Sendable, CaseIterable { case fin, rst }

  /// What the handler saw; nil for what it did not say.
  public struct Seen: Sendable, Equatable {
    public var value: String?
    public var ttl: String?
    /// The outer nil when it did not say, the inner when there was none.
    public var firstError: String??
    public var secondError: String??
    public var isRejected: Bool?
    public var contentLength: Int64?
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
  public var seen: Seen?

  var id: String {
    let body = "\(sent.utf8.count) of \(declared) bytes"
    let title = RecordTitle.text("go", handler.rawValue, contentType, query)
    return [title, body, end?.rawValue ?? "left open"].joined(separator: " ")
  }

  func failures() -> [ConformanceFailure] {
    var connection = Etcd.ServerConnection(handler: .go(handler))
    var store = Etcd.Keyspace()
    var traffic = Etcd.Traffic()
    let head = EtcdServerDriver.head(
      "PUT", "/put" + query, contentType: contentType, length: Int(declared))
    connection.receive((head + sent).utf8, store: &store, now: .start, into: &traffic)
    switch end {
    case .fin: connection.end(.finished, store: &store, now: .start, into: &traffic)
    case .rst: connection.end(.reset, store: &store, now: .start, into: &traffic)
    case nil: break
    }
    var reply: Etcd.Reply?
    for case .reply(let sent) in traffic.sent where reply == nil { reply = sent }
    var modelled: Etcd.GoObservation?
    if case .seen(let seen)? = reply?.body { modelled = seen }

    var differences = Differences()
    let reaches = reply?.reachesClient == true
    differences.compare("status", status, reaches ? reply.map { Int64($0.status) } : nil)
    if let seen { compare(seen, modelled, &differences) }
    return [differences.failure(of: id, step: 0, "PUT to a Go handler")].compactMap(\.self)
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
    let end =
      field(value, "end") == nil
      ? nil : choice(value, "end", GoHandlerRecord.End.self, called: "end")
    return GoHandlerRecord(
      handler: handler, contentType: optionalText(value, "content_type"),
      query: optionalText(value, "query") ?? "", sent: text(value, "body_sent"),
      declared: integer(value, "body_declared", in: 0...Self.numberMax), end: end,
      status: optionalInteger(value, "status", in: 100...999),
      seen: field(value, "handler_saw").map { seen($0) })
  }

  private mutating func seen(_ value: DocumentValue) -> GoHandlerRecord.Seen {
    close(value, known: ["value", "ttl", "err1", "err2", "rejected", "content_length"])
    var seen = GoHandlerRecord.Seen()
    seen.value = optionalText(value, "value")
    seen.ttl = optionalText(value, "ttl")
    // Here null says that there was no error.
    if value["err1"] != nil { seen.firstError = .some(optionalText(value, "err1")) }
    if value["err2"] != nil { seen.secondError = .some(optionalText(value, "err2")) }
    seen.isRejected = optionalFlag(value, "rejected")
    seen.contentLength = optionalInteger(value, "content_length", in: -1...Self.numberMax)
    return seen
  }
}
