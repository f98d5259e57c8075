import Observation
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("CauseChain")
struct CauseChainTests {
  /// A log of events a second apart.
  private static func log(
    _ events: [(kind: Occurrence.Kind, subject: Occurrence.Subject, cause: UInt32)]
  ) -> CauseLog {
    var log = CauseLog(limit: 100)
    for (index, event) in events.enumerated() {
      let occurrence = Occurrence(event.kind, event.subject)
      log.append(
        time: .start + .seconds(Int64(index)), cause: event.cause,
        subject: occurrence.subject.number, content: occurrence.content)
    }
    return log
  }

  @Test("A read that waited for a worker goes on with who asked for it, not who had the worker")
  func slots() {
    let (client, read) = (Occurrence.Subject(.client, 7), Occurrence.Subject(.read, 1))
    let other = Occurrence.Subject(.read, 2)
    let chain = CauseChain(
      to: 10,
      in: Self.log([
        (.started, .company, 0), (.connectionLost, client, 1),
        // Another's read in the slot, with a number that comes again.
        (.readArrived, read, 1), (.overtaken, read, 3),
        (.apiCallArrived, client, 2), (.readArrived, other, 1), (.readAnswered, other, 6),
        (.readArrived, read, 7), (.readAnswered, read, 8), (.callAnswered, client, 9),
      ]))
    #expect(chain.links.map(\.moment.number) == [1, 2, 5, 8, 9, 10])
    #expect(chain.links[3].letInBy?.number == 7)
  }

  @Test("A read that waited at its database goes on with its own arrival")
  func queues() {
    let (client, read) = (Occurrence.Subject(.client, 7), Occurrence.Subject(.read, 1))
    let other = Occurrence.Subject(.read, 2)
    let chain = CauseChain(
      to: 6,
      in: Self.log([
        (.started, .company, 0), (.apiCallArrived, client, 1), (.readArrived, other, 1),
        (.readArrived, read, 2), (.readServed, other, 3), (.readServed, read, 5),
      ]))
    #expect(chain.links.map(\.moment.number) == [1, 2, 4, 6])
  }
}
