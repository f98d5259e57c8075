import Scenarios

/// What kept a check from running anything: errors of scenarios and patches, or that there is none.
public struct CheckRefusal: Sendable {
  public struct Problem: Sendable {
    /// The file, as the check names it; nil where it is about none.
    public let path: String?
    public let error: ScenarioError

    public init(path: String?, _ error: ScenarioError) {
      self.path = path
      self.error = error
    }

    /// Where it stands, when that is in the file and not in a patch.
    var locationInFile: SourceLocation? {
      guard let location = error.location, location.fileName == path else { return nil }
      return location
    }

    /// The place and the message, in one line.
    var heading: String { (error.location.map { "\($0): " } ?? "") + error.message }

    /// How to repair it, and what else is known of it.
    var remarks: [String] {
      error.notes.map { note in (note.location.map { "\($0): " } ?? "") + note.message }
        + (error.help.map { ["help: \($0)"] } ?? [])
    }
  }

  public let problems: [Problem]

  public init(_ problems: [Problem]) { self.problems = problems }

  /// `2 errors: nothing was run`.
  var total: String {
    "\(problems.count == 1 ? "1 error" : "\(problems.count) errors"): nothing was run"
  }
}

extension WorkflowCommands {
  /// The annotations of a check that could not begin.
  ///
  /// - Parameters:
  ///   - refusal: Why not.
  ///   - pathInRepository: How the repository calls a file.
  /// - Returns: One command per line.
  public static func text(
    of refusal: CheckRefusal, pathInRepository: (String) -> String = { $0 }
  ) -> String {
    commands("error", for: refusal.problems) { problem in
      var properties: [(String, String)] = []
      if let path = problem.path { properties.append(("file", pathInRepository(path))) }
      let location = problem.locationInFile
      if let location {
        properties += [("line", "\(location.line)"), ("col", "\(location.column)")]
      }
      properties.append(("title", "hindsight check"))
      let head = location == nil ? problem.heading : problem.error.message
      return (properties, ([head] + problem.remarks).joined(separator: "\n"))
    }
  }
}

extension CheckSummary {
  /// A check that could not begin, as Markdown.
  ///
  /// - Parameters:
  ///   - refusal: Why not.
  ///   - reproduce: The command that gives it again.
  ///   - limit: Bytes at most, as for a check that was done.
  /// - Returns: A text that ends in a line break; empty when nothing fits.
  public static func text(
    of refusal: CheckRefusal, reproduce: [String], limit: Int = 1 << 20
  ) -> String {
    var lines = ["## hindsight check", "", "**\(escaped(refusal.total))**", ""]
    lines += ["| | What | Place |", "|---|---|---|"]
    for problem in refusal.problems {
      let cells = [
        "❌", ([problem.error.message] + problem.remarks).joined(separator: "; "),
        problem.error.location?.description ?? problem.path ?? "",
      ]
      lines.append("| \(cells.map(escaped).joined(separator: " | ")) |")
    }
    return cut(lines + [""] + code(ShellWords.line(reproduce)), to: limit)
  }
}

extension JUnitXML {
  /// A check that could not begin: a suite per file, an error per error.
  ///
  /// - Parameters:
  ///   - refusal: Why not.
  ///   - reproduce: The command that gives it again.
  /// - Returns: The file's text.
  public static func text(of refusal: CheckRefusal, reproduce: [String]) -> String {
    let last = "reproduce: \(ShellWords.line(reproduce))"
    var paths: [String] = []
    for problem in refusal.problems where !paths.contains(problem.path ?? "") {
      paths.append(problem.path ?? "")
    }
    let suites = paths.map { path -> Suite in
      let name = path.isEmpty ? "hindsight check" : path
      let cases = refusal.problems.filter { ($0.path ?? "") == path }.map { problem -> Case in
        let body = [problem.heading] + problem.remarks + [last]
        return line(
          "error: \(problem.heading)", of: className(of: name), .error,
          message: problem.error.message, body: body.joined(separator: "\n"),
          type: problem.error.kind.rawValue)
      }
      return Suite(name: name, package: path, cases)
    }
    return text(of: suites)
  }
}
