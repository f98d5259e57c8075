import Scenarios
import SimulationKernel
import Systems

/// A PUT of Python's client through a box that cuts it between head and body.
public struct MiddleboxRecord: Sendable, Equatable {
  public enum Box: String, Sendable, CaseIterable {
    case finBoth = "headers_then_fin_both"
    case finClientResetServer = "headers_then_fin_client_rst_etcd"
    case resetBoth = "headers_then_rst_both"
    case leftOpen = "headers_then_fin_client_etcd_side_left_open"
    case nothingForwarded = "nothing_forwarded_fin_client"
    case responseLost = "full_forwarded_response_dropped_fin_client"
    case reframedEmpty = "l7_box_reframes_to_content_length_0"
    case reframedChunkedEnded = "l7_box_reframes_to_chunked_and_terminates_cleanly"
    case reframedChunkedCut = "l7_box_reframes_to_chunked_and_cuts"

    var model: Etcd.Middlebox {
      switch self {
      case .finBoth: .finBoth
      case .finClientResetServer: .finClientResetServer
      case .resetBoth: .resetBoth
      case .leftOpen: .finClientServerLeftOpen
      case .nothingForwarded: .nothingForwarded
      case .responseLost: .responseLost
      case .reframedEmpty: .reframedEmpty
      case .reframedChunkedEnded: .reframedChunkedEnded
      case .reframedChunkedCut: .reframedChunkedCut
      }
    }
  }

  public var box: Box
  public var contentType: String?
  public var query: String
  public var clientOutcome: String
  /// The first line of etcd's answer to the box; nil when the box saw none.
  public var etcdSaid: String?
  /// Nil when nothing was written.
  public var stored: Stored?

  public struct Stored: Sendable, Equatable {
    public var value: String
    public var ttl: Int64?
  }

  var id: String { RecordTitle.text("middlebox", box.rawValue, contentType, query) }

  // MARK: Judging

  private static let body = Array("value=%7B%22addr%22%3A%2210.0.0.1%22%7D&ttl=60".utf8)

  func failures() -> [ConformanceFailure] {
    var headers = [(name: "Content-Length", value: String(Self.body.count))]
    if let contentType { headers.append((name: "Content-Type", value: contentType)) }
    let sends = Etcd.PythonClient.sends(
      method: "PUT", target: "/v2/keys/mb/n1" + query, host: "127.0.0.1:2379", headers: headers,
      body: .whole(Self.body))
    let box = box.model
    var server = EtcdServerDriver(index: 3_000, phase: .milliseconds(250))
    var connection = Etcd.ServerConnection(handler: .etcd(.reject400))
    var traffic = Etcd.Traffic()
    connection.receive(
      box.forwarded(head: sends[0], body: sends[1]), store: &server.store, now: server.now,
      into: &traffic)
    if box.endTowardsServer != .open {
      connection.end(box.endTowardsServer, store: &server.store, now: server.now, into: &traffic)
    }
    var said: String?
    for case .reply(let reply) in traffic.sent where reply.reachesClient && self.box != .leftOpen {
      said = StatusLine.text(reply.status)
    }
    // The recorder reads the key a little later.
    server.advance(by: .milliseconds(600))
    let key = server.store.intern("/mb/n1")
    let node = server.store.node(at: key)

    // The client's body comes 30 ms after its head, when the box has long acted.
    let outcome =
      Etcd.PythonClient.sendFailure(serverEnd: box.endTowardsClient, sendsAfterEnd: 1)
      ?? Etcd.PythonClient.outcome(of: [], serverEnd: box.endTowardsClient)
    var differences = Differences()
    differences.compare("client_outcome", clientOutcome, Self.text(of: outcome))
    differences.compare("etcd_said_to_middlebox", etcdSaid, said)
    if let stored, let node {
      differences.compare(
        "stored.value", stored.value, node.value.map { server.store.text(of: $0) })
      differences.compare("stored.ttl", stored.ttl, node.ttl(at: server.now), tolerance: 1)
    } else if (stored == nil) != (node == nil) {
      differences.compare(
        "stored", stored == nil ? "absent" : "present", node == nil ? "absent" : "present")
    }
    compareVerdict(box, isStored: node != nil, &differences)
    return [differences.failure(of: id, step: 0, "PUT through a middlebox")].compactMap(\.self)
  }

  /// Worlds that keep no bytes must come to the same end.
  private func compareVerdict(
    _ box: Etcd.Middlebox, isStored: Bool, _ differences: inout Differences
  ) {
    let isForm = contentType == EtcdServerDriver.form
    let arrival = box.arrival(isForm: isForm, bodyLength: Self.body.count)
    let verdict = arrival.map { Etcd.Handler.etcd(.reject400).verdict(on: $0) }
    let isWritten = verdict.map { if case .accepted = $0.handling { true } else { false } }
    differences.compare("accepted without bytes", isStored, isWritten ?? false)
  }

  static func text(of outcome: Etcd.PythonClient.Outcome) -> String {
    if case .status(let status) = outcome { return "status \(status)" }
    let name = outcome.exception ?? ""
    return name
  }
}

extension RecordingReader {
  mutating func middlebox(_ value: DocumentValue) -> MiddleboxRecord? {
    close(
      value,
      known: [
        "middlebox", "content_type", "query", "client_outcome", "etcd_said_to_middlebox", "stored",
      ])
    guard let box = choice(value, "middlebox", MiddleboxRecord.Box.self, called: "middlebox")
    else { return nil }
    expect(value, ["content_type", "etcd_said_to_middlebox"])
    let said = optionalText(value, "etcd_said_to_middlebox")
    var record = MiddleboxRecord(
      box: box, contentType: optionalText(value, "content_type"),
      query: text(value, "query"), clientOutcome: text(value, "client_outcome"),
      // `(nothing within 1.0s)` and `(closed)`: no answer.
      etcdSaid: said.flatMap { $0.hasPrefix("(") ? nil : $0 })
    name(value, record.id)
    guard let stored = required(value, "stored") else { return nil }
    if stored.string == "absent" { return record }
    close(stored, known: ["value", "ttl"])
    expect(stored, ["ttl"])
    record.stored = .init(
      value: text(stored, "value"),
      ttl: optionalInteger(stored, "ttl", in: 0...Self.numberMax))
    return record
  }
}
