import Testing

@testable import Systems

@Suite("AnnounceOutcome")
struct AnnounceOutcomeTests {
  @Test("Each exception of Python's client has its outcome")
  func exceptions() {
    let outcomes: [(Etcd.PythonClient.Outcome, AnnounceOutcome)] = [
      (.status(200), .stored), (.status(201), .stored), (.status(400), .rejected),
      (.status(503), .rejected), (.remoteDisconnected, .remoteDisconnected),
      (.connectionResetError, .connectionReset), (.timeoutError, .timedOut),
      (.badStatusLine("x"), .failed), (.incompleteRead(received: 1, missing: 2), .failed),
      (.brokenPipeError, .failed), (.connectionRefusedError, .failed),
    ]
    for (outcome, expected) in outcomes { #expect(AnnounceOutcome(outcome) == expected) }
  }

  @Test("What the client reads of an answer is its status; of a closed connection, nothing")
  func answers() {
    var outcomes = AnsweredOutcomes()
    for _ in 0..<2 {
      #expect(outcomes[201] == .stored && outcomes[404] == .rejected)
      #expect(outcomes[0] == .remoteDisconnected)
    }
  }

  @Test("Silence is a time-out, an end its own exception, by what was still to be sent")
  func boxes() {
    for sends in 0...2 {
      #expect(AnnounceOutcome(behind: .silent, sendsAfterEnd: sends) == .timedOut)
      #expect(AnnounceOutcome(behind: .resetBoth, sendsAfterEnd: sends) == .connectionReset)
      // The first bytes after the end are answered with a reset, which the next ones meet.
      #expect(
        AnnounceOutcome(behind: .finBoth, sendsAfterEnd: sends)
          == (sends > 1 ? .connectionReset : .remoteDisconnected))
    }
  }
}
