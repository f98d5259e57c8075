import SimulationKernel
import Testing

@testable import Systems

@Suite("RemoteCall")
struct RemoteCallTests {
  private let caller = ElixirNodeID(469)
  private let deadline = Deadline(second(51_480))

  @Test("A call carries the attempt that it is for", arguments: [0, 1, 6, 63] as [UInt8])
  func carriesAttempt(failures: UInt8) {
    let attempt = Attempt(
      client: ClientID(.max), number: .max, failures: failures, kind: .identify)
    let call = RemoteCall(attempt, caller: caller, deadline: deadline)
    #expect(call.kind == .session)
    #expect(call.attempt == attempt)
    #expect(call.caller == caller && call.deadline == deadline)
  }

  @Test("A call carries the guild that it loads, and the number of the load")
  func carriesGuild() {
    let call = RemoteCall(GuildID(.max), load: .max, caller: caller, deadline: deadline)
    #expect(call.kind == .guild)
    #expect(call.guild == GuildID(.max) && call.number == .max)
  }

  @Test("The words of a session's and of a guild's call with equal numbers differ")
  func words() {
    let session = RemoteCall(
      Attempt(client: ClientID(5), number: 2, failures: 0, kind: .identify), caller: caller,
      deadline: deadline)
    let guild = RemoteCall(GuildID(5), load: 2, caller: caller, deadline: deadline)
    #expect(session.word != guild.word)
    #expect(session != guild)
  }

  @Test("Events stay within 16 bytes of payload, and their payload within the queue's entry")
  func sizes() {
    #expect(MemoryLayout<Attempt>.size <= 8)
    #expect(MemoryLayout<RemoteCall>.size <= 12)
    #expect(MemoryLayout<OutageEvent>.size <= 16)
  }
}
