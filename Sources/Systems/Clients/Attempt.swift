/// One attempt of a client to get a session, as it travels through the systems.
///
/// It carries what the client knows, so that a connection that is refused at the door touches no
/// table: refused attempts are nine events in ten of an outage.
public struct Attempt: Hashable, Sendable, BitwiseCopyable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// Asks for a session that the client believes is still there.
    case resume
    /// Asks for a new session; reads the databases.
    case identify
  }

  public let client: ClientID
  /// Counts this client's attempts over the whole run, modulo 2^16; also its draw number.
  public let number: UInt16
  /// Attempts that failed since the client last had a session, at most 63: the back-off's exponent.
  public let failures: UInt8
  public let kind: Kind

  public init(client: ClientID, number: UInt16, failures: UInt8, kind: Kind) {
    self.client = client
    self.number = number
    self.failures = failures
    self.kind = kind
  }

  var word: UInt64 {
    UInt64(client.rawValue) | UInt64(number) << 32 | UInt64(failures) << 48
      | UInt64(kind.rawValue) << 56
  }
}
