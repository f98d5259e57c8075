import Scenarios
import SimulationKernel
import Testing

@Suite("ParameterReader")
struct ParameterReaderTests {
  enum Policy: String, CaseIterable, Sendable { case managedGroup, horizontalPod, off }
  enum Phase: String, CaseIterable, Sendable { case perNode }

  /// The errors of reading `text` with `body`, as printed.
  private func messages(
    _ text: String, _ body: (inout ParameterReader) -> Void
  ) throws -> String {
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    body(&reader)
    do throws(ScenarioErrors) {
      try reader.finish()
      return ""
    } catch {
      return error.description
    }
  }

  @Test("Every kind of value is read from its place")
  func readsAllKinds() throws {
    let text = """
      { "a": { "duration": "1.5s", "integer": 1e3, "number": -0.0, "share": "7%",
               "probability": 1e-7, "rate": "120/m", "flag": true, "policy": "horizontalPod",
               "phase": "200ms", "clock": "1d 00:30:00", "text": "x", "scale": "2/20" } }
      """
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    let source = ParameterSource.assumption("guess")
    reader.scoped("a") { reader in
      let duration = reader.duration("duration", default: .zero, source, "D.")
      #expect(duration == .milliseconds(1_500))
      let integer = reader.integer("integer", default: 1, in: 0...1_000, source, "I.")
      #expect(integer == 1_000)
      let number = reader.number("number", default: 1, source, "N.")
      #expect(number == 0 && number.sign == .plus)
      let share = reader.share("share", default: 1, source, "S.")
      #expect(share == 0.07)
      let probability = reader.probability("probability", default: .zero, source, "P.")
      #expect(probability == .oneIn(10_000_000))
      let rate = reader.rate("rate", default: 1, source, "R.")
      #expect(rate == 2)
      let flag = reader.flag("flag", default: false, source, "F.")
      #expect(flag)
      let policy = reader.choice("policy", default: Policy.off, source, "C.")
      #expect(policy == .horizontalPod)
      let phase = reader.choiceOrDuration(
        "phase", default: .choice(Phase.perNode), in: .zero ... .milliseconds(999), source, "P.")
      #expect(phase == .duration(.milliseconds(200)))
      let clock = reader.clock("clock", default: .start, source, "C.")
      #expect(clock == Instant(nanoseconds: 88_200_000_000_000))
      let text = reader.text("text", default: "", source, "T.")
      #expect(text == "x")
      let scale = reader.scale("scale", default: .one, in: .zero ... .one, source, "S.")
      #expect(scale == .oneIn(10))
    }
    try reader.finish()
    #expect(reader.assumptions.count == 12)
    #expect(reader.declarations.map(\.path).first == "a.duration")
  }
}
