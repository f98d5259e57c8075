import Scenarios
import SimulationKernel
import Systems

@testable import Experiments

/// A company whose session nodes stop: with more than half of them, most of its users are out.
enum TinyExploration {
  static func trials(_ rest: String = "", _ patches: [PatchSelection] = []) throws -> ScenarioTrials
  {
    let text = TinyCheck.text(rest, facts: "")
    return try ScenarioTrials(
      ScenarioFile(ScenarioDocument(name: "tiny.json", text: text)), common: patches,
      version: "test")
  }

  static func span(_ text: String) throws -> ParameterSpan {
    try ParameterSpan(parsing: text, option: "--cliff", in: trials())
  }
}
