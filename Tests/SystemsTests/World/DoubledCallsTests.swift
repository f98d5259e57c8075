import SimulationKernel
import Testing

@testable import Systems

@Suite("DoubledCalls")
struct DoubledCallsTests {
  private static func call(_ client: UInt32, _ number: UInt16 = 1) -> DoubledCalls.Call {
    .session(Attempt(client: ClientID(client), number: number, failures: 0, kind: .identify))
  }

  @Test("Of two answers the first passes and the second does not, whatever comes in between")
  func pairs() {
    var calls = DoubledCalls()
    calls.add(Self.call(1))
    calls.add(Self.call(2))
    func passes(_ call: DoubledCalls.Call) -> Bool { calls.passes(call) }
    #expect(passes(Self.call(1)) && passes(Self.call(3)) && passes(Self.call(2)))
    #expect(passes(Self.call(1, 2)), "another attempt is another call")
    #expect(!passes(Self.call(2)) && !calls.isEmpty && !passes(Self.call(1)))
    #expect(calls.isEmpty && passes(Self.call(1)), "nothing is left of a pair")
  }

  @Test(
    "Of a call that is made so often, and comes twice so often, each making gets one answer",
    arguments: [(1, 1), (2, 2), (2, 1), (3, 2), (1, 0)])
  func equalCalls(made: Int, doubled: Int) {
    var calls = DoubledCalls()
    for _ in 0..<doubled { calls.add(Self.call(7)) }
    var passed = 0
    for _ in 0..<(made + doubled) { passed += calls.passes(Self.call(7)) ? 1 : 0 }
    #expect(passed == made && calls.isEmpty)
  }
}
