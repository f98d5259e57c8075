import Scenarios

extension RecordingReader {
  /// How a recording writes an answer: indices from the start of a sequence, or etcd's own.
  enum AnswerForm {
    case sequence
    case event
    /// As etcd wrote it, without a status.
    case raw
    /// To a request as it was sent: possibly of the HTTP server, without nodes, or without a body.
    case request

    /// Written in every answer, though perhaps as null.
    var always: [String] {
      switch self {
      case .sequence, .request: ["x_etcd_index"]
      case .event: ["seen_after_op_index"]
      case .raw: []
      }
    }

    /// Written in every answer that is an error.
    func always(ofError code: Int64) -> [String] {
      // The recorder of sequences keeps only causes in which there is no text of Go's.
      let keepsCause = self == .raw || [100, 102, 104, 105, 107, 108].contains(code)
      return ["index"] + (keepsCause ? ["cause"] : [])
    }

    var known: [String] {
      let body = ["action", "node", "prevNode", "errorCode", "message", "cause", "index"]
      return switch self {
      case .sequence: ["status", "x_etcd_index"] + body
      case .event: ["status", "seen_after_op_index"] + body
      case .raw: body
      case .request: ["status", "x_etcd_index", "body", "text", "location"] + body
      }
    }
  }

  private static var indices: ClosedRange<Int64> { -numberMax...numberMax }

  mutating func answer(_ value: DocumentValue, as form: AnswerForm) -> EtcdAnswer {
    var answer = EtcdAnswer()
    guard value.members != nil else {
      report(.wrongType, "an answer is an object, not \(value.summary)", at: value.location)
      return answer
    }
    close(value, known: form.known)
    expect(value, form.always)
    if form != .raw { answer.status = integer(value, "status", in: 100...999) }
    if field(value, "errorCode") != nil {
      answer.errorCode = integer(value, "errorCode", in: 0...100_000)
      answer.message = text(value, "message")
      answer.cause = optionalText(value, "cause")
      answer.keepsCause = value["cause"] != nil
      expect(value, form.always(ofError: answer.errorCode ?? 0))
      answer.index = optionalInteger(value, "index", in: Self.indices)
    } else if form == .request {
      answer.action = optionalText(value, "action")
      answer.node = field(value, "node").map { node($0, as: form) }
      answer.prevNode = field(value, "prevNode").map { node($0, as: form) }
    } else {
      answer.action = text(value, "action")
      answer.node = required(value, "node").map { node($0, as: form) }
      answer.prevNode = field(value, "prevNode").map { node($0, as: form) }
    }
    if form == .request {
      answer.body = optionalText(value, "body")
      answer.text = optionalText(value, "text")
      answer.location = optionalText(value, "location")
    }
    answer.etcdIndex = optionalInteger(value, "x_etcd_index", in: 0...Self.numberMax)
    return answer
  }

  private mutating func node(_ value: DocumentValue, as form: AnswerForm) -> EtcdAnswer.Node {
    var node = EtcdAnswer.Node()
    guard value.members != nil else {
      report(.wrongType, "a node is an object, not \(value.summary)", at: value.location)
      return node
    }
    close(
      value,
      known: [
        "key", "value", "dir", "ttl", form == .raw ? "expiration" : "has_expiration",
        "modifiedIndex", "createdIndex", "nodes",
      ])
    // etcd leaves the key of the root out.
    node.key = optionalText(value, "key") ?? "/"
    node.value = optionalText(value, "value")
    node.isDirectory = optionalFlag(value, "dir") ?? false
    node.ttl = optionalInteger(value, "ttl", in: 0...Self.numberMax).flatMap { $0 == 0 ? nil : $0 }
    // etcd's own form has the date itself, or nothing.
    node.hasExpiration =
      form == .raw
      ? optionalText(value, "expiration") != nil : flag(value, "has_expiration")
    node.modifiedIndex = optionalInteger(value, "modifiedIndex", in: Self.indices)
    node.createdIndex = optionalInteger(value, "createdIndex", in: Self.indices)
    if field(value, "nodes") != nil {
      node.nodes = list(value, "nodes").map { self.node($0, as: form) }
      node.sortNodes()
    }
    return node
  }
}
