import Experiments
import Scenarios
import SimulationKernel
import Systems

/// Checks of a company so small that a debug build runs it in no time.
enum TinyCheck {
  /// Thirty seconds; two nodes stop after ten of them.
  ///
  /// `rest`: further members.
  static func text(_ rest: String = "", facts: String = fact("stopped", min: 2)) -> String {
    """
    { "scenario": "tiny", "title": "Two nodes stop", "end": "00:00:30", "scale": "1/100000",
      "seed": 3,
      "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
      "api": { "nodes": { "initial": 12, "min": 4 } },
      "guilds": { "loadConcurrency": 100 },
      "facts": [\(facts)],
      "mitigations": {
        "idle": { "summary": "Nothing", "patch": { "throttle": { "burst": 77 } } },
        "no-stop": { "summary": "No stop", "patch": { "faults": { "stop": null } } } },
      \(rest)
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:10", "cluster": "sessions", "count": 2 } } }
    """
  }

  static func fact(_ id: String, min: Int, claim: String = "They stop") -> String {
    """
    { "id": "\(id)", "claim": "\(claim)", "source": "a test", "measure": "elixir.nodes.stopped",
      "min": \(min) }
    """
  }

  static func subject(
    _ text: String = text(), _ patches: [PatchSelection] = [], path: String = "s/tiny.json"
  ) throws -> CheckSubject {
    try CheckSubject(
      path: path, file: ScenarioFile(ScenarioDocument(name: path, text: text)), applying: patches)
  }

  static func check(
    _ subjects: CheckSubject..., seeds: Int = 1, first: UInt64? = nil, jobs: Int = 2,
    isStrict: Bool = false, skipped: [Check.Skipped] = []
  ) async -> Check {
    let runs = await CheckRuns.run(
      subjects,
      options: .init(seeds: seeds, first: first, jobs: jobs, version: "test"))
    return Check(
      runs.map(ScenarioCheck.init), skipped: skipped, version: "test", isStrict: isStrict)
  }
}

extension Check {
  func only(_ id: String) -> CheckCase? { scenarios.flatMap(\.cases).first { $0.id == id } }
}
