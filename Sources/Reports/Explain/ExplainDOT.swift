import Experiments
import Observation
import Scenarios
import SimulationKernel
import Systems

/// An explanation as a graph for Graphviz: the chain from top to bottom, then the effects.
///
/// Every label is a quoted string with quotes, backslashes and line breaks escaped and without control
/// characters, so that a scenario's names stay text.
public enum ExplainDOT {
  public static func text(of explanation: Explanation) -> String {
    let words = CauseWords(names: explanation.names)
    var graph = Graph()
    var last: String?
    /// The box of each event of the chain.
    var entries: [UInt32: String] = [:]
    for step in explanation.chain?.steps ?? [] {
      let entry = graph.node(label(of: step, words), shape(of: step))
      if let last { graph.edge(last, entry) }
      for slot in step.links.compactMap(\.fault) {
        let fault = graph.node(
          ["the fault " + words.names.name(Occurrence.Subject(.fault, slot))], "octagon")
        graph.edge(fault, entry)
      }
      if let also = step.links[0].also, also.occurrence.kind == .throttleSet {
        let limit = graph.node(
          [ExplainText.clock(also.time), words.sentence(also.occurrence)], "box")
        graph.edge(limit, entry)
      }
      for link in step.links { entries[link.moment.number] = entry }
      last = entry
    }
    if let effects = explanation.effects {
      // Under the box of the event that they came of; what is not in the chain has one of its own.
      let roots = effects.causes.prefix(3).map { cause in
        entries[cause.number]
          ?? graph.node(
            [ExplainText.clock(cause.time), words.sentence(cause.occurrence)], "octagon")
      }
      for group in effects.groups where !group.notable.isEmpty {
        let entry = graph.node(
          [words.members(of: group)] + group.notable.map { words.words($0, of: group) },
          "folder")
        for root in roots { graph.edge(root, entry) }
      }
    }
    let heading = words.question(of: explanation).heading
    return graph.text(name: explanation.scenario, heading: heading)
  }

  private static func label(of step: CauseChain.Step, _ words: CauseWords) -> [String] {
    if step.rounds == 1 {
      return step.links.flatMap { [ExplainText.clock($0.moment.time), words.told($0)] }
    }
    return [ExplainText.clock(step.start), words.rounds(of: step) + ":"] + words.round(of: step)
  }

  private static func shape(of step: CauseChain.Step) -> String {
    switch step.links[0].moment.occurrence.kind {
    case .faultBegan, .announceHit: "octagon"
    case .operatorActed: "house"
    default: "box"
    }
  }
}

/// Statements of a directed graph, in the order in which they are made.
private struct Graph {
  private var statements: [String] = []
  private var count = 0

  /// - Returns: The node's identifier.
  mutating func node(_ lines: [String], _ shape: String) -> String {
    count += 1
    let label = lines.map(Self.label).joined(separator: "\\n")
    statements.append("n\(count) [label=\"\(label)\", shape=\(shape)];")
    return "n\(count)"
  }

  mutating func edge(_ from: String, _ to: String) {
    statements.append("\(from) -> \(to);")
  }

  func text(name: String, heading: String) -> String {
    let head = [
      "graph [label=\"\(Self.label(heading))\", labelloc=t];",
      "node [fontname=\"Helvetica\"];",
    ]
    return "digraph \"\(Self.escaped(name))\" {\n"
      + (head + statements).map { "  \($0)\n" }.joined() + "}\n"
  }

  /// What is drawn: in it an ampersand would begin one of HTML's entities.
  private static func label(_ text: String) -> String {
    escaped(text).split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
  }

  /// Text between double quotes: a backslash would begin one of Graphviz's escapes.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in Visible.text(text).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n", "\r", "\t": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
