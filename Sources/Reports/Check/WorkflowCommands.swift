import Experiments
import Scenarios

/// What a check tells GitHub Actions on its log: annotations, each at its place in a file.
///
/// A step shows ten errors and ten warnings; the gravest come first, and the last one counts the rest.
public enum WorkflowCommands {
  /// Annotations of one sort that a step shows.
  static let limit = 10

  /// The annotations of a check.
  ///
  /// - Parameters:
  ///   - check: What was found.
  ///   - pathInRepository: How the repository calls a file.
  /// - Returns: One command per line; empty when there is nothing to tell.
  public static func text(
    of check: Check, pathInRepository: (String) -> String = { $0 }
  ) -> String {
    let found = check.scenarios.flatMap { scenario in scenario.cases.map { ($0, scenario) } }
      .filter { $0.0.outcome == .failed || $0.0.outcome == .warned }
    let errors = found.filter { check.isError($0.0) }.map { Annotation.found($0, $1) }
    let warnings = found.filter { !check.isError($0.0) }.map { Annotation.found($0, $1) }
    let orphans = check.orphans.isEmpty ? [] : [Annotation.orphans(check.orphans)]
    return lines("error", errors + (check.isStrict ? orphans : []), pathInRepository)
      + lines("warning", warnings + (check.isStrict ? [] : orphans), pathInRepository)
  }

  private enum Annotation {
    case found(CheckCase, ScenarioCheck)
    /// One for all of them, as a step shows few.
    case orphans([Check.Orphan])

    /// What somebody has to know first.
    var rank: Int {
      switch self {
      case .found(let found, _): WorkflowCommands.rank(found)
      case .orphans: 1
      }
    }
  }

  private static func lines(
    _ name: String, _ annotations: [Annotation], _ path: (String) -> String
  ) -> String {
    let ordered = annotations.enumerated()
      .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
      .map(\.element)
    return commands(name, for: ordered) { annotation in
      let (found, scenario): (CheckCase, ScenarioCheck)
      switch annotation {
      case .found(let one, let its): (found, scenario) = (one, its)
      case .orphans(let orphans):
        let title = "hindsight check: golden digest without a scenario"
        return (
          [("file", orphans.first.map { path($0.path) } ?? ""), ("title", title)],
          orphans.map { "\($0.path): \(CheckWords.finding($0))" }.joined(separator: "\n")
        )
      }
      let location = found.location
      // What comes from a patch has no place in the repository.
      let isInFile = location?.fileName == scenario.subject.path
      var properties = [("file", path(scenario.subject.path))]
      if let location, isInFile {
        properties += [("line", "\(location.line)"), ("col", "\(location.column)")]
      }
      let header = scenario.subject.scenario.header
      properties.append(
        ("title", "\(header.name): \(CheckWords.noun(found.kind)) \(found.id)"))
      var lines = [CheckWords.finding(found)] + CheckWords.details(found)
      if !found.title.isEmpty { lines.insert(found.title, at: 0) }
      lines.append(
        "reproduce: \(ShellWords.line(CheckWords.reproduce(found, scenario)))")
      return (properties, lines.joined(separator: "\n"))
    }
  }

  /// A command for each, the first ones only where there are more than a step shows: the last
  /// command counts the others.
  static func commands<Element>(
    _ name: String, for elements: [Element],
    _ annotation: (Element) -> (properties: [(String, String)], message: String)
  ) -> String {
    let shown = elements.count > limit ? limit - 1 : elements.count
    var text = ""
    for element in elements.prefix(shown) {
      let (properties, message) = annotation(element)
      text += command(name, properties, message)
    }
    if elements.count > shown {
      text += command(
        name, [("title", "hindsight check")],
        "\(elements.count - shown) more; the log and the summary of this step have all of them")
    }
    return text
  }

  /// A report with no line that would be taken for a command: a scenario may come from a stranger.
  public static func defused(_ report: String) -> String {
    let lines = report.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let rest = line.drop { $0 == " " }
      return rest.hasPrefix("::") ? line.dropLast(rest.count) + "\u{FFFD}" + rest.dropFirst() : line
    }
    // An older form is looked for anywhere in a line.
    return lines.joined(separator: "\n").replacing("##[", with: "#\u{FFFD}[")
  }

  private static func rank(_ found: CheckCase) -> Int {
    switch found.kind {
    case .determinism: 0
    case .golden: 1
    case .invariant, .coverage: 2
    case .fact, .cliff: 3
    case .ending: 4
    case .fault, .throttle, .mitigation: 5
    }
  }

  /// `::error file=…,line=…::message`, by the escaping rules of workflow commands.
  static func command(
    _ name: String, _ properties: [(name: String, value: String)], _ message: String
  ) -> String {
    let list = properties.map { "\($0.name)=\(escaped($0.value, isProperty: true))" }
    return "::\(name) \(list.joined(separator: ","))::\(escaped(message, isProperty: false))\n"
  }

  private static func escaped(_ text: String, isProperty: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result.append(contentsOf: "%25".unicodeScalars)
      case "\r": result.append(contentsOf: "%0D".unicodeScalars)
      case "\n": result.append(contentsOf: "%0A".unicodeScalars)
      case ":" where isProperty: result.append(contentsOf: "%3A".unicodeScalars)
      case "," where isProperty: result.append(contentsOf: "%2C".unicodeScalars)
      default: result.append(contentsOf: Visible.text(String(scalar)).unicodeScalars)
      }
    }
    return String(result)
  }
}
