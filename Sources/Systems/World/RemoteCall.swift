/// A call from an Elixir node, through an API node, to the databases.
///
/// The whole of it travels with the events, so no system keeps a table of who asked it what.
public struct RemoteCall: Hashable, Sendable, BitwiseCopyable {
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// Loads what a new session needs.
    case session
    /// Loads a guild.
    case guild
  }

  /// Client or guild.
  let subject: UInt32
  /// Number of the client's attempt, or of the guild's load.
  let number: UInt16
  /// The Elixir node that asked.
  let caller: ElixirNodeID
  let deadline: Deadline
  /// Kind in the top bit; the client's failures below.
  private let kindAndFailures: UInt8

  init(_ attempt: Attempt, caller: ElixirNodeID, deadline: Deadline) {
    subject = attempt.client.rawValue
    number = attempt.number
    self.caller = caller
    self.deadline = deadline
    kindAndFailures = attempt.failures
  }

  init(_ guild: GuildID, load: UInt16, caller: ElixirNodeID, deadline: Deadline) {
    subject = guild.rawValue
    number = load
    self.caller = caller
    self.deadline = deadline
    kindAndFailures = 0x80
  }

  /// Whom the call's draws are for: clients and guilds have numbers of their own.
  var entity: UInt64 { UInt64(subject) | (kind == .guild ? 1 << 32 : 0) }
  var kind: Kind { kindAndFailures & 0x80 == 0 ? .session : .guild }
  var guild: GuildID { GuildID(subject) }
  /// The attempt of a `session` call; resumes do not call.
  var attempt: Attempt {
    Attempt(
      client: ClientID(subject), number: number, failures: kindAndFailures & 0x3F, kind: .identify)
  }

  var word: UInt64 {
    UInt64(subject) | UInt64(number) << 32 | UInt64(caller.rawValue) << 48
      ^ UInt64(kindAndFailures) << 40 ^ UInt64(deadline.tenths) << 20
  }
}
