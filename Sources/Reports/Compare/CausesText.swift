import Experiments
import Observation

/// An incident taken apart, for people.
public struct CausesText: Sendable {
  let analysis: CauseAnalysis
  let patches: [String]
  let style: TextStyle
  let reproduce: [String]

  /// - Parameters:
  ///   - analysis: What to report.
  ///   - patches: What holds for every run, as on the command line.
  ///   - style: Width, colours, characters.
  ///   - reproduce: Words of the command that gives this analysis again.
  public init(
    _ analysis: CauseAnalysis, patches: [String], style: TextStyle, reproduce: [String]
  ) {
    self.analysis = analysis
    self.patches = patches
    self.style = style
    self.reproduce = reproduce
  }

  /// The report, ending in a line break.
  public var text: String {
    let lines =
      head + [""] + shares + [""] + removals + [""] + pairs + [""] + notes
      + ["", "reproduce: " + ShellWords.line(reproduce)]
    return ReportPage.text(of: lines)
  }

  private var head: [String] {
    var lines = ReportPage.head(
      of: analysis.header, until: analysis.until, runs: [ReportPage.seeds(analysis.seeds)],
      setting: analysis.setting, patches: patches, style: style)
    if analysis.isIncomplete {
      lines.append(
        style.paint("Interrupted: only the seeds that were finished are counted", .warning))
    }
    let (all, none) = (mean(analysis.losses), mean(analysis.remainders))
    lines += ["", "With every cause \(all) are lost, with none of them \(none)."]
    return lines
  }

  private func mean(_ values: [Double]) -> String {
    NumberText.text(SampleMoments(values).mean, .userMinutes)
  }

  private var nameWidth: Int {
    min(30, analysis.findings.map { TerminalText.width($0.name) }.max() ?? 0)
  }

  private func name(_ text: String) -> String {
    let safe = style.shortened(TerminalText.safe(text), to: nameWidth)
    return TerminalText.padded(safe, to: nameWidth)
  }

  /// Which interval a share has.
  private var interval: String {
    guard analysis.seeds.count > 1 else { return "no interval of a single seed" }
    return switch analysis.findings.first?.part.shareMethod {
    case .bootstrap: "95 % (expanded bootstrap)"
    default: "95 % (Student's, delta method)"
    }
  }

  /// Each cause's part of the loss, as a bar.
  private var shares: [String] {
    var lines = [
      style.paint("Shares of the lost user-minutes", .heading)
        + style.paint("  Shapley value, \(interval)", .dim)
    ]
    let columns = max(10, style.width - nameWidth - 48)
    let largest = max(0.01, analysis.findings.compactMap(\.part.share).max() ?? 0)
    for finding in analysis.findings {
      let share = finding.part.share ?? 0
      let filled = max(0, min(columns, Int(share / largest * Double(columns) + 0.5)))
      let percent = finding.part.share.map { NumberText.fixed($0 * 100, digits: 1) + "%" } ?? ""
      let range = finding.part.shareInterval.map { interval in
        "(" + NumberText.fixed(interval.lowerBound * 100, digits: 1) + "% to "
          + NumberText.fixed(interval.upperBound * 100, digits: 1) + "%)"
      }
      lines.append(
        "  \(name(finding.name)) " + TerminalText.rightAligned(percent, to: 7) + " "
          + TerminalText.padded(range ?? "", to: 20) + " "
          + TerminalText.rightAligned(million(finding.part.value), to: 10) + "  "
          + style.paint(String(repeating: style.glyph("█", "#"), count: filled), .action))
    }
    return lines
  }

  /// What the brackets behind a change are; a single seed has none.
  private var intervals: String { analysis.seeds.count > 1 ? ", 95 %" : "" }

  /// What each cause's removal alone prevents.
  private var removals: [String] {
    var lines = [
      style.paint("One cause less", .heading)
        + style.paint("  change of the lost user-minutes\(intervals)", .dim)
    ]
    for finding in analysis.findings {
      lines.append("  \(name(finding.name)) \(change(finding.removal))")
      lines += TerminalText.wrapped(
        TerminalText.safe(finding.summary), columns: max(20, style.width - 4)
      ).map { "    " + style.paint($0, .dim) }
    }
    return lines
  }

  private var pairs: [String] {
    guard !analysis.pairs.isEmpty else { return [] }
    var lines = [
      style.paint("Two causes less", .heading)
        + style.paint("  change of the lost user-minutes\(intervals)", .dim)
    ]
    let width = nameWidth * 2 + 3
    for pair in analysis.pairs {
      let names = "\(TerminalText.safe(pair.first)) + \(TerminalText.safe(pair.second))"
      lines.append("  \(TerminalText.padded(names, to: width)) \(change(pair.removal))")
    }
    return lines
  }

  private func change(_ difference: PairedDifference) -> String {
    let whole = difference.baselineMean
    let percent =
      whole > 0
      ? " "
        + TerminalText.rightAligned(
          signed(NumberText.fixed(difference.difference / whole * 100, digits: 1) + "%"), to: 7)
      : ""
    let range = difference.interval.map {
      "  (\(signed(million($0.lowerBound))) to \(signed(million($0.upperBound))))"
    }
    return TerminalText.rightAligned(signed(million(difference.difference)), to: 10) + percent
      + style.paint(range ?? "", .dim)
  }

  /// With a sign, unless it is shown as zero.
  private func signed(_ text: String) -> String {
    !text.hasPrefix("-") && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  private func million(_ value: Double) -> String {
    NumberText.fixed(value / 1e6, digits: 1) + " M"
  }

  private var notes: [String] {
    var texts: [String] = []
    if analysis.seeds.count < PairedDifference.bootstrapCountMin {
      texts.append("Fewer than ten seeds: intervals lean on values being about normal.")
    }
    texts.append(
      "A cause's share is what it adds to the loss when the causes come in one after another, "
        + "averaged over all orders; shares add up to the whole. A cause without which nothing happens "
        + "can prevent all of the loss and still have a part of it only: it needs the others too.")
    return texts.flatMap { style.wrapped($0, .dim) }
  }
}
