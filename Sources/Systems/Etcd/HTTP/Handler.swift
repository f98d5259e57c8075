extension Etcd {
  /// What etcd's server makes of a form whose body does not arrive whole.
  ///
  /// The first two by what they lead to, the others by the recorded Go handler whose way of reading
  /// a body the server is taken to have; see `handler`.
  public enum FormErrorPolicy: String, CaseIterable, Sendable, BitwiseCopyable {
    /// The error is not looked at: all fields of the body are missing, so the value is empty.
    ///
    /// This is what the postmortem tells of; etcd 3.4.23 does not do it.
    case acceptEmpty
    /// 400 with error 210 and nothing written: etcd 3.4.23 as recorded.
    case reject400
    case checkFirstError, ignoreError, parseTwiceCheckSecond, formValueOnly
    case formValueThenCheckParseForm
    /// The body is the value as it stands, no form, and refused when a part is missing.
    case readAllCheck
    /// The body is the value as it stands, no form, and as much of it as has come.
    case readAllIgnore

    /// The way of reading a body that the server has.
    public var handler: GoHandler {
      switch self {
      case .acceptEmpty, .ignoreError: .ignoreError
      case .reject400, .checkFirstError: .checkFirstError
      case .parseTwiceCheckSecond: .parseTwiceCheckSecond
      case .formValueOnly: .formValueOnly
      case .formValueThenCheckParseForm: .formValueThenCheckParseForm
      case .readAllCheck: .readAllCheck
      case .readAllIgnore: .readAllIgnore
      }
    }
  }

  /// Ways to read a form that Go programmes use, by the error that they look at.
  public enum GoHandler: String, Sendable, BitwiseCopyable, CaseIterable {
    case checkFirstError = "check_first_error"
    case ignoreError = "ignore_error"
    case parseTwiceCheckSecond = "parse_twice_check_second"
    case formValueOnly = "formvalue_only"
    case formValueThenCheckParseForm = "formvalue_then_check_parseform"
    /// Takes the raw body for the value, of whatever type it is.
    case readAllCheck = "readall_check"
    case readAllIgnore = "readall_ignore"

    var readsRawBody: Bool { self == .readAllCheck || self == .readAllIgnore }
    /// Whether a body that was cut off is refused.
    ///
    /// A second `ParseForm`, or one after a `FormValue`, finds the form parsed already and reports
    /// no error, so checking only that one is as good as not checking.
    var refusesCutBody: Bool { self == .checkFirstError || self == .readAllCheck }
  }

  /// Who answers on a connection.
  public enum Handler: Equatable, Sendable, BitwiseCopyable {
    /// An etcd member.
    case etcd(FormErrorPolicy)
    /// etcd's v2 proxy in front of a member: it reads every body to the end before it forwards.
    ///
    /// A client that is gone before the member has answered cancels the request if it is quick
    /// enough; of 48 recorded resets right after a whole request 18 were still written. Here they
    /// always are.
    case v2Proxy(FormErrorPolicy)
    /// A plain Go HTTP server.
    case go(GoHandler)
  }

  /// How a request's body stands.
  public enum BodyState: UInt8, Sendable, BitwiseCopyable {
    /// More is announced and may still come.
    case incomplete
    case complete
    /// The sender closed before the announced end: Go's `unexpected EOF`.
    case endedEarly
    /// The sender reset the connection before the announced end.
    case reset
  }

  /// The sender's side of a connection.
  public enum StreamState: UInt8, Sendable, BitwiseCopyable {
    case open
    /// Closed in good order (FIN): what was sent before arrives.
    case finished
    /// Reset (RST): answers go nowhere.
    case reset
  }

  /// A PUT or POST as far as it has arrived, in sizes instead of bytes.
  public struct BodyArrival: Equatable, Sendable, BitwiseCopyable {
    /// Content-Type is `application/x-www-form-urlencoded`.
    public var isForm: Bool
    public var expectsContinue = false
    /// Content-Length.
    public var declaredLength: Int
    /// Bytes of the body that have arrived; more than declared belongs to the next request.
    public var receivedLength: Int
    public var stream: StreamState

    public init(isForm: Bool, declaredLength: Int, receivedLength: Int, stream: StreamState) {
      self.isForm = isForm
      self.declaredLength = declaredLength
      self.receivedLength = receivedLength
      self.stream = stream
    }

    public var state: BodyState {
      if receivedLength >= declaredLength { return .complete }
      switch stream {
      case .open: return .incomplete
      case .finished: return .endedEarly
      case .reset: return .reset
      }
    }
  }

  /// What becomes of a request, given how its body stands.
  public struct Verdict: Equatable, Sendable, BitwiseCopyable {
    public enum Handling: Equatable, Sendable, BitwiseCopyable {
      /// The handler waits for the rest of the body.
      case waits
      /// Refused; nothing is written.
      case refused
      /// Carried out, with the fields of the body or as if it had none.
      case accepted(usesBody: Bool)
    }

    public enum Reply: Equatable, Sendable, BitwiseCopyable {
      /// The answer leaves now.
      case now(closesConnection: Bool)
      /// The handler has finished, but the answer waits for the rest of a body that nobody reads.
      case held
      /// There is nobody to answer.
      case lost
    }

    public var handling: Handling
    public var reply: Reply
  }
}

extension Etcd.Handler {
  /// Bytes of a body that Go's server still reads after its handler has finished, so that the
  /// connection can be used again; where more is missing it gives the connection up.
  static var unreadMax: Int { 256 << 10 }

  /// Whether the handler looks at the body of a PUT or POST at all.
  public func readsBody(isForm: Bool) -> Bool {
    switch self {
    case .etcd(let policy): isForm || policy.handler.readsRawBody
    case .v2Proxy: true
    case .go(let handler): isForm || handler.readsRawBody
    }
  }

  /// The fate of a PUT or POST whose head has arrived.
  ///
  /// The one place where it is decided; the byte-level `ServerConnection` asks it too.
  public func verdict(on arrival: Etcd.BodyArrival) -> Etcd.Verdict {
    let reads = readsBody(isForm: arrival.isForm)
    let state = arrival.state
    let handling: Etcd.Verdict.Handling
    if !reads {
      handling = .accepted(usesBody: false)
    } else {
      switch state {
      case .incomplete: return Etcd.Verdict(handling: .waits, reply: .held)
      case .complete: handling = .accepted(usesBody: true)
      case .endedEarly, .reset: handling = refusesCutBody ? .refused : .accepted(usesBody: false)
      }
    }
    return Etcd.Verdict(handling: handling, reply: reply(arrival, state, reads: reads))
  }

  private var refusesCutBody: Bool {
    switch self {
    case .etcd(let policy): policy.handler.refusesCutBody
    case .v2Proxy: true
    case .go(let handler): handler.refusesCutBody
    }
  }

  /// When the answer leaves.
  ///
  /// Go's server wants to reuse the connection, so before it answers it reads what the handler left
  /// unread, up to 256 KiB; a cut there costs the connection, not the answer. Where more is missing
  /// the answer says that the connection ends, whether the handler has looked at the body or not. A
  /// client that was promised `100 Continue` and never got it is answered at once, and the connection
  /// ends behind what it still sends.
  private func reply(
    _ arrival: Etcd.BodyArrival, _ state: Etcd.BodyState, reads: Bool
  ) -> Etcd.Verdict.Reply {
    if arrival.stream == .reset { return .lost }
    let isGivenUp = arrival.declaredLength - arrival.receivedLength >= Self.unreadMax
    if reads {
      let isUnwelcome = arrival.expectsContinue && state != .complete
      return .now(closesConnection: isGivenUp || isUnwelcome)
    }
    if arrival.declaredLength == 0 { return .now(closesConnection: false) }
    if arrival.expectsContinue || isGivenUp { return .now(closesConnection: true) }
    switch state {
    case .complete: return .now(closesConnection: false)
    case .incomplete: return .held
    case .endedEarly, .reset: return .now(closesConnection: true)
    }
  }
}
