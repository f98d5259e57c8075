import Scenarios
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
    "Where the count of tenths wraps, comparisons hold from 10 minutes before to 99 after",
    arguments: [6_553, 6_554, 13_107, 86_400, 1_000_000] as [Int64])
  func wraps(around: Int64) {
    for offset in stride(from: -600, through: 5_940, by: 60) as StrideThrough<Int64> {
      let deadline = Deadline(second(around))
      #expect(deadline.hasPassed(at: second(around + offset)) == (offset > 0))
    }
  }

  @Test(
    "Nothing that deadlines are made from may be longer than they can tell",
    arguments: ["clients.timeout", "guilds.loadTimeout"])
  func isBounded(path: String) throws {
    let parameter = try #require(
      OutageScenario.description.declarations.first { $0.path == path })
    let upper = try #require(parameter.upperText)
    let document = try ScenarioDocument(name: "d", text: "{ \"longest\": \"\(upper)\" }")
    var reader = ParameterReader(document)
    let longest = reader.duration("longest", default: .zero, .scenario, "Longest.")
    #expect(longest > .zero && longest <= Deadline.aheadMax)
  }
}
