import Experiments
import Scenarios

/// A check as JUnit XML, for the pages that build servers make of it: a suite per scenario, a case per
/// invariant, fact and whatever else was looked at.
///
/// Valid by the schema that Jenkins publishes for it, whatever is in a name, and without times, so that
/// the same check gives the same bytes.
public enum JUnitXML {
  /// How the file begins, and what tells it from other people's.
  public static let beginning =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hindsight check\""

  public static func text(of check: Check) -> String {
    let orphans = check.orphans.map { orphan -> Suite in
      let found = CheckWords.finding(orphan)
      return Suite(
        name: orphan.path, package: orphan.path,
        [
          line(
            "golden: the scenario is there", of: className(of: orphan.path),
            check.isStrict ? .failed : .skipped, message: found, body: found, type: "golden")
        ])
    }
    return text(of: check.scenarios.map { Suite($0, check) } + orphans)
  }

  static func text(of suites: [Suite]) -> String {
    let all = suites.flatMap(\.cases)
    var text = beginning + counts(all) + ">\n"
    for suite in suites { text += suite.text }
    return text + "</testsuites>\n"
  }

  /// `text` with what markup needs escaped, and what XML 1.0 cannot hold replaced by U+FFFD.
  ///
  /// White space other than spaces is written as references: a parser would make spaces of it.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&apos;".unicodeScalars)
      case "\t", "\n", "\r": result.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
      default: result.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return String(result)
  }

  /// `Char` of XML 1.0, section 2.2, without the control characters that it discourages.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFDCF, 0xFDF0...0xFFFD: true
    // The last two of every plane are no characters.
    case 0x10000...0x10FFFF: scalar.value & 0xFFFE != 0xFFFE
    default: false
    }
  }

  enum Verdict { case passed, failed, error, skipped }

  struct Case {
    let verdict: Verdict
    let text: String
  }

  struct Suite {
    let cases: [Case]
    private let attributes: String

    init(name: String, package: String, _ cases: [Case]) {
      attributes = " name=\"\(escaped(name))\" package=\"\(escaped(package))\""
      self.cases = cases
    }

    init(_ scenario: ScenarioCheck, _ check: Check) {
      let (subject, name) = (scenario.subject, scenario.subject.scenario.header.name)
      var cases = scenario.cases.map { JUnitXML.value(of: $0, scenario, check) }
      if scenario.runs.isIncomplete {
        // A suite that has judged nothing must not look like one in which nothing failed.
        let found = "\(CheckWords.seeds(of: scenario.runs)), stopped early"
        cases.append(
          JUnitXML.line(
            "run: all seeds", of: JUnitXML.className(of: subject.path),
            scenario.runs.records.isEmpty ? .error : .skipped, message: found, body: found,
            type: "incomplete"))
      }
      self.init(name: name, package: subject.path, cases)
    }

    var text: String {
      "  <testsuite\(attributes)\(JUnitXML.counts(cases))"
        + " skipped=\"\(cases.filter { $0.verdict == .skipped }.count)\">\n"
        + cases.map(\.text).joined() + "  </testsuite>\n"
    }
  }

  /// What tells the cases of one file from those of another, whose scenario may have the same name.
  ///
  /// Without the ending: Jenkins takes the last dot for the end of a package's name.
  static func className(of path: String) -> String {
    path.hasSuffix(".json") ? String(path.dropLast(".json".count)) : path
  }

  private static func counts(_ cases: [Case]) -> String {
    func count(_ verdict: Verdict) -> Int { cases.filter { $0.verdict == verdict }.count }
    return " tests=\"\(cases.count)\" failures=\"\(count(.failed))\" errors=\"\(count(.error))\""
  }

  private static func value(
    of found: CheckCase, _ scenario: ScenarioCheck, _ check: Check
  ) -> Case {
    let verdict: Verdict =
      found.kind == .ending
      ? .error
      : check.isFailure(found)
        ? (found.kind == .determinism ? .error : .failed)
        : found.outcome == .passed ? .passed : .skipped
    var name = "\(CheckWords.noun(found.kind)): \(found.id)"
    if !found.title.isEmpty { name += " - \(found.title)" }
    let reproduce = "reproduce: \(ShellWords.line(CheckWords.reproduce(found, scenario)))"
    var lines = [CheckWords.finding(found)] + CheckWords.details(found)
    if let seed = found.seed, verdict != .skipped { lines.append("seed \(seed)") }
    if let location = found.location { lines.append(location.description) }
    return line(
      name, of: className(of: scenario.subject.path), verdict,
      message: message(found), body: (lines + [reproduce]).joined(separator: "\n"),
      type: type(of: found))
  }

  /// A digest whose first different event can be looked for is told from all else that golden digests
  /// fail for.
  private static func type(of found: CheckCase) -> String {
    if case .drift(let drift) = found.evidence, drift.interval != nil { return "golden-drift" }
    return found.kind.rawValue
  }

  private static func message(_ found: CheckCase) -> String {
    switch found.outcome {
    case .notReached: "the runs ended before it"
    case .notExercised: "the runs had no use for it"
    case .passed, .failed, .warned: CheckWords.finding(found)
    }
  }

  static func line(
    _ name: String, of className: String, _ verdict: Verdict, message: String, body: String = "",
    type: String = ""
  ) -> Case {
    let head = "    <testcase classname=\"\(escaped(className))\" name=\"\(escaped(name))\""
    func element(_ tag: String) -> String {
      "\(head)>\n      <\(tag) message=\"\(escaped(message))\" type=\"\(escaped(type))\">"
        + "\(escaped(body))</\(tag)>\n    </testcase>\n"
    }
    switch verdict {
    case .passed: return Case(verdict: verdict, text: head + "/>\n")
    case .failed: return Case(verdict: verdict, text: element("failure"))
    case .error: return Case(verdict: verdict, text: element("error"))
    case .skipped:
      return Case(
        verdict: verdict,
        text: "\(head)>\n      <skipped message=\"\(escaped(message))\"/>\n    </testcase>\n")
    }
  }
}
