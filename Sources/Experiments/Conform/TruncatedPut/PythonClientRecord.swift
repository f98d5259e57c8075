import Scenarios
import Systems

/// How Python's `http.client` cuts a request into `send` calls.
public struct PythonSendRecord: Sendable, Equatable {
  public enum Case: String, Sendable, CaseIterable {
    case bytes = "bytes body"
    case text = "str body"
    case none = "no body"
    case emptyBytes = "empty bytes body"
    case file = "file-like body"
    case pieces = "iterable of 2 chunks"
    case chunks = "iterable chunked"
    case endheaders = "putrequest/endheaders(body)"
    case joined = "overridden _send_output joining headers+body"
  }

  public var kind: Case
  /// Bytes of each call.
  public var sizes: [Int64]

  var id: String { "http.client \(kind.rawValue)" }

  private static let body = Array("value=%7B%22addr%22%3A%2210.0.0.1%22%7D&ttl=60END".utf8)

  func failures() -> [ConformanceFailure] {
    typealias Client = Etcd.PythonClient
    let body = Self.body
    let form = (name: "Content-Type", value: EtcdServerDriver.form)
    let length = (name: "Content-Length", value: String(body.count))
    let halves = [Array(body[..<5]), Array(body[5...])]
    let request: (headers: [(name: String, value: String)], body: Client.Body)
    switch kind {
    case .bytes, .text, .joined: request = ([form], .whole(body))
    case .none: request = ([form], .none)
    case .emptyBytes: request = ([form], .whole([]))
    case .file: request = ([form, length], .whole(body))
    case .pieces: request = ([form, length], .pieces(halves))
    case .chunks: request = ([form, ("Transfer-Encoding", "chunked")], .chunks(halves))
    case .endheaders: request = ([length], .whole(body))
    }
    // The recorder's server takes a port of five digits, as the kernel gives them out.
    let modelled = Client.sends(
      method: "PUT", target: "/v2/keys/x", host: "127.0.0.1:40000", headers: request.headers,
      body: request.body, joinsHeadAndBody: kind == .joined
    ).map { Int64($0.count) }
    var differences = Differences()
    differences.compare("sendall_sizes", sizes, modelled)
    return [differences.failure(of: id, step: 0, "send calls")].compactMap(\.self)
  }
}

/// What a Python program sees of a server that misbehaves.
public struct PythonExceptionRecord: Sendable, Equatable {
  public enum Case: String, Sendable, CaseIterable {
    case finAtAccept = "server closes (FIN) right at accept, before reading"
    case finAfterAll = "server reads all then FIN, no response"
    case resetAfterAll = "server reads all then RST, no response"
    case finAfterHead = "server closes after headers (FIN), client sends body 200 ms later"
    case resetAfterHead = "server RSTs after headers, client sends body 200 ms later"
    case halfClose =
      "server half-closes (shutdown write) after headers, keeps reading; body 200 ms later"
    case resetAtOnce = "server resets after headers, client sends body at once"
    case partialStatus = "server sends partial status line then FIN"
    case nothingListens = "nothing listens"
  }

  public var kind: Case
  public var exception: String?
  /// Nil where the recorder kept neither this nor the stage: where nothing listens.
  public var message: String??
  /// Up to which call the client came; nil where it is not compared.
  public var stage: String??
  /// `status 200`, where no exception was raised.
  public var result: String?

  var id: String { "http.client \(kind.rawValue)" }

  func failures() -> [ConformanceFailure] {
    let (outcome, stage) = modelled
    var differences = Differences()
    if let exception {
      // The recorder leaves the module out where nothing listens.
      let isBare = !exception.contains(".")
      let name = isBare ? "builtins." + exception : exception
      differences.compare("exception", name, outcome.exception)
      differences.compare("result", result, nil)
    } else {
      differences.compare("result", result, MiddleboxRecord.text(of: outcome))
    }
    if exception != nil, let message { differences.compare("message", message, outcome.message) }
    // Whether the reset overtakes the second send is a matter of microseconds.
    let isRace = kind == .finAtAccept || kind == .resetAtOnce
    if let recorded = self.stage, !isRace { differences.compare("stage", recorded, stage) }
    return [differences.failure(of: id, step: 0, "request")].compactMap(\.self)
  }

  private var modelled: (outcome: Etcd.PythonClient.Outcome, stage: String) {
    typealias Client = Etcd.PythonClient
    switch kind {
    case .finAtAccept:
      let failure = Client.sendFailure(serverEnd: .finished, sendsAfterEnd: 2)
      return (failure ?? Client.outcome(of: [], serverEnd: .finished), "request")
    case .finAfterAll: return (Client.outcome(of: [], serverEnd: .finished), "getresponse")
    case .resetAfterAll, .resetAtOnce:
      return (Client.outcome(of: [], serverEnd: .reset), "getresponse")
    case .finAfterHead, .halfClose:
      let outcome =
        Client.sendFailure(serverEnd: .finished, sendsAfterEnd: 1)
        ?? Client.outcome(of: [], serverEnd: .finished)
      return (outcome, "getresponse")
    case .resetAfterHead:
      let failure = Client.sendFailure(serverEnd: .reset, sendsAfterEnd: 1)
      return (failure ?? .timeoutError, "body send")
    case .partialStatus:
      return (Client.outcome(of: "HTTP/1.1 20".utf8, serverEnd: .finished), "getresponse")
    case .nothingListens: return (.connectionRefusedError, "getresponse")
    }
  }
}

extension RecordingReader {
  mutating func sendCall(_ value: DocumentValue) -> PythonSendRecord? {
    close(value, known: ["case", "sendall_sizes"])
    guard let kind = choice(value, "case", PythonSendRecord.Case.self, called: "case") else {
      return nil
    }
    name(value, "http.client \(kind.rawValue)")
    return PythonSendRecord(
      kind: kind, sizes: integers(value, "sendall_sizes", in: 0...Self.numberMax))
  }

  mutating func pythonException(_ value: DocumentValue) -> PythonExceptionRecord? {
    close(value, known: ["case", "exception", "message", "stage", "result", "mro"])
    guard let kind = choice(value, "case", PythonExceptionRecord.Case.self, called: "case") else {
      return nil
    }
    name(value, "http.client \(kind.rawValue)")
    // The names of Python's base classes are told and not compared.
    if value["mro"] != nil { expectTexts(value, "mro") }
    // An outcome has one of the two, and an exception of a connection its message.
    let isAnswered = value["result"] != nil
    expect(value, [isAnswered ? "result" : "exception"])
    if kind != .nothingListens { expect(value, isAnswered ? ["stage"] : ["message", "stage"]) }
    return PythonExceptionRecord(
      kind: kind, exception: optionalText(value, "exception"),
      message: value["message"].map { _ in optionalText(value, "message") },
      stage: value["stage"].map { _ in optionalText(value, "stage") },
      result: optionalText(value, "result"))
  }
}
