import Experiments
import Reports

/// What one pass over the journals of a sweep shows: what is there, and the points worth a look.
struct SweepFindings {
  let results: SweepResults
  let completeness: SweepCompleteness
  private let showcase: SweepShowcase
  /// Every point, where JSON is asked for; where a page is, as many as one can draw.
  private let all: [SweepPointSummary]

  init(
    _ plan: SweepPlan, _ folder: SweepFolder, _ arguments: ParsedArguments
  ) throws(CommandFailure) {
    results = SweepResults(plan, folder.index)
    var showcase = SweepShowcase(of: results.plan)
    var all: [SweepPointSummary] = []
    let hasPage = arguments.has("report")
    completeness = try folder.forEachPoint(of: results) { summary in
      showcase.add(summary)
      if arguments.wantsJSON || hasPage && all.count < SweepHTML.pointsMax {
        all.append(summary)
      }
    }
    (self.showcase, self.all) = (showcase, all)
  }

  /// Prints the points, and draws them where that is asked for.
  ///
  /// - Returns: `incomplete` where runs are missing, or a point needs more seeds than it may have.
  func report(
    _ folder: SweepFolder, _ arguments: ParsedArguments, reproduce: [String], hasTables: Bool,
    on console: inout Console
  ) throws(CommandFailure) -> ExitCode {
    let files =
      hasTables ? [SweepFolder.csvName, SweepFolder.jsonLinesName].map(folder.file) : []
    try console.write(
      arguments, json: SweepJSON.text(of: results.plan, completeness, all),
      text: {
        SweepText(
          results.plan, completeness, showcase, style: $0, files: files, reproduce: reproduce
        ).text
      }, reproduce: reproduce)
    let drawn = Array(all.prefix(SweepHTML.pointsMax))
    try ReportFolder(arguments)?.write(
      SweepHTML(results.plan, completeness, drawn, reproduce: reproduce).text, on: console)
    return completeness.isComplete && showcase.wideCount == 0 ? .held : .incomplete
  }
}
