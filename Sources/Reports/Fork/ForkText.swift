import Experiments
import Observation
import SimulationKernel

/// A fork for people: what each future comes to, where it parts from what was, and how they go on.
///
/// A function of the fork: the same fork and style give the same text.
public struct ForkText: Sendable {
  let fork: Fork
  let style: TextStyle
  let reproduce: [String]
  /// From one row of a table to the next; nil: about a dozen rows.
  let step: Duration?

  public init(_ fork: Fork, step: Duration? = nil, style: TextStyle, reproduce: [String]) {
    self.fork = fork
    self.step = step
    self.style = style
    self.reproduce = reproduce
  }

  /// More futures than this are only compared; a section for each would bury the answer.
  static var detailed: Int { 3 }

  /// The report, ending in a line break.
  public var text: String {
    var lines = head
    var sections = [summary, charts]
    if fork.futures.count <= Self.detailed {
      for index in fork.futures.indices {
        sections += [parting(index), course(index), metrics(index)]
      }
    } else {
      sections.append(partings)
    }
    sections += [refusals, saving]
    for section in sections where !section.isEmpty {
      lines.append("")
      lines += section
    }
    lines.append("reproduce: " + ShellWords.line(reproduce))
    return ReportPage.text(of: lines)
  }

  static let usual = Fork.usualName

  var nameWidth: Int {
    let names = fork.futures.map { TerminalText.width(TerminalText.safe($0.name)) }
    // What the columns of the summary leave.
    let room = max(Self.usual.count, style.width - 2 - summaryWidths.reduce(0, +))
    return min(26, room, max(Self.usual.count, names.max() ?? 0))
  }

  func name(_ name: String) -> String {
    TerminalText.padded(
      style.shortened(TerminalText.safe(name), to: nameWidth), to: nameWidth)
  }

  // MARK: Head

  private var head: [String] {
    let record = fork.baseline
    var words = [
      "\(NumberText.clock(record.start)) to \(NumberText.clock(fork.until))",
      "seed \(record.seed)", "scale \(TerminalText.safe(record.scale))",
    ]
    words += record.patches.map(TerminalText.safe)
    return ReportPage.head(
      title: record.title, scenario: record.scenario, words: words, style: style)
  }

  // MARK: Summary

  /// Closer on a narrow terminal, and on the narrowest without some of them: zero.
  private var summaryWidths: [Int] {
    if style.width < 80 { return [15, 14, 0, 10, 0] }
    return style.width < 100 ? [15, 14, 11, 10, 14] : [15, 15, 12, 15, 15]
  }

  /// When the futures part, and what that means where a condition decides.
  private var heading: [String] {
    let count = fork.futures.count
    let words = "\(count + 1) futures from \(fork.at)"
    guard let condition = fork.condition else { return [style.paint(words, .heading)] }
    let reason = "the first second at which \(TerminalText.safe(condition))"
    let isShort = TerminalText.width(words) + 2 + TerminalText.width(reason) <= style.width
    func dim(_ text: String) -> [String] {
      TerminalText.wrapped(text, columns: style.width - 2).map { "  " + style.paint($0, .dim) }
    }
    let first = style.paint(words, .heading)
    return (isShort ? [first + style.paint("  " + reason, .dim)] : [first] + dim(reason))
      + dim(
        "Looked at on every second, between the samples of every \(fork.samplingStep) that charts "
          + "and tables show: the sample beside it need not meet the condition yet.")
  }

  /// What the futures come to, each on a line.
  private var summary: [String] {
    let count = fork.futures.count
    let columns = ["user-min lost", "difference", "under half", "99% back", "nodes stopped"]
    let widths = summaryWidths
    func row(_ label: String, _ cells: [String], _ role: TextStyle.Role? = nil) -> String {
      let padded = cells.enumerated().map { index, cell -> String in
        guard widths[index] > 0 else { return "" }
        let text = TerminalText.rightAligned(cell, to: widths[index])
        return index == 1 ? style.paint(text, role) : text
      }
      return "  " + name(label) + padded.joined()
    }
    // The heading says what is counted.
    func bare(_ text: String) -> String {
      let unit = " user-min"
      return text.hasSuffix(unit) ? String(text.dropLast(unit.count)) : text
    }
    func cells(_ record: RunRecord, _ difference: Double?) -> [String] {
      let metrics = record.metrics
      func text(_ name: String) -> String {
        guard let value = metrics[name], let unit = metrics.unit(of: name) else {
          return style.absent
        }
        return NumberText.text(value, unit)
      }
      return [
        bare(text("users.unserved.minutes")),
        difference.map { bare(Self.signed($0, .userMinutes)) } ?? "",
        text("outage.minutes"), text("outage.recovered.clock"), text("elixir.nodes.stopped"),
      ]
    }
    var lines = heading + [style.paint(row("", columns), .dim)]
    lines.append(row(Self.usual, cells(fork.baseline, nil)))
    let lost = fork.baseline.metrics["users.unserved.minutes"] ?? 0
    func value(_ future: Fork.Future) -> Double {
      future.record.metrics["users.unserved.minutes"] ?? 0
    }
    // Of many, the best first; of few, as they were asked for.
    let order = fork.futures.indices.sorted { left, right in
      count <= Self.detailed
        ? left < right : (value(fork.futures[left]), left) < (value(fork.futures[right]), right)
    }
    for future in order.map({ fork.futures[$0] }) {
      let difference = value(future) - lost
      lines.append(
        row(
          future.name, cells(future.record, difference),
          difference < 0 ? .good : difference > 0 ? .bad : nil))
    }
    return lines
  }

  // MARK: Partings

  /// Where one future differs first.
  private func parting(_ index: Int) -> [String] {
    let future = fork.futures[index]
    var lines = [style.paint(TerminalText.safe(future.name), .heading)]
    lines += TerminalText.wrapped(TerminalText.safe(future.summary), columns: style.width - 2)
      .filter { !$0.isEmpty }.map { "  " + $0 }
    lines += TerminalText.filled(
      future.patches.map(TerminalText.safe), separator: style.separator, columns: style.width - 2
    ).filter { !$0.isEmpty }.map { "  " + style.paint($0, .dim) }
    guard let difference = future.difference else {
      return lines + ["  No event differs until \(NumberText.clock(fork.until))."]
    }
    lines.append("  The futures part after \(NumberText.grouped(difference.index)) events:")
    for (label, side) in [(Self.usual, difference.left), (future.name, difference.right)] {
      let text = side.map { "\($0.time)  \($0.event)" } ?? "no further event"
      let cut = style.shortened(text, to: style.width - nameWidth - 6)
      lines.append("    \(name(label))  \(cut)")
    }
    return lines
  }

  /// The first event in which futures differ, when there are many: those with the same one together.
  private var partings: [String] {
    var groups: [(text: String, names: [String])] = []
    for future in fork.futures {
      let text =
        future.difference.map { difference in
          difference.right.map { "\(NumberText.clock($0.time))  \($0.event)" }
            ?? "no further event"
        } ?? "no event differs until \(NumberText.clock(fork.until))"
      if let place = groups.firstIndex(where: { $0.text == text }) {
        groups[place].names.append(TerminalText.safe(future.name))
      } else {
        groups.append((text, [TerminalText.safe(future.name)]))
      }
    }
    var lines = [style.paint("Where they part from as it was", .heading)]
    for group in groups {
      lines.append("  " + style.shortened(group.text, to: style.width - 2))
      let names = group.names.dropLast().map { $0 + "," } + group.names.suffix(1)
      lines += TerminalText.filled(names, separator: " ", columns: style.width - 12)
        .map { String(repeating: " ", count: 12) + style.paint($0, .dim) }
    }
    return lines
  }

  // MARK: Foot

  private var refusals: [String] {
    let late = fork.refusals.filter(\.isLate)
    let never = fork.refusals.filter { !$0.isLate }
    let separator = late.isEmpty || never.isEmpty ? [] : [""]
    return refusals(late, "Too late at \(fork.at)") + separator
      + refusals(never, "Can never change while the company runs")
  }

  private func refusals(_ refusals: [ForkPlan.Refusal], _ heading: String) -> [String] {
    guard !refusals.isEmpty else { return [] }
    let width = min(
      26, refusals.map { TerminalText.width(TerminalText.safe($0.name)) }.max() ?? 0)
    var lines = [style.paint(heading, .heading)]
    for refusal in refusals {
      let reason = TerminalText.wrapped(
        TerminalText.safe(refusal.reason), columns: style.width - width - 4)
      let label = style.shortened(TerminalText.safe(refusal.name), to: width)
      lines.append("  \(TerminalText.padded(label, to: width))  \(reason[0])")
      lines += reason.dropFirst().map { String(repeating: " ", count: width + 4) + $0 }
    }
    return lines
  }

  private var saving: [String] {
    let count = fork.futures.count
    let events = NumberText.grouped(fork.prefixEvents)
    let saved = NumberText.grouped(fork.savedEvents)
    return TerminalText.wrapped(
      "The \(events) events before \(fork.at) were run once for \(count + 1) futures: "
        + "\(saved) events saved.",
      columns: style.width
    ).map { style.paint($0, .dim) }
  }

  // MARK: Numbers

  /// A difference with its sign; of clock times, as a span.
  static func signed(_ value: Double, _ unit: MetricUnit) -> String {
    guard unit != .clock else {
      let midday = 43_200.0
      guard let early = Duration(representableSeconds: midday),
        let late = Duration(representableSeconds: max(0, midday + value))
      else { return value.description }
      return NumberText.difference(
        from: Instant(nanoseconds: early.nanoseconds), to: Instant(nanoseconds: late.nanoseconds))
    }
    // With as many decimals as it takes to tell it from zero.
    let texts = (0..<4).map { NumberText.text(value, unit, extraDigits: $0) }
    let text =
      texts.first { $0.contains { ("1"..."9").contains($0) } } ?? NumberText.text(value, unit)
    return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  /// A round step that makes about so many rows of a span.
  static func niceStep(_ span: Duration, rows: Int64) -> Duration {
    let wanted = span.nanoseconds / rows
    let seconds: [Int64] = [
      10, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400,
    ]
    return .seconds(seconds.first { $0 * 1_000_000_000 >= wanted } ?? 604_800)
  }
}
