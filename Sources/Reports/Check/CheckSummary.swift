import Experiments
import Scenarios

/// A check as Markdown, for the summary of a step of GitHub Actions.
public enum CheckSummary {
  /// - Parameters:
  ///   - check: What was found.
  ///   - reproduce: The command that gives it again.
  ///   - limit: Bytes at most; what does not fit is cut off at a line, and a note says so.
  /// - Returns: A text that ends in a line break; empty when not even the note fits.
  public static func text(of check: Check, reproduce: [String], limit: Int = 1 << 20) -> String {
    var lines = [
      "## hindsight check", "", "**\(escaped(CheckWords.total(check)))**", "",
    ]
    for scenario in check.scenarios { lines += self.lines(of: scenario, check) }
    if !check.orphans.isEmpty {
      lines += ["### \(check.isStrict ? "❌" : "⚠️") Golden digests without a scenario", ""]
      lines +=
        check.orphans.map { "- \(escaped($0.path)): \(escaped(CheckWords.finding($0)))" } + [""]
    }
    if !check.skipped.isEmpty {
      lines += ["### Skipped", ""]
      lines += check.skipped.map { "- \(escaped($0.path)): \(escaped($0.reason))" } + [""]
    }
    lines += code(ShellWords.line(reproduce))
    return cut(lines, to: limit)
  }

  private static func lines(of scenario: ScenarioCheck, _ check: Check) -> [String] {
    let (header, runs) = (scenario.subject.scenario.header, scenario.runs)
    let wrong = scenario.cases.filter { $0.outcome == .failed || $0.outcome == .warned }
    let mark =
      wrong.contains(where: check.isError) ? "❌" : runs.isIncomplete ? "⚠️ incomplete:" : "✅"
    var lines = ["### \(mark) \(escaped(header.name))", ""]
    let seeds = CheckWords.seeds(of: runs) + (runs.isIncomplete ? ", stopped early," : "")
    let passed = scenario.cases(.passed).count
    let bound = CheckWords.percentAtMost(scenario.failureBound)
    let judged =
      runs.records.isEmpty
      ? "No seed was run, so nothing was judged."
      : "\(passed) held in every seed, each of which fails in at most \(bound) of all seeds at 95 %."
    lines += [
      "\(seeds) from \(runs.firstSeed), scale \(escaped(header.scale.description)). \(judged)", "",
    ]
    guard !wrong.isEmpty else { return lines }
    lines += ["| | What | Found | Seeds | Place |", "|---|---|---|---|---|"]
    for found in wrong {
      let cells = [
        check.isError(found) ? "❌" : "⚠️", CheckWords.heading(found),
        CheckWords.findingWithSeed(found), CheckWords.details(found).joined(separator: "; "),
        found.location?.description ?? "",
      ]
      lines.append("| \(cells.map(escaped).joined(separator: " | ")) |")
    }
    lines.append("")
    for found in wrong where found.outcome == .failed {
      lines += code(ShellWords.line(CheckWords.reproduce(found, scenario)))
    }
    return lines
  }

  /// A block that shows a command as it is: indented, so that nothing in it ends the block.
  static func code(_ line: String) -> [String] {
    ["    " + oneLine(line), ""]
  }

  private static func oneLine(_ text: String) -> String { Visible.text(text) }

  /// `text` as part of a paragraph or a cell, without a meaning for Markdown or HTML.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in oneLine(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // References: in a cell a backslash is taken away before the pipe is looked at.
      case "|": result += "&#124;"
      case "@": result += "&#64;"
      case "\\", "`", "*", "_", "[", "]", "#", "~", "!", "$": result += "\\\(scalar)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func cut(_ lines: [String], to limit: Int) -> String {
    let all = lines.reduce(0) { $0 + $1.utf8.count + 1 }
    guard all > limit else { return lines.joined(separator: "\n") + "\n" }
    let note = "\n*Cut off: a summary holds 1 MiB. The log has all of it.*"
    var kept: [String] = []
    var size = note.utf8.count + 1
    for line in lines {
      size += line.utf8.count + 1
      guard size <= limit else { break }
      kept.append(line)
    }
    guard note.utf8.count + 1 <= limit else { return "" }
    return (kept + [note]).joined(separator: "\n") + "\n"
  }
}
