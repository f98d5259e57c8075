import Scenarios
import SimulationKernel
import Systems

@testable import Experiments

/// A company with five session nodes, two of which stop: with three, most of its users are out.
enum TinyExploration {
  static func trials(
    _ rest: String = "", _ patches: [PatchSelection] = [.set("elixir.clusters.sessions=5")]
  ) throws -> ScenarioTrials {
    let text = TinyCheck.text(rest, facts: "")
    return try ScenarioTrials(
      ScenarioFile(ScenarioDocument(name: "tiny.json", text: text)), common: patches,
      version: "test")
  }

  static func span(_ text: String) throws -> ParameterSpan {
    try ParameterSpan(parsing: text, option: "--cliff", in: trials())
  }
}
