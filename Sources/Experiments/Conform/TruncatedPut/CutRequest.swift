import Scenarios
import Systems

/// A PUT that a recorder sent to etcd in pieces, and what came of it.
public struct CutRequest: Sendable, Equatable {
  /// What the recorder's client did, one after the other.
  public enum Step: Sendable, Equatable {
    case headers
    case halfHeaders
    case headersWithoutEnd
    /// A slice of the body by Python's rules; nil for its start or its end.
    case body(from: Int?, to: Int?)
    case headersAndBody
    /// Seconds.
    case sleep(Double)
    case finish
    case reset
    case close
    /// Reads until the server closes or so many seconds are over.
    case receive(Double)
    /// Reads once.
    case receiveInterim
  }

  /// What stood between the client and etcd, by the end of the server's name.
  public enum Route: String, Sendable, CaseIterable {
    case direct = ""
    case v2Proxy = "-v2-proxy"
    case gateway = "-tcp-gateway"
  }

  /// What a client read.
  public struct Response: Sendable, Equatable {
    /// Nil when nothing but `100 Continue` came.
    public var status: Int64?
    public var closesConnection = false
    /// `100 Continue` before it, how many times.
    public var interim: Int64 = 0
    /// An object of words, numbers and nulls, or a text.
    public var body: Body?
  }

  public enum Body: Sendable, Equatable {
    case text(String)
    /// A change: `action`, `value`, `ttl`, `prev_value`.
    case change(action: String, value: String?, ttl: Int64?, previous: String?)
    case failure(code: Int64, message: String, cause: String?)
    case message(String)
  }

  /// What a later read found at the key.
  public struct Stored: Sendable, Equatable {
    public var isWritten = false
    public var errorCode: Int64?
    public var value: String?
    public var hasValue: Bool?
    public var ttl: Int64?
    public var isNew: Bool?
    public var isOverwritten: Bool?
  }

  public enum Outcome: Sendable, Equatable {
    case observed(response: Response?, end: String?, interim: [String], stored: Stored)
    /// How often a repeated case ended `absent`, `empty` or `full`.
    case counted([String])
  }

  public var route: Route
  /// As the recorder calls it, such as `etcd-3.4.23-v2-proxy`.
  public var server: String
  public var name: String
  public var contentType: String?
  public var query: String
  /// As the head declares it.
  public var contentLength: Int64
  public var steps: [Step]
  public var hasValueBefore: Bool
  public var outcome: Outcome

  /// The body of every request but those that are about something else.
  static let fullBody = "value=%7B%22addr%22%3A%2210.0.0.1%22%2C%22port%22%3A80%7D&ttl=60"

  /// What stands at the key before a case that begins with a value.
  static let formBefore = "value=OLD&ttl=60"

  /// How the names of cases begin; what was sent is the same for all of a family.
  static let families = [
    "i_two_sends", "one_send", "ii_headers", "iii_headers", "iv_half_body", "iv_cut", "v_headers",
    "vi_content_length", "vii_expect_100", "viii_query", "ix_single_send", "ix_two_sends",
    "half_headers", "headers_without_final_crlf", "content_length_zero", "preexisting_", "cut_at_",
    "wrong_length_",
  ]

  /// The recorder names the cases in which its client asks before it sends the body.
  var expectsContinue: Bool { name.hasPrefix("vii_expect_100") }

  /// What the recorder's client would send if nothing came between; the recording does not hold it.
  var body: String {
    if name.hasPrefix("content_length_zero") { return "" }
    if name.hasPrefix("viii_query") {
      return switch query {
      case "?ttl=60": "value=hello"
      case "?value=fromquery": "ttl=60"
      default: "value=frombody"
      }
    }
    return name.hasPrefix("preexisting_refresh") ? "x=1" : Self.fullBody
  }

  /// What a report calls it.
  var id: String { RecordTitle.text(server, name, contentType, query) }

  /// What tells it from other requests: a recorder may send several under one name.
  var key: String {
    [id, "\(contentLength)", "\(hasValueBefore)", "\(steps)"].joined(separator: "\n")
  }
}

/// Records without a name of their own are called by what tells them apart.
enum RecordTitle {
  static func text(_ who: String, _ name: String, _ contentType: String?, _ query: String) -> String
  {
    [who, name, contentType ?? "no Content-Type", query].filter { !$0.isEmpty }
      .joined(separator: " ")
  }
}
