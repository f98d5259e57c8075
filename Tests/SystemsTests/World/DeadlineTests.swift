import SimulationKernel
import Testing

@testable import Systems

@Suite("Deadline")
struct DeadlineTests {
  @Test("A deadline passes after its tenth of a second and not before")
  func passes() {
    let due = second(100)
    let deadline = Deadline(due)
    #expect(!deadline.hasPassed(at: second(90)))
    #expect(!deadline.hasPassed(at: due))
    #expect(!deadline.hasPassed(at: due + .milliseconds(99)))
    #expect(deadline.hasPassed(at: due + .milliseconds(100)))
    #expect(deadline.hasPassed(at: due + .minutes(54)))
  }

  @Test(
    "Where the count of tenths wraps, comparisons hold within 54 minutes",
    arguments: [6_553, 6_554, 13_107, 86_400, 1_000_000] as [Int64])
  func wraps(around: Int64) {
    for offset in stride(from: -3_000, through: 3_000, by: 250) as StrideThrough<Int64> {
      let deadline = Deadline(second(around))
      #expect(deadline.hasPassed(at: second(around + offset)) == (offset > 0))
    }
  }
}
