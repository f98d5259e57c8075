/// A scenario that a debug build runs in a fraction of a second.
enum SmallScenario {
  /// Two minutes of a ten-thousandth of the users; twenty nodes stop at 14:01.
  static let text = scenario(facts: fact("stopped", "elixir.nodes.stopped", min: "20"))

  static func fact(_ id: String, _ measure: String, min: String) -> String {
    """
    { "id": "\(id)", "claim": "It is \(id)", "source": "a test", "measure": "\(measure)", \
    "min": \(min) }
    """
  }

  static func scenario(facts: String, extra: String = "") -> String {
    """
    // A comment, which scenarios may have.
    {
      "scenario": "small",
      "title": "Twenty nodes stop",
      "seed": 7,
      "scale": "1/10000",
      "guilds": { "loadConcurrency": 800 },
      "elixir": { "clusters": { "sessions": 60, "guilds": 20, "presence": 5, "other": 5 } },
      "start": "14:00:00",
      "end": "14:02:00",
      "hypothesis": "quick",
      "hypotheses": {
        "quick": { "summary": "Short waits.", "patch": { "announce": { "retryDelay": "750ms" } } },
        "slow": { "summary": "Long waits.", "patch": { "announce": { "retryDelay": "60s" } } }
      },
      "mitigations": {
        "one-segment": { "summary": "Announces in one.", "patch": { "announce": { "segments": 1 } } }
      },
      "facts": [\(facts)],\(extra)
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "14:01:00", "cluster": "sessions", "count": 20 }
      },
      "operators": {
        "restart": { "at": "14:01:30", "action": "restartNodes", "perMinute": 30 }
      }
    }

    """
  }
}
