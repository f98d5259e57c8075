import Experiments
import Observation
import SimulationKernel
import Systems

extension CauseWords {
  /// A link with what else it took.
  func told(_ link: CauseChain.Link) -> String {
    var text = capitalised(link.moment.occurrence)
    if let also = link.also, also.occurrence.kind == .throttleSet {
      text += ", set at \(ExplainText.clock(also.time))"
    }
    if link.letInBy != nil { text += ", when it was its turn" }
    return text
  }

  /// Of a cycle, what happens in one round.
  func round(of step: CauseChain.Step) -> [String] {
    step.round.map { link in
      let occurrence = link.moment.occurrence
      // A supervisor that gave up in the first round did not in every one.
      return occurrence.kind == .supervisorGaveUp
        ? sentence(Occurrence(.watcherCrashed, occurrence.subject, detail: occurrence.detail))
        : sentence(occurrence)
    }
  }

  /// How often a cycle went round, until when, and how often supervisors gave up in it.
  func rounds(of step: CauseChain.Step) -> String {
    let giveUps = step.count(.supervisorGaveUp)
    let times = NumberText.grouped(UInt64(step.rounds))
    return "\(times) times until \(ExplainText.clock(step.end))"
      + (giveUps == 0
        ? "" : ", the supervisors gave up \(giveUps == 1 ? "once" : "\(giveUps) times")")
  }

  /// What a chain begins with.
  ///
  /// A fault that struck on the way comes first: without it there would have been nothing to explain.
  func firstCause(of chain: CauseChain) -> String {
    var causes = chain.faults.map { slot in
      let at = names.faultTime(slot).map { ", armed at \(ExplainText.clock($0))" } ?? ""
      return "the fault " + names.name(Occurrence.Subject(.fault, slot)) + at
    }
    let first = chain.first
    let at = ExplainText.clock(first.time)
    switch first.occurrence.kind {
    case .faultBegan: causes.append("the fault \(names.name(first.occurrence.subject)) at \(at)")
    case .operatorActed:
      causes.append("the operators' step \(names.name(first.occurrence.subject)) at \(at)")
    case .autoscalerLooked: causes.append("a decision of the autoscaler at \(at)")
    case .alertFired: causes.append("an alert at \(at)")
    case .started: causes.append("the start of the day")
    default: causes.append("what goes on all day: at \(at) \(sentence(first.occurrence))")
    }
    return causes.joined(separator: "; and ")
  }
}
