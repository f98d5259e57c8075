import Experiments
import Observation

extension CompareText {
  /// The effect on user-minutes lost as a share of the baseline's, drawn with its interval.
  var forest: [String] {
    let reference = comparison.baseline.first { $0.metric == .userMinutesLost }?.mean ?? 0
    let rows = ranked.map { result -> (result: Comparison.ArmResult, effect: ArmEffect) in
      (result, result.settings[0])
    }
    let shares = rows.flatMap { row -> [Double] in
      guard reference > 0 else { return [0] }
      let ends = row.effect.interval.map { [$0.lowerBound, $0.upperBound] } ?? []
      return (ends + [row.effect.difference]).map { $0 / reference }
    }
    // Where there is little room, the bar alone says what share it is.
    let isNarrow = style.width - nameWidth - lettersWidth - 44 < 16
    let figureWidth = isNarrow ? 10 : 15
    let before = nameWidth + lettersWidth + (isNarrow ? 27 : 42)
    let axis = ForestAxis(
      low: min(0, shares.min() ?? 0), high: max(0, shares.max() ?? 0),
      columns: max(16, style.width - before - 2))
    var lines = [
      style.paint("User-minutes lost", .heading)
        + style.paint(
          "  difference\(style.width < 64 ? "" : " to no mitigation"), the best first", .dim)
    ]
    lines.append(
      String(repeating: " ", count: before) + style.paint(axis.labels(style), .dim))
    for row in rows {
      let share = reference > 0 ? row.effect.difference / reference : 0
      let interval = row.effect.interval.map { ends in
        reference > 0 ? (ends.lowerBound / reference)...(ends.upperBound / reference) : 0...0
      }
      let percent = reference > 0 ? Self.percent(share) : ""
      lines.append(
        "  \(letters(row.result)) \(name(row.result)) "
          + TerminalText.rightAligned(figure(row.effect), to: figureWidth) + " "
          + (isNarrow ? "" : TerminalText.rightAligned(percent, to: 7) + " ")
          + style.paint(TerminalText.padded(word(row.effect), to: 12), role(row.effect))
          + style.paint(axis.bar(share, interval, style), role(row.effect)))
    }
    return lines
  }

  /// The other metrics: each arm's difference with its interval.
  var effects: [String] {
    let metrics: [ComparisonMetric] = [
      .outageMinutes, .nodesStopped, .outage, .recoveryMinutes, .wastedWork,
    ]
    var columns = metrics.map { metric in
      EffectColumn(
        title: Self.column(metric), cells: ranked.map { $0.effect(metric).map(cell) ?? "" })
    }
    columns.append(EffectColumn(title: "itself: P(outage)", cells: ranked.map(probability)))
    let room = style.width - nameWidth - 4
    // As many beside each other as there is room for, three at most.
    let needed = columns.map(\.width).max() ?? 0
    let count = (1...3).last { room / $0 >= needed } ?? 1
    let tables = stride(from: 0, to: columns.count, by: count).map { first in
      table(Array(columns[first..<min(columns.count, first + count)]), width: room / count)
    }
    return Array(tables.joined(separator: [""])) + unrecovered + [""] + correlations
  }

  /// A metric of all arms.
  private struct EffectColumn {
    let title: String
    let cells: [String]

    /// With a space in front.
    var width: Int { 1 + (([title] + cells).map(TerminalText.width).max() ?? 0) }
  }

  private func table(_ columns: [EffectColumn], width: Int) -> [String] {
    let titles = columns.map { TerminalText.rightAligned($0.title, to: width) }.joined()
    let heading = TerminalText.padded("  Difference in", to: nameWidth + 4) + titles
    return [style.paint(heading, .dim)]
      + ranked.enumerated().map { row, result in
        "    \(name(result))"
          + columns.map { TerminalText.rightAligned($0.cells[row], to: width) }.joined()
      }
  }

  private var unrecovered: [String] {
    let arms = ranked.filter { $0.unrecovered > 0 }
    guard !arms.isEmpty else { return [] }
    let names = arms.map { "\(TerminalText.safe($0.arm.name)) \($0.unrecovered)" }
    return TerminalText.wrapped(
      "Runs that never recovered, of \(comparison.seeds.count): "
        + names.joined(separator: ", "), columns: style.width - 4
    ).map { "    " + $0 }
  }

  /// The correlation that was achieved, of every metric of every arm.
  private var correlations: [String] {
    let metrics = ComparisonMetric.allCases
    guard comparison.arms.contains(where: { $0.effects.contains { $0.correlation != nil } }) else {
      return []
    }
    let width = max(7, (style.width - nameWidth - 4) / metrics.count)
    func row(_ name: String, _ cells: [String]) -> String {
      "    \(name)" + cells.map { TerminalText.rightAligned($0, to: width) }.joined()
    }
    var lines = [
      style.paint("Correlation", .heading)
        + style.paint("  with the baseline, seed by seed", .dim),
      style.paint(
        row(TerminalText.padded("", to: nameWidth), metrics.map(Self.brief)), .dim),
    ]
    lines += ranked.map { result in
      row(
        name(result),
        metrics.map {
          result.effect($0)?.correlation.map(Self.correlation) ?? style.absent
        })
    }
    return lines
      + TerminalText.wrapped(
        "\(style.absent): the metric is the same on every seed, with the arm or without it",
        columns: style.width - 4
      ).map { "    " + style.paint($0, .dim) }
  }

  /// Three decimals; what is not quite 1 is not called 1.
  static func correlation(_ value: Double) -> String {
    let text = NumberText.fixed(value, digits: 3)
    // Rounding may leave the last bits of a 1.
    guard value.magnitude < 1 - 1e-9, text.hasSuffix("1.000") else { return text }
    return value < 0 ? "-0.999" : "0.999"
  }

  /// A metric's name in a narrow column.
  private static func brief(_ metric: ComparisonMetric) -> String {
    switch metric {
    case .userMinutesLost: "lost"
    case .outageMinutes: "<50%"
    case .nodesStopped: "nodes"
    case .outage: "outage"
    case .recoveryMinutes: "back"
    case .wastedWork: "wasted"
    }
  }

  // MARK: Cells

  /// A metric's name with the unit of its cells.
  static func column(_ metric: ComparisonMetric) -> String {
    switch metric {
    case .userMinutesLost: "user-minutes lost"
    case .outageMinutes: "under half served, min"
    case .nodesStopped: "nodes stopped"
    case .outage: "P(outage)"
    case .recoveryMinutes: "99% back after, min"
    case .wastedWork: "reads wasted, M"
    }
  }

  /// Mean and interval, such as `-8.8 (-9.1 to -8.6)`.
  private func cell(_ effect: ArmEffect) -> String {
    guard let interval = effect.interval else { return figure(effect) }
    let ends =
      "\(Self.signed(interval.lowerBound, effect.metric)) to "
      + Self.signed(interval.upperBound, effect.metric)
    return "\(figure(effect)) (\(ends))"
  }

  /// An arm's own probability of an outage, such as `100% (84% to 100%)`.
  private func probability(_ result: Comparison.ArmResult) -> String {
    func percent(_ share: Double) -> String { NumberText.fixed(share * 100, digits: 0) + "%" }
    let ends = result.outageProbability
    return percent(result.effect(.outage)?.mean ?? 0)
      + " (\(percent(ends.lowerBound)) to \(percent(ends.upperBound)))"
  }

  func figure(_ effect: ArmEffect) -> String {
    Self.signed(effect.difference, effect.metric)
      + (effect.method == .bootstrap ? "*" : "")
  }

  static func signed(_ value: Double, _ metric: ComparisonMetric) -> String {
    let text: String
    switch metric {
    case .userMinutesLost: text = NumberText.fixed(value / 1e6, digits: 1) + " M"
    case .wastedWork: text = NumberText.fixed(value / 1e6, digits: 1)
    case .outage: text = NumberText.fixed(value * 100, digits: 0) + "%"
    case .nodesStopped: text = NumberText.fixed(value, digits: 0)
    case .outageMinutes, .recoveryMinutes: text = NumberText.fixed(value, digits: 1)
    }
    return value > 0 && text.contains(where: { ("1"..."9").contains($0) }) ? "+" + text : text
  }

  static func percent(_ share: Double) -> String {
    let text = NumberText.fixed(share * 100, digits: 1) + "%"
    return share > 0 && text != "0.0%" ? "+" + text : text
  }

  func word(_ effect: ArmEffect) -> String {
    switch effect.verdict {
    case .better: "helps"
    case .worse: "harms"
    case .same: "no effect"
    case .unclear: effect.interval == nil ? "no verdict" : "unclear"
    }
  }

  private func role(_ effect: ArmEffect) -> TextStyle.Role {
    switch effect.verdict {
    case .better: .good
    case .worse: .bad
    case .same, .unclear: .dim
    }
  }

  /// The groups of an arm: letters, or numbers where those would not do.
  func plainLetters(_ result: Comparison.ArmResult) -> String {
    Self.letters(result.groups, of: groupCount)
  }

  /// The same in a column.
  private func letters(_ result: Comparison.ArmResult) -> String {
    TerminalText.padded(plainLetters(result), to: lettersWidth)
  }

  private var lettersWidth: Int {
    ranked.map { plainLetters($0).count }.max() ?? 1
  }

  private var groupCount: Int { ranked.flatMap(\.groups).max() ?? 1 }

  private static func letters(_ groups: [Int], of count: Int) -> String {
    guard count <= 26 else { return groups.map { "\($0)" }.joined(separator: ",") }
    return String(String.UnicodeScalarView(groups.map { UnicodeScalar(UInt8(64 + $0)) }))
  }
}

/// The common axis of a forest plot in characters: shares of the baseline.
struct ForestAxis {
  let low: Double
  let high: Double
  let columns: Int

  private func column(_ value: Double) -> Int {
    guard high > low else { return columns / 2 }
    let place = (value - low) / (high - low) * Double(columns - 1) + 0.5
    return max(0, min(columns - 1, Int(place)))
  }

  /// The ends of the axis and its zero, where there is room between them.
  func labels(_ style: TextStyle) -> String {
    var cells = [Character](repeating: " ", count: columns)
    func write(_ text: String, from place: Int) {
      let characters = Array(text)
      guard place >= 0, place + characters.count <= columns else { return }
      guard
        cells[max(0, place - 1)..<min(columns, place + characters.count + 1)]
          .allSatisfy({ $0 == " " })
      else { return }
      cells.replaceSubrange(place..<(place + characters.count), with: characters)
    }
    let zero = column(0)
    write("0", from: zero)
    write(NumberText.text(low, .share), from: 0)
    let end = "+" + NumberText.text(high, .share)
    if high > 0 { write(end, from: columns - end.count) }
    return String(cells)
  }

  /// `├──●──┤` with a line at zero; a point without an interval is only a point.
  func bar(_ value: Double, _ interval: ClosedRange<Double>?, _ style: TextStyle) -> String {
    var cells = [String](repeating: " ", count: columns)
    cells[column(0)] = style.glyph("│", "|")
    if let interval {
      let (first, last) = (column(interval.lowerBound), column(interval.upperBound))
      for place in first...last { cells[place] = style.glyph("─", "-") }
      if last > first {
        cells[first] = style.glyph("├", "[")
        cells[last] = style.glyph("┤", "]")
      }
    }
    cells[column(value)] = style.glyph("●", "o")
    return cells.joined()
  }
}
