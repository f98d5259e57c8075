import Experiments
import Observation

/// Under which settings verdicts hold, and what the assumptions have to do with them.
extension CompareText {
  /// Under which settings verdicts hold, and where they and the order turn.
  var robustness: [String] {
    guard comparison.settings.count > 1, comparison.seeds.count > 1 else { return [] }
    var lines = [style.paint("Does it hold?", .heading)]
    var always: [String] = []
    var never: [String] = []
    let lossless = comparison.settingsWithoutLoss
    let telling = comparison.settings.filter { !lossless.contains($0.name) }
    for result in ranked {
      let held = result.holds.filter { !lossless.contains($0) }
      if held.count == telling.count, result.turns.isEmpty {
        always.append(TerminalText.safe(result.arm.name))
      } else if result.unclear.count == comparison.settings.count {
        never.append(TerminalText.safe(result.arm.name))
      } else {
        lines += row(result)
      }
    }
    let settings = telling.map { TerminalText.safe($0.name) }.joined(separator: ", ")
    if !always.isEmpty {
      lines += sentence(
        always.count == comparison.arms.count
          ? "Every verdict holds under \(settings)."
          : "Verdicts that hold under \(settings): \(always.joined(separator: ", ")).")
    }
    if !never.isEmpty {
      lines += sentence(
        "Not told apart from no mitigation under any of \(settings): "
          + "\(never.joined(separator: ", ")).")
    }
    if !lossless.isEmpty {
      lines += sentence(
        "Under \(lossless.map(TerminalText.safe).joined(separator: ", ")) nothing is lost without a "
          + "mitigation either, and nothing can be told.")
    }
    if comparison.turns.isEmpty {
      lines += sentence("The order turns nowhere: no two arms are told apart both ways.")
    }
    for (setting, turns) in turnsBySetting {
      lines += sentence(
        "The order turns under \(TerminalText.safe(setting)): "
          + turns.map { "\(TerminalText.safe($0.second)) before \(TerminalText.safe($0.first))" }
          .joined(separator: ", ") + ".", .warning)
    }
    return lines
  }

  /// What becomes of one arm's verdict.
  private func row(_ result: Comparison.ArmResult) -> [String] {
    let pairs = Array(zip(comparison.settings, result.settings))
    func list(_ names: [String]) -> String {
      pairs.filter { names.contains($0.0.name) }.map { setting, effect in
        let word = effect.verdict == .unclear ? "" : "\(word(effect)), "
        return "\(TerminalText.safe(setting.name)) (\(word)\(figure(effect)))"
      }.joined(separator: ", ")
    }
    var parts: [String] = []
    if result.verdict == .unclear {
      parts.append("not told apart under \(list(result.unclear))")
      let others = pairs.filter { $1.verdict != .unclear }.map(\.0.name)
      parts.append("but a verdict under \(list(others))")
    } else {
      let held = result.holds.map(TerminalText.safe).joined(separator: ", ")
      parts.append("\(word(result.settings[0])) under \(held)")
      if !result.turns.isEmpty { parts.append("turns under \(list(result.turns))") }
      if !result.unclear.isEmpty { parts.append("not told apart under \(list(result.unclear))") }
    }
    let wrapped = TerminalText.wrapped(
      parts.joined(separator: "; "), columns: max(20, style.width - nameWidth - 4))
    return wrapped.enumerated().map { index, line in
      let label = index == 0 ? "  \(name(result))  " : String(repeating: " ", count: nameWidth + 4)
      return label + line
    }
  }

  private var turnsBySetting: [(String, [Comparison.Turn])] {
    comparison.settings.compactMap { setting in
      let turns = comparison.turns.filter { $0.setting == setting.name }
      return turns.isEmpty ? nil : (setting.name, turns)
    }
  }

  // MARK: Assumptions

  /// The assumptions that the lost user-minutes depend on most, and what was done about them.
  var assumptions: [String] {
    guard let screening = comparison.screening else { return [] }
    var lines = [style.paint("Assumptions", .heading)]
    if let failure = screening.failure {
      lines += sentence(
        "The assumptions could not be screened: the scenario refuses nearly every combination of "
          + "their values, the last one since \(TerminalText.safe(failure)). Verdicts were not held "
          + "against them.", .warning)
    } else if screening.findings.isEmpty {
      lines += sentence("There is none that could be varied.")
    } else {
      lines += sentence(moved(screening))
      lines += sentence(ends(screening))
    }
    lines += refused + sentence(omitted(screening))
    return lines
  }

  private func moved(_ screening: AssumptionScreening) -> String {
    let design =
      "Morris, mu*, \(screening.runs) runs on \(screening.trajectories) walks"
      + (screening.redrawn > 0
        ? ", \(screening.redrawn) drawn again for values that contradict each other" : "")
    let most = screening.findings.prefix(8).filter { $0.magnitude > 0 }.map { finding in
      "\(TerminalText.safe(finding.assumption.path)) "
        + NumberText.text(finding.magnitude, .userMinutes)
    }
    guard !most.isEmpty else {
      return "None of \(screening.findings.count) moves the unmitigated loss over its range "
        + "(\(design))."
    }
    return "Of \(screening.findings.count) these move the unmitigated loss most over their range "
      + "(\(design)): \(most.joined(separator: ", ")). A range wider than a factor of "
      + "\(NumberText.fixed(Assumption.wideRatio, digits: 0)) is no belief: half and double the value "
      + "stand for it."
  }

  private func ends(_ screening: AssumptionScreening) -> String {
    let mark = NumberText.text(AssumptionScreening.shareMin, .share)
    var text = ""
    if comparison.assumptionSeeds > 0 {
      let count = comparison.assumptionSeeds
      text =
        "The ends named above were run with \(count) \(count == 1 ? "seed" : "seeds"): enough to see "
        + "a verdict turn, not to confirm each."
    }
    let unrun = comparison.unrun.map { TerminalText.safe($0.assumption.path) }
    if !unrun.isEmpty {
      text +=
        " \(unrun.count) more \(unrun.count == 1 ? "moves" : "move") it by \(mark) and more and "
        + "\(unrun.count == 1 ? "was" : "were") not run at the ends (--assumptions all does): "
        + unrun.joined(separator: ", ") + "."
    } else if comparison.assumptionSeeds == 0 {
      text += " None moves it by \(mark) of the loss, so that none was run at its ends."
    }
    return text
  }

  private var refused: [String] {
    comparison.refusedEnds.flatMap {
      sentence(
        "\(TerminalText.safe($0.setting)) contradicts a mitigation and was not run: "
          + TerminalText.safe($0.reason))
    }
  }

  /// What was not varied, by the reason.
  private func omitted(_ screening: AssumptionScreening) -> String {
    let list = OmissionText.list(screening.omitted)
    return list.isEmpty ? "" : "Not varied: \(list)."
  }

  private func sentence(_ text: String, _ role: TextStyle.Role? = nil) -> [String] {
    guard !text.isEmpty else { return [] }
    return TerminalText.wrapped(text, columns: style.width - 2)
      .map { "  " + style.paint($0, role) }
  }
}
