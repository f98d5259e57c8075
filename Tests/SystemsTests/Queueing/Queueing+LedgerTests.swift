import SimulationKernel
import Testing

@testable import Systems

@Suite("Ledger")
struct LedgerTests {
  @Test("A station that keeps its jobs is balanced; one that loses or doubles a job is not")
  func balance() {
    func isBalanced(losing lost: Int) -> Bool {
      var ledger = Queueing.Ledger(at: .start)
      var dice = Dice(seed: 3)
      var (waiting, busy) = (0, 0)
      for step in 1...200 as ClosedRange<Int64> {
        let now = second(step)
        if busy > 0, dice.roll(3) == 0 {
          ledger.leave(at: now, waiting: waiting, busy: busy)
          busy -= 1
        } else if waiting > 0, dice.roll(2) == 0 {
          ledger.move(at: now, waiting: waiting, busy: busy)
          waiting -= 1
          busy += 1
        } else {
          ledger.arrive(at: now, waiting: waiting, busy: busy)
          waiting += 1
        }
        if step == 100 { waiting = max(0, waiting - lost) }
      }
      let statistics = ledger.statistics(at: second(300), waiting: waiting, busy: busy)
      return statistics.isBalanced
    }
    #expect(isBalanced(losing: 0))
    #expect(!isBalanced(losing: 1))
    #expect(!isBalanced(losing: -1))
  }
}
