/// What the announcing node sees.
public enum AnnounceOutcome: UInt8, Sendable, BitwiseCopyable {
  case stored
  /// A status of 400 or more.
  case rejected
  /// `http.client.RemoteDisconnected`: closed without a response.
  case remoteDisconnected
  /// `ConnectionResetError`.
  case connectionReset
  case timedOut
  /// Another exception of `http.client`: half an answer, or none that is HTTP.
  case failed

  /// What the programme makes of what its HTTP client returns or raises.
  init(_ outcome: Etcd.PythonClient.Outcome) {
    switch outcome {
    case .status(let status): self = status < 400 ? .stored : .rejected
    case .remoteDisconnected: self = .remoteDisconnected
    case .connectionResetError: self = .connectionReset
    case .timeoutError: self = .timedOut
    case .badStatusLine, .incompleteRead, .brokenPipeError, .connectionRefusedError: self = .failed
    }
  }

  /// What the node sees behind a box that lets no answer through.
  ///
  /// `sendsAfterEnd`: how many of the request's `send` calls came when the box had acted.
  init(behind box: Etcd.Middlebox, sendsAfterEnd: Int) {
    let end = box.endTowardsClient
    let failure = Etcd.PythonClient.sendFailure(serverEnd: end, sendsAfterEnd: sendsAfterEnd)
    self.init(failure ?? Etcd.PythonClient.outcome(of: [], serverEnd: end))
  }

  /// What the node sees of an answer with this status; 0 stands for a server that closes without one.
  init(answeredWith status: UInt16) {
    let bytes = status == 0 ? "" : "HTTP/1.1 \(status) \r\nContent-Length: 0\r\n\r\n"
    self.init(
      Etcd.PythonClient.outcome(of: bytes.utf8, serverEnd: status == 0 ? .finished : .open))
  }
}

/// What the client makes of each status, once it has been asked.
struct AnsweredOutcomes: Sendable {
  private var known: [(status: UInt16, outcome: AnnounceOutcome)] = []

  subscript(status: UInt16) -> AnnounceOutcome {
    mutating get {
      for entry in known where entry.status == status { return entry.outcome }
      let outcome = AnnounceOutcome(answeredWith: status)
      known.append((status, outcome))
      return outcome
    }
  }
}
