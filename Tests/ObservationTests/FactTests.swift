import Observation
import Scenarios
import SimulationKernel
import Testing

@Suite("Fact")
struct FactTests {
  private static let units: [(name: String, unit: MetricUnit)] = [
    ("nodes.stopped.share", .share), ("recovered.clock", .clock), ("alerts.fired", .count),
  ]

  private func facts(_ text: String) throws -> [Fact] {
    var reader = ParameterReader(
      try ScenarioDocument(name: "f.json", text: #"{ "facts": \#(text) }"#))
    let facts = Fact.list(reading: &reader, units: Self.units)
    try reader.finish()
    return facts
  }

  private func complaint(_ text: String) throws -> String {
    do {
      _ = try facts(text)
      return ""
    } catch let error as ScenarioErrors {
      return error.description
    }
  }

  private func fact(_ rest: String) -> String {
    #"[{ "id": "f", "claim": "c", "source": "s", \#(rest) }]"#
  }

  @Test("Bounds are read in the unit of the measure")
  func units() throws {
    let share = try facts(fact(#""measure": "nodes.stopped.share", "min": "40%", "max": 0.6"#))
    #expect(share[0].min == 0.4 && share[0].max == 0.6 && share[0].unit == .share)
    let clock = try facts(
      fact(#""measure": "recovered.clock", "reported": "15:32:00", "max": "15:37:00""#))
    #expect(clock[0].min == nil && clock[0].max == 56_220)
    #expect(clock[0].reported == .start + .seconds(55_920))
  }

  @Test(
    "A fact holds within its inclusive bounds, and not at all without a figure",
    arguments: [(1.9, false), (2, true), (3, true), (3.1, false), (nil, false)]
      as [(Double?, Bool)])
  func verdicts(value: Double?, pass: Bool) throws {
    let fact = try #require(
      try facts(fact(#""measure": "alerts.fired", "min": 2, "max": 3"#)).first)
    var metrics = Metrics()
    metrics.set("alerts.fired", .count, value)
    let verdict = fact.verdict(in: metrics)
    #expect(verdict.pass == pass && verdict.measured == value)
  }

  @Test("An open bound is no bound")
  func openBounds() throws {
    let fact = try #require(try facts(fact(#""measure": "alerts.fired", "min": 2"#)).first)
    var metrics = Metrics()
    metrics.set("alerts.fired", .count, 1e300)
    #expect(fact.verdict(in: metrics).pass)
  }

  @Test(
    "Facts that cannot be checked are errors with a place and a repair",
    arguments: [
      (#""measure": "alerts.fird", "max": 0"#, "did you mean 'alerts.fired'?"),
      (#""measure": "alerts.fired""#, "neither 'min' nor 'max'"),
      (#""measure": "alerts.fired", "min": 3, "max": 2"#, "'min' is above 'max'"),
      (#""measure": "recovered.clock", "max": 5"#, "clock time"),
      (#""measure": "nodes.stopped.share", "max": "60 nodes""#, "max"),
    ])
  func errors(rest: String, message: String) throws {
    let found = try complaint(fact(rest))
    #expect(found.contains(message), "\(found)")
    #expect(found.contains("f.json:1:"), "\(found)")
  }
}
