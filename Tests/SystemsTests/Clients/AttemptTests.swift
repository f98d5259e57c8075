import Testing

@testable import Systems

@Suite("Attempt")
struct AttemptTests {
  @Test("The word of an attempt tells every two attempts apart")
  func words() {
    var words: Set<UInt64> = []
    for client in [0, 1, .max] as [UInt32] {
      for number in [0, 1, .max] as [UInt16] {
        for failures in [0, 1, 63] as [UInt8] {
          for kind in [Attempt.Kind.resume, .identify] {
            words.insert(
              Attempt(client: ClientID(client), number: number, failures: failures, kind: kind)
                .word)
          }
        }
      }
    }
    #expect(words.count == 3 * 3 * 3 * 2)
  }
}
