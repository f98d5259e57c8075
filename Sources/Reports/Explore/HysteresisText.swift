import Experiments
import Observation
import Scenarios
import SimulationKernel

/// Falling and coming back, for people.
public struct HysteresisText: Sendable {
  let hysteresis: Hysteresis
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - hysteresis: What to report.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives it again.
  public init(_ hysteresis: Hysteresis, style: TextStyle, reproduce: [String]) {
    self.hysteresis = hysteresis
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    let (plan, search) = (hysteresis.plan, hysteresis.search)
    var lines = head
    lines += ["", style.paint("Falling", .heading)] + style.wrapped(fall)
    lines +=
      ThresholdChart(search: search.falling, span: plan.trigger, style: style, noun: "fall").lines
    lines += ["", style.paint("Coming back", .heading)] + style.wrapped(recovery)
    lines +=
      ThresholdChart(search: search.recovering, span: plan.push, style: style, noun: "back").lines
    lines += [""] + style.wrapped(width)
    lines += [""] + style.wrapped(notes, .dim)
    lines += ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    ReportPage.head(
      of: hysteresis.header, until: hysteresis.until,
      runs: ["\(hysteresis.search.trials) runs from seed \(hysteresis.firstSeed) on"],
      patches: hysteresis.patches, style: style)
      + ReportPage.shortfall(
        isInterrupted: hysteresis.isInterrupted,
        spentBudget: hysteresis.isIncomplete ? hysteresis.options.budget : nil, style: style)
  }

  private var fall: String {
    let text = threshold(
      hysteresis.search.falling, of: hysteresis.plan.trigger, "stays down",
      never: "never falls for good",
      always: "always falls for good")
    return text.prefix(1).uppercased() + String(text.dropFirst())
  }

  private var recovery: String {
    guard let size = hysteresis.search.size else {
      return "Nothing was shown to make it fall, so there is nothing to come back from."
    }
    let plan = hysteresis.plan
    let trigger =
      "\(TerminalText.safe(plan.trigger.path))="
      + TerminalText.safe(plan.trigger.text(of: plan.trigger.number(at: size)))
    let at = plan.pushAt.map { " from \(NumberText.clock($0)) on" } ?? ""
    return "After \(trigger), with the push\(at): "
      + threshold(
        hysteresis.search.recovering, of: plan.push, "is up again at its end",
        never: "never comes back", always: "always comes back")
  }

  /// Where a search has found its threshold, as a sentence.
  private func threshold(
    _ search: ThresholdSearch, of span: ParameterSpan, _ what: String, never: String,
    always: String
  ) -> String {
    func text(_ place: Double) -> String {
      TerminalText.safe(span.text(of: span.number(at: place)))
    }
    let path = TerminalText.safe(span.path)
    if let everywhere = search.verdictEverywhere {
      return "with '\(path)' from \(TerminalText.safe(span.lowText)) to "
        + "\(TerminalText.safe(span.highText)), a run \(everywhere ? always : never)."
    }
    let side = search.direction == .falling ? "up to" : "from"
    let on = search.direction == .falling ? "" : " on"
    let value = search.estimate.map { "about " + text($0) } ?? "some value"
    return "a run is likelier than not to be one that \(what) with '\(path)' \(side) \(value)\(on) "
      + "(97.5 %: \(search.place(text)))."
  }

  private var width: String {
    guard let width = hysteresis.width else {
      let (trigger, push) = (hysteresis.plan.trigger, hysteresis.plan.push)
      return "'\(trigger.path)' (\(kind(of: trigger))) and '\(push.path)' (\(kind(of: push))) are "
        + "not amounts of the same thing, so there is no width between them."
    }
    guard let value = width.value else { return "The width between both is not known." }
    let trigger = hysteresis.plan.trigger
    func text(_ number: Double?) -> String {
      guard let number else { return style.absent }
      return (number < 0 ? "-" : "") + trigger.quantity.text(number.magnitude)
    }
    return "Width F - R: \(text(value)) (95 %: \(text(width.low)) to \(text(width.high)))."
  }

  private func kind(of span: ParameterSpan) -> String {
    span.unit.isEmpty ? "a \(span.quantity.noun)" : "in \(span.unit)"
  }

  private var notes: String {
    "A run has fallen when it has an outage from which it has not recovered at its end. F is the "
      + "trigger at which that becomes likelier than not, R the push at which the opposite does, after "
      + "a trigger that was shown to make it fall; a run that did not fall counts as one that came back."
  }
}
