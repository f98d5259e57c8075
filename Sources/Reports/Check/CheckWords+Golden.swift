import Experiments
import Observation
import Scenarios

extension CheckWords {
  static func finding(_ recording: GoldenRecording) -> String {
    switch recording {
    case .first: "recorded"
    case .unchanged: "unchanged"
    case .scenario: "recorded anew: nothing but the scenario is another"
    case .additions: "recorded anew: with further figures or verdicts"
    case .drift(let drift): "recorded anew: \(finding(drift))"
    }
  }

  static func finding(_ scenario: RecordedScenario) -> String {
    switch scenario {
    case .same: ""
    case .changed:
      "every event is the recorded one, and the scenario is not; --update records it anew"
    case .missing: "recorded without its scenario, by an earlier version; --update records both"
    }
  }

  static func finding(_ drift: GoldenDrift) -> String {
    guard !drift.hasOtherScale else {
      return "at scale \(Visible.text(drift.new.scale)), before at \(Visible.text(drift.old.scale))"
    }
    guard drift.interval != nil else {
      if drift.isDamaged {
        return "every event is the recorded one, and checkpoints are not: the recording is damaged"
      }
      return drift.changes.isEmpty
        ? "every event is the recorded one, and what is claimed of them is not"
        : "every event is the recorded one, and figures are not"
    }
    return "\(drift.old.digest) after \(NumberText.grouped(drift.old.events)) events was recorded, "
      + "now \(drift.new.digest) after \(NumberText.grouped(drift.new.events))"
  }

  static func details(_ drift: GoldenDrift) -> [String] {
    // Runs at two scales have nothing to do with each other.
    guard !drift.hasOtherScale else { return [] }
    var lines: [String] = []
    switch drift.cause {
    case .scenario?:
      lines.append("the scenario has changed: the recorded one still gives the recorded digest")
    case .version?: lines.append("the scenario is the recorded one: this version has changed")
    case .both?:
      lines.append("the scenario has changed, and the recorded one gives another digest, too")
    case nil:
      if let refusal = drift.refusal {
        lines.append(
          "the scenario has changed, and this version does not accept the recorded one: \(refusal)")
      }
    }
    if let parting = drift.parting {
      let end = "the run had ended after event \(NumberText.grouped(parting.number - 1))"
      lines.append("first different event, recorded: \(parting.old ?? end)")
      lines.append("first different event, now: \(parting.new ?? end)")
    } else if let (agreed, differs) = drift.interval {
      let after = agreed.at.map { ", after \($0)" } ?? ""
      let before = differs.at.map { " and not after \($0)" } ?? ""
      lines.append(
        "the first different event is one of \(NumberText.grouped(agreed.events + 1)) to "
          + "\(NumberText.grouped(differs.events))\(after)\(before)")
      lines += drift.beginning.map { "now: \($0.line)" }
      if let problem = drift.problem {
        lines.append("--recorded-by: \(problem.reason)")
      } else if !drift.beginning.isEmpty {
        lines.append("--recorded-by EXECUTABLE, the version that recorded it, finds the event")
      }
    }
    if !drift.changes.isEmpty { lines.append(list(drift.changes)) }
    if !drift.claims.isEmpty { lines.append("claimed otherwise: \(list(drift.claims))") }
    return lines
  }

  private static func list(_ changes: [GoldenDrift.Change]) -> String {
    list(
      changes.map { "\($0.name) \($0.old ?? "absent") -> \($0.new ?? "absent")" }, most: 6)
  }

  /// What is wrong with a golden digest without its scenario.
  static func finding(_ orphan: Check.Orphan) -> String {
    let scenario = Visible.quoted(orphan.scenario)
    guard let reason = orphan.reason else {
      return "there is no scenario \(scenario) that it was recorded of"
    }
    return "\(scenario), that it was recorded of, is no scenario any more: it \(reason)"
  }
}
