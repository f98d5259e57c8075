import Observation

/// What a run came to, in sentences and figures.
struct RunVerdict {
  let record: RunRecord

  init(_ record: RunRecord) { self.record = record }

  private func text(_ name: String) -> String? {
    guard let value = record.metrics[name], let unit = record.metrics.unit(of: name) else {
      return nil
    }
    return NumberText.text(value, unit)
  }

  /// What happened, and how it stands against the account.
  var sentence: (text: String, tone: Page.Tone) {
    let (story, isHarmless) = story
    let failed = record.facts.count { record.outcome(of: $0) == .failed }
    let open = record.facts.count { record.outcome(of: $0) == .notReached }
    let broken = record.invariants.count { $0.verdict == .broken }
    var parts = [story]
    let count = record.facts.count
    if failed > 0 {
      parts.append(
        "\(failed) of \(count) facts of the account \(failed == 1 ? "does" : "do") not hold.")
    } else if open > 0 {
      parts.append(
        "\(count - open) of \(count) facts of the account hold, \(open) could not be judged.")
    } else if count > 0 {
      parts.append(
        count == 1 ? "The fact of the account holds." : "All \(count) facts of the account hold.")
    }
    if broken > 0 {
      parts.append(broken == 1 ? "One invariant broke." : "\(broken) invariants broke.")
    }
    let tone: Page.Tone =
      failed > 0 || broken > 0 ? .bad : open > 0 ? .warning : isHarmless ? .good : .plain
    return (parts.joined(separator: " "), tone)
  }

  private var story: (text: String, isHarmless: Bool) {
    let metrics = record.metrics
    guard let online = metrics["users.online.before"], online > 0,
      let peak = metrics["users.unserved.peak"]
    else { return ("The run served no users.", false) }
    let users = NumberText.text(online, .users)
    guard peak > 0 else {
      return ("Nothing was lost: all \(users) users were served all the time.", true)
    }
    guard peak > online * 0.01 else {
      return (
        "Nearly nothing was lost: at least \(NumberText.text(1 - peak / online, .share)) of "
          + "\(users) users were served all the time.", true
      )
    }
    var text = ""
    if let stopped = metrics["elixir.nodes.stopped"], stopped > 0 {
      let all = self.text("elixir.nodes.watching").map { " of \($0)" } ?? ""
      text = "\(NumberText.text(stopped, .nodes))\(all) real-time nodes stopped, and up to "
    } else {
      text = "Up to "
    }
    text += "\(NumberText.text(peak, .users)) of \(users) users were not served."
    if let minutes = metrics["outage.minutes"], minutes > 0 {
      text += " For \(NumberText.text(minutes, .minutes)) it was under half of them."
    }
    if let back = self.text("outage.recovered.at") {
      text += " 99% were back \(back) after the first fault."
    } else {
      text += " Fewer than 99% were back when the run ended."
    }
    return (text, false)
  }

  /// The figures that matter most.
  var figures: [(value: String, label: String)] {
    var list: [(value: String, label: String)] = []
    func add(_ name: String, _ label: String) {
      if let text = text(name) { list.append((text, label)) }
    }
    add("users.unserved.peak", "users not served, at the worst")
    if let lost = text("users.unserved.minutes") {
      list.append((lost.replacing(" user-min", with: ""), "user-minutes lost"))
    }
    add("outage.minutes", "under half served")
    add("outage.recovered.at", "until 99% were back")
    if let stopped = text("elixir.nodes.stopped") {
      let all = text("elixir.nodes.watching").map { " of \($0)" } ?? ""
      list.append((stopped + all, "nodes stopped"))
    }
    return list
  }
}
