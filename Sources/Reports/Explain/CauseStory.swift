import Experiments
import Observation
import SimulationKernel
import Systems

/// An explanation as sentences, which a text and a page lay out in their own ways.
///
/// A function of the explanation. Nothing in it is made safe for a terminal or a page yet.
public struct CauseStory: Sendable, Equatable {
  /// What happened on the way from the first cause.
  public struct Step: Sendable, Equatable {
    public let at: Instant
    public let text: String
    /// Of what went round several times: what happened in each round; empty for what happened once.
    public let round: [String]

    public init(at: Instant, _ text: String, round: [String] = []) {
      (self.at, self.text, self.round) = (at, text, round)
    }
  }

  /// Those to whom the same happened.
  public struct Effect: Sendable, Equatable {
    /// How many there are of what.
    public let members: String
    /// Some of them, and whether there are more; empty for what there is one of.
    public let examples: [String]
    public let hasMore: Bool
    public let from: Instant
    public let to: Instant
    public let what: String
  }

  /// The effects on one sort of subjects, the earliest first.
  public struct Effects: Sendable, Equatable {
    public let shown: [Effect]
    /// How many others there are, in how many other ways; nil when all are shown.
    public let rest: String?
  }

  public let question: String
  /// What was measured.
  public let details: [String]
  /// Empty when only effects were asked for.
  public let steps: [Step]
  public let firstCause: String?
  public let effects: [Effects]
  /// What else may have come of it without being seen; nil when that goes without saying.
  public let caveat: String?

  /// Ways that are told of one sort of subjects.
  private static let waysMax = 8

  public init(
    question: String, details: [String] = [], steps: [Step], firstCause: String? = nil,
    effects: [Effects] = [], caveat: String? = nil
  ) {
    (self.question, self.details, self.steps) = (question, details, steps)
    (self.firstCause, self.effects, self.caveat) = (firstCause, effects, caveat)
  }

  public init(_ explanation: Explanation) {
    let words = CauseWords(names: explanation.names)
    (question, details) = words.question(of: explanation)
    steps = explanation.chain?.steps.map(words.step) ?? []
    firstCause = explanation.chain.map(words.firstCause)
    effects = explanation.effects.map { Self.effects($0, words) } ?? []
    caveat = explanation.effects.flatMap { Self.isOnlyItself($0) ? Self.unseen : nil }
  }

  private static let unseen =
    "What it changed in how a system works, and what ceased, is no event by itself: fork and compare "
    + "show what that did."

  /// Whether nobody but what it was done to is among the effects.
  private static func isOnlyItself(_ effects: CauseEffects) -> Bool {
    let done: [Occurrence.Subject.Sort] = [.company, .database, .link, .fault, .step]
    return effects.groups.allSatisfy { done.contains($0.sort) }
  }

  private static func effects(_ effects: CauseEffects, _ words: CauseWords) -> [Effects] {
    // Sorts of subjects come as their first effects do.
    var sorts: [Occurrence.Subject.Sort] = []
    for group in effects.groups where !sorts.contains(group.sort) { sorts.append(group.sort) }
    return sorts.compactMap { sort in
      let groups = effects.groups.filter { $0.sort == sort && !$0.notable.isEmpty }
      guard !groups.isEmpty else { return nil }
      let rest = groups.dropFirst(waysMax)
      let members = NumberText.grouped(UInt64(rest.reduce(0) { $0 + $1.count }))
      return Effects(
        shown: groups.prefix(waysMax).map(words.effect),
        rest: rest.isEmpty
          ? nil
          : "and \(members) more in \(rest.count) other " + (rest.count == 1 ? "way" : "ways"))
    }
  }
}

extension CauseWords {
  /// What is explained: a heading, and what was measured.
  func question(of explanation: Explanation) -> (heading: String, details: [String]) {
    switch explanation.question {
    case .fact(let verdict, let outcome):
      let measured = FactText.measured(verdict) ?? "nothing"
      let result =
        switch outcome {
        case .held: "holds"
        case .failed: "fails"
        case .notReached: "cannot be judged yet"
        }
      return (
        "Why the fact \(verdict.fact.id) \(result)",
        [
          "\(verdict.fact.claim): measured \(measured), expected "
            + FactText.expected(verdict.fact)
        ]
      )
    case .invariant(let verdict):
      let at = verdict.at.map { " at \(ExplainText.clock($0))" } ?? ""
      let claim = verdict.claim.map { [$0.expression] } ?? []
      return ("Why the invariant \(verdict.id) was broken\(at)", claim + [verdict.detail])
    case .subject:
      guard let last = explanation.chain?.last else { return ("Why it happened", []) }
      return ("Why \(sentence(last.occurrence)), at \(ExplainText.clock(last.time))", [])
    case .client(let number, let instant, let isServed):
      let isGuild = explanation.chain?.last.occurrence.subject.sort == .guild
      return (
        "Why client \(number) was \(isServed ? "" : "not ")served at \(ExplainText.clock(instant))",
        isGuild ? ["it had a session, and a guild of it was not loaded"] : []
      )
    case .cause(let subject):
      let sort = subject.sort == .fault ? "the fault" : "the operators' step"
      let at =
        subject.sort == .fault
        ? names.faultTime(subject.number).map { ", from \(ExplainText.clock($0)) on" } ?? "" : ""
      return ("What came of \(sort) \(names.name(subject))\(at)", [])
    }
  }

  func step(_ step: CauseChain.Step) -> CauseStory.Step {
    if step.rounds == 1 {
      return .init(at: step.start, step.links.map(told).joined(separator: "; "))
    }
    let round = self.round(of: step)
    if round.count == 1 {
      return .init(at: step.start, "\(round[0]), \(rounds(of: step))")
    }
    return .init(at: step.start, rounds(of: step), round: round)
  }

  func effect(_ group: CauseEffects.Group) -> CauseStory.Effect {
    let happenings = group.notable
    let isNamed = group.sort != .company && group.sort != .etcd
    return CauseStory.Effect(
      members: members(of: group), examples: isNamed ? group.examples.map(names.name) : [],
      hasMore: group.count > group.examples.count,
      from: happenings.map(\.first).min() ?? .start, to: happenings.map(\.last).max() ?? .start,
      what: happenings.map { words($0, of: group) }.joined(separator: ", "))
  }
}
