import Scenarios
import Systems

/// A request to etcd as it was sent: whatever method, path and parameters.
public struct EtcdRequest: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var method = "GET"
  /// What follows `/v2/keys`, escapes and query included.
  public var target = "/"
  /// The form in the body; nil when there is no body.
  public var form: [Field]?

  public init() {}

  var fields: [(String, String)]? { form?.map { ($0.name, $0.value) } }

  /// The model's reply in the form of recordings; indices count from `base`.
  func answer(to reply: Etcd.Reply?, base: Int64, in store: Etcd.Keyspace) -> EtcdAnswer {
    var answer = EtcdAnswer()
    guard let reply else { return answer }
    switch reply.body {
    case .etcd(let response):
      answer = EtcdAnswer(response, base: base, in: store)
      answer.node?.sortNodes()
      // The store was not asked, so its index is not told.
      if response.etcdIndex == 0 { answer.etcdIndex = nil }
      answer.body = store.json(of: response, omitsNodes: omitsNodes)
      if case .changed(let event) = response.body, omitsNodes, !event.action.isRemoval {
        answer.node = nil
        answer.prevNode = nil
      }
    case .text(let text) where reply.status == 301: answer.location = text
    case .text(let text): answer.text = text
    case .message, .seen: break
    }
    answer.status = Int64(reply.status)
    guard method == "HEAD" else { return answer }
    // Nothing but the head arrives.
    var head = EtcdAnswer()
    head.status = answer.status
    head.etcdIndex = answer.etcdIndex
    return head
  }

  /// Whether the answer to a change leaves out the nodes: `noValueOnSuccess`.
  private var omitsNodes: Bool {
    let query = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let body = fields.map { Etcd.Form(parsing: EtcdServerDriver.encoded($0).utf8) }
    let form = Etcd.Form(
      body: body ?? Etcd.Form(),
      query: query.count > 1 ? Etcd.Form(parsing: query[1].utf8) : Etcd.Form())
    return form["noValueOnSuccess"].flatMap { Etcd.Operation.flag($0) } ?? false
  }
}

extension RecordingReader {
  mutating func request(_ value: DocumentValue) -> EtcdRequest {
    let limit = 4_000
    var request = EtcdRequest()
    request.method = text(value, "method")
    request.target = text(value, "target")
    let line = Array((request.method + request.target).utf8)
    if line.count > limit || line.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      report(
        .outOfRange, "a method and a target have no spaces and at most \(limit) bytes of ASCII",
        at: field(value, "target")?.location ?? value.location)
    }
    guard sent(value, "fields") != nil else { return request }
    request.form = list(value, "fields").compactMap { entry in
      guard let pair = entry.elements, pair.count == 2 else {
        wrong(entry, "fields", "a list of pairs of a name and a value")
        return nil
      }
      guard let name = asText(pair[0], "fields"), let text = asText(pair[1], "fields") else {
        return nil
      }
      return EtcdRequest.Field(name: name, value: text)
    }
    return request
  }
}
