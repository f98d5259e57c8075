import Scenarios
import SimulationKernel

extension OutageScenario {
  /// The earliest instant at which this scenario and another can come to differ.
  ///
  /// Two scenarios of the same seed that differ in nothing but steps of `operators` and `faults` with
  /// times of their own run alike until the first of these times. The texts of a scenario and what
  /// was reported do not matter to a run.
  ///
  /// - Returns: An instant after `start`; the end when nothing differs that matters; nil when they
  ///   can differ from the start.
  public func divergence(from other: OutageScenario) -> Instant? {
    guard let left = document?.root.members, let right = other.document?.root.members,
      Self.rest(of: left) == Self.rest(of: right)
    else { return nil }
    let change = FutureChange(from: other, to: self)
    var times: [Instant] = []
    for step in change.steps {
      // An entry of another name is another entry.
      if let old = step.old, let new = step.new, old.name != new.name { return nil }
      for step in [step.old, step.new] {
        guard let step else { continue }
        guard case .at(let time) = step.occasion else { return nil }
        times.append(time)
      }
    }
    for fault in change.faults {
      if let old = fault.old, let new = fault.new, old.id != new.id { return nil }
      times += [fault.old, fault.new].compactMap { $0?.at }
    }
    guard let first = times.min() else { return header.end }
    return first > header.start ? first : nil
  }

  /// Keys that no system reads.
  static let inert = [
    "$schema", "scenario", "title", "description", "facts", "timeline", "compare", "cliffs",
    "hypothesis", "hypotheses", "mitigations", "causes",
  ]

  /// What must be equal for runs to begin alike; a null is as good as nothing.
  private static func rest(of members: [DocumentValue.Member]) -> DocumentValue {
    let rest = members.filter { !inert.contains($0.key) && !FutureChange.plans.contains($0.key) }
    let place = members.first?.keyLocation ?? SourceText(name: "", text: "").location(0..<0)
    return DocumentValue(.object(rest.compactMap(withoutNulls)), at: place)
  }

  private static func withoutNulls(_ member: DocumentValue.Member) -> DocumentValue.Member? {
    guard !member.value.isNull else { return nil }
    guard let members = member.value.members else { return member }
    var member = member
    member.value = DocumentValue(
      .object(members.compactMap(withoutNulls)), at: member.value.location)
    return member
  }
}
