import Scenarios
import Systems

/// What is to be explained.
public enum ExplainTarget: Sendable, Equatable {
  /// What went wrong: a broken invariant, a fact that failed, the first node that stopped, API nodes that
  /// vanished, or the first connection that was lost; the first of these that there is.
  case usual
  case fact(String)
  case invariant(String)
  case node(Occurrence.Subject)
  case client(UInt32)
  case guild(UInt32)
  /// Forward: what came of it.
  case fault(String)
  case step(String)

  /// Whether a time says when to look at it.
  public var takesTime: Bool {
    switch self {
    case .node, .client, .guild: true
    case .usual, .fact, .invariant, .fault, .step: false
    }
  }

  /// A target that there is not.
  public struct Problem: Error, Sendable, Equatable {
    public let message: String
    public let help: String?

    init(_ message: String, help: String? = nil) {
      self.message = message
      self.help = help
    }
  }

  /// What a target can begin with.
  public static let sorts = [
    "fact", "invariant", "node", "client", "guild", "fault", "operator",
  ]

  /// Reads the words of a command line: a sort and a name, or the name of a fact, an invariant, a
  /// fault, an operator's step or a node alone; none for what went wrong.
  ///
  /// - Throws: What there is not, with the nearest that there is.
  public init(_ words: [String], in scenario: OutageScenario) throws(Problem) {
    let names = CauseNames(scenario)
    switch words.count {
    case 0: self = .usual
    case 1: self = try Self.named(words[0], scenario, names)
    case 2: self = try Self.sorted(words[0], words[1], scenario, names)
    default:
      throw Problem(
        "one thing is explained at a time, not \(Self.quoted(words.joined(separator: " ")))",
        help: "write a name, or a sort and a name: node sessions-17")
    }
  }

  private static func named(
    _ name: String, _ scenario: OutageScenario, _ names: CauseNames
  ) throws(Problem) -> ExplainTarget {
    if scenario.facts.contains(where: { $0.id == name }) { return .fact(name) }
    if invariants(scenario).contains(name) { return .invariant(name) }
    if names.fault(name) != nil { return .fault(name) }
    if names.step(name) != nil { return .step(name) }
    if let node = names.node(name) { return .node(node) }
    if sorts.contains(name) {
      throw Problem("which \(name)?", help: "write \(name) and \(sample(name, scenario, names))")
    }
    let known =
      scenario.facts.map(\.id) + invariants(scenario) + names.faultNames + names.stepNames
      + names.lastNodes
    throw Problem(
      "there is nothing called \(quoted(name)) to explain",
      help: SimilarNames.nearest(to: name, among: known).map { "did you mean \(quoted($0))?" }
        ?? "facts, invariants, faults, operators' steps, nodes such as sessions-0, clients and "
        + "guilds can be explained")
  }

  private static func sorted(
    _ sort: String, _ name: String, _ scenario: OutageScenario, _ names: CauseNames
  ) throws(Problem) -> ExplainTarget {
    switch sort {
    case "fact":
      try check(name, "fact", among: scenario.facts.map(\.id))
      return .fact(name)
    case "invariant":
      try check(name, "invariant", among: invariants(scenario))
      return .invariant(name)
    case "fault":
      try check(name, "fault", among: names.faultNames)
      return .fault(name)
    case "operator":
      try check(name, "step of operators", among: names.stepNames)
      return .step(name)
    case "node":
      guard let node = names.node(name) else {
        throw Problem(
          "there is no node \(quoted(name))",
          help: "nodes are counted from 0: up to \(names.lastNodes.joined(separator: ", ")); "
            + "API nodes are api-0, api-1 and so on")
      }
      return .node(node)
    case "client":
      let online = scenario.configuration.clients.online
      return .client(try number(name, "client", below: names.clients, of: online, scenario))
    case "guild":
      let all = scenario.configuration.elixir.guildCount
      return .guild(try number(name, "guild", below: names.guilds, of: all, scenario))
    default:
      throw Problem(
        "\(quoted(sort)) is nothing that can be explained",
        help: SimilarNames.nearest(to: sort, among: sorts).map { "did you mean \(quoted($0))?" }
          ?? "there are \(sorts.joined(separator: ", "))")
    }
  }

  /// The scenario's own, and those that every run has to keep.
  private static func invariants(_ scenario: OutageScenario) -> [String] {
    scenario.invariants.map(\.id) + OutageWorld.promises
  }

  private static func check(
    _ name: String, _ sort: String, among names: [String]
  ) throws(Problem) {
    guard !names.contains(name) else { return }
    let all = names.isEmpty ? "the scenario has none" : names.map(quoted).joined(separator: ", ")
    throw Problem(
      "there is no \(sort) \(quoted(name))",
      help: SimilarNames.nearest(to: name, among: names).map { "did you mean \(quoted($0))?" }
        ?? all)
  }

  /// A number of the simulated, or the one of them that stands for somebody beyond the sample.
  private static func number(
    _ text: String, _ sort: String, below count: Int, of whole: Int, _ scenario: OutageScenario
  ) throws(Problem) -> UInt32 {
    guard let number = UInt32(text), String(number) == text, number < max(count, whole), count > 0
    else {
      throw Problem(
        "there is no \(sort) \(quoted(text))",
        help: count == 0
          ? "the scenario has none"
          : "there are 0 to \(max(count, whole) - 1); at scale \(scenario.header.scale) those from 0 "
            + "to \(count - 1) are simulated, and stand for the others")
    }
    guard number >= count else { return number }
    let (product, overflow) = UInt64(number).multipliedReportingOverflow(by: UInt64(count))
    return overflow ? UInt32(count - 1) : UInt32(product / UInt64(whole))
  }

  /// Whom a client or guild beyond the sample is simulated by, in words; nil where it is itself.
  public func standIn(for words: [String], in scenario: OutageScenario) -> String? {
    let simulated: UInt32
    switch self {
    case .client(let number), .guild(let number): simulated = number
    case .usual, .fact, .invariant, .node, .fault, .step: return nil
    }
    guard words.count == 2, words[1] != "\(simulated)" else { return nil }
    return "\(words[0]) \(words[1]) is one of those for whom \(words[0]) \(simulated) stands at "
      + "scale \(scenario.header.scale)"
  }

  private static func sample(
    _ sort: String, _ scenario: OutageScenario, _ names: CauseNames
  ) -> String {
    switch sort {
    case "fact": scenario.facts.first.map { quoted($0.id) } ?? "its name"
    case "fault": names.faultNames.first.map(quoted) ?? "its name"
    case "operator": names.stepNames.first.map(quoted) ?? "its name"
    case "node": names.lastNodes.first ?? "its name"
    case "client", "guild": "its number"
    default: "its name"
    }
  }

  private static func quoted(_ text: String) -> String { "'\(Visible.text(text))'" }
}
