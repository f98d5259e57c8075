import Experiments
import Observation
import SimulationKernel

/// Quantities over time: as lines of blocks for all futures, and as a table for each.
extension ForkText {
  /// What is shown over time: series and its name for people.
  private static let shown: [(series: String, label: String)] = [
    ("users.served", "users served"), ("elixir.nodes.up", "nodes up"),
    ("scylla.sessions.utilisation", "sessions database"),
    ("scylla.guilds.utilisation", "guilds database"), ("gateway.queue", "gateway queue"),
    ("guilds.loaded", "guilds loaded"),
  ]

  /// What tables begin with: beside what is shown, what it has come to.
  private static let tabled =
    [shown[0], ("users.unserved.minutes", "user-minutes lost")] + shown.dropFirst()

  /// Until when something is worth showing: some time after the futures are alike again.
  private var shownEnd: Instant {
    let span = fork.together - fork.at
    let margin = max(Duration.minutes(4), Duration(nanoseconds: span.nanoseconds / 12))
    return min(fork.until, fork.together + margin)
  }

  // MARK: Charts

  /// Every shown quantity that differs, in every future under each other.
  var charts: [String] {
    let columns = max(20, style.width - nameWidth - 18)
    let span = shownEnd - fork.at
    guard span > .zero else { return [] }
    let courses = fork.courses(every: fork.samplingStep, to: shownEnd)
    let last = NumberText.clock(shownEnd)
    let range = "\(NumberText.clock(fork.at)) to \(last), from zero to the highest"
    var lines = [
      style.paint("Over time", .heading) + style.paint("  \(range)", .dim)
    ]
    let wanted = fork.futures.count <= Self.detailed ? Self.shown : Array(Self.shown.prefix(1))
    for (series, label) in wanted {
      guard let course = courses.first(where: { $0.name == series }), course.differs else {
        continue
      }
      let all = [course.baseline] + course.futures
      let highest = all.map { $0.max() ?? 0 }.max() ?? 0
      let top = NumberText.text(highest, course.unit)
      lines.append(style.paint("  \(label), up to \(top)", .dim))
      let names = [Self.usual] + fork.futures.map(\.name)
      for (index, (name, values)) in zip(names, all).enumerated() {
        // Of many, those that are as it was would only fill the page.
        if index > 0, names.count > Self.detailed + 1, values == course.baseline { continue }
        let line = sparkline(values, highest: highest, columns: columns)
        lines.append("    \(self.name(name))  \(line)")
      }
    }
    guard lines.count > 1 else { return [] }
    return lines + [axis(columns: min(columns, courses.first?.baseline.count ?? 0))]
  }

  /// Times under the charts, as many as there is room for.
  private func axis(columns: Int) -> String {
    let span = (shownEnd - fork.at).nanoseconds
    let count = max(1, columns / 12)
    var line = ""
    for part in 0..<count {
      let column = columns * part / count
      let time = fork.at + Duration(nanoseconds: span / Int64(columns) * Int64(column))
      line = TerminalText.padded(line, to: column) + String(NumberText.clock(time).dropLast(3))
    }
    return style.paint(String(repeating: " ", count: nameWidth + 6) + line, .dim)
  }

  /// One line of blocks, each the mean of its part of the values.
  private func sparkline(_ values: [Double], highest: Double, columns: Int) -> String {
    let blocks = Array(style.hasUnicode ? " ▁▂▃▄▅▆▇█" : " .,:;=+*#")
    let count = min(columns, values.count)
    guard highest > 0, count > 0 else { return "" }
    return String(
      (0..<count).map { column -> Character in
        let from = values.count * column / count
        let to = max(from + 1, values.count * (column + 1) / count)
        let mean = values[from..<to].reduce(0, +) / Double(to - from)
        // Somebody is not nobody.
        let eighths = mean > 0 ? max(1, Int(mean / highest * 8 + 0.5)) : 0
        return blocks[max(0, min(8, eighths))]
      })
  }

  // MARK: Tables

  /// Values as they were, and what one future differs by, at equal steps: of every series that differs
  /// when a step is asked for, otherwise of the most telling ones.
  func course(_ index: Int) -> [String] {
    let span = shownEnd - fork.at
    guard fork.futures[index].difference != nil, span > .zero else { return [] }
    let step = fork.rounded(step ?? Self.niceStep(span, rows: 12))
    let all = fork.courses(every: step, to: shownEnd).filter {
      $0.futures[index] != $0.baseline
    }
    let known = Self.tabled.compactMap { series, label in
      all.first { $0.name == series }.map { (course: $0, label: label) }
    }
    let others = all.filter { course in !Self.tabled.contains { $0.series == course.name } }
      .map { (course: $0, label: $0.name) }
    let tables = tables(of: (known + others).map { column($0.course, $0.label, index) })
    let shown = self.step == nil ? Array(tables.prefix(1)) : tables
    guard !shown.isEmpty else { return [] }
    var lines = [style.paint("  as it was, and what is different", .dim)]
    for (number, columns) in shown.enumerated() {
      if number > 0 { lines.append("") }
      lines += table(columns, every: step)
    }
    let more = known.count + others.count - shown.joined().count
    if more > 0 {
      lines.append(
        style.paint("  \(more) more series differ; --step \(step) shows all of them", .dim))
    }
    return lines
  }

  /// A quantity in a table: its values as they were, and what one future differs by, in words.
  private struct Column {
    let label: String
    let values: [String]
    let differences: [String]

    /// What both need, with a space before each.
    var valueWidth: Int { 1 + widest(values) }
    var differenceWidth: Int { 1 + widest(differences) }
    var width: Int { max(1 + TerminalText.width(label), valueWidth + differenceWidth) }

    private func widest(_ texts: [String]) -> Int { texts.map(TerminalText.width).max() ?? 0 }
  }

  /// Columns of a table that no name is longer than.
  private static var labelMax: Int { 36 }
  /// Columns that a quantity has at least, so that tables with few of them look alike.
  private static var columnMin: Int { 22 }
  /// Columns of the times in front.
  private static var timeWidth: Int { 10 }

  private func column(_ course: Fork.Course, _ label: String, _ index: Int) -> Column {
    // The heading says what is counted.
    func bare(_ text: String) -> String {
      let unit = " user-min"
      return text.hasSuffix(unit) ? String(text.dropLast(unit.count)) : text
    }
    let room = min(Self.labelMax, style.width - Self.timeWidth - 1)
    return Column(
      label: style.shortened(TerminalText.safe(label), to: room),
      values: course.baseline.map { bare(NumberText.text($0, course.unit)) },
      differences: zip(course.futures[index], course.baseline).map { new, old in
        new == old ? style.absent : bare(Self.signed(new - old, course.unit))
      })
  }

  /// As many of the quantities beside each other as there is room for, four at most, and then on.
  private func tables(of columns: [Column]) -> [[Column]] {
    var tables: [[Column]] = []
    var left = 0
    for column in columns {
      let width = max(Self.columnMin, column.width)
      if width > left || tables.last?.count == 4 {
        tables.append([])
        left = style.width - Self.timeWidth
      }
      tables[tables.count - 1].append(column)
      left -= width
    }
    return tables
  }

  private func table(_ columns: [Column], every step: Duration) -> [String] {
    let share = (style.width - Self.timeWidth) / columns.count
    let needed = columns.map { max(Self.columnMin, $0.width) }
    // Of equal width where that is enough for all of them.
    let widths =
      needed.allSatisfy { $0 <= share }
      ? needed.map { max($0, min(share, Self.labelMax)) } : needed
    let labels = zip(columns, widths).map { TerminalText.rightAligned($0.label, to: $1) }
    let margin = TerminalText.padded("", to: Self.timeWidth)
    var lines = [style.paint(margin + labels.joined(), .dim)]
    for (row, instant) in fork.instants(every: step, to: shownEnd).enumerated() {
      var line = TerminalText.padded("  " + NumberText.clock(instant), to: Self.timeWidth)
      for (column, width) in zip(columns, widths) {
        let last = max(column.differenceWidth, min(width / 2, width - column.valueWidth))
        line += TerminalText.rightAligned(column.values[row], to: width - last)
        line += style.paint(TerminalText.rightAligned(column.differences[row], to: last), .action)
      }
      lines.append(line)
    }
    return lines
  }

  /// Every metric that is different at the end.
  func metrics(_ index: Int) -> [String] {
    let (old, new) = (fork.baseline.metrics, fork.futures[index].record.metrics)
    guard fork.futures[index].difference != nil else { return [] }
    let names = Set((old.all + new.all).map(\.name)).sorted()
    let different = names.filter { old[$0] != new[$0] }
    let same = names.count - different.count
    guard !different.isEmpty else { return ["  All \(same) metrics are the same at the end."] }
    let label = min(34, (different.map(\.count).max() ?? 0) + 4)
    let width = max(8, min(19, (style.width - label) / 3))
    // The names of the metrics say it too, where there is no room.
    func fitted(_ text: String) -> String {
      let unit = " user-min"
      return TerminalText.width(text) >= width && text.hasSuffix(unit)
        ? String(text.dropLast(unit.count)) : text
    }
    func row(_ cells: [String]) -> String {
      cells.map(fitted).map { " " + TerminalText.rightAligned($0, to: width - 1) }.joined()
    }
    let name = TerminalText.safe(fork.futures[index].name)
    let heading = row([Self.usual, style.shortened(name, to: width - 1)])
    var lines = [
      style.paint(
        TerminalText.padded("  at the end", to: label) + heading + row(["difference"]), .dim)
    ]
    for name in different {
      let unit = old.unit(of: name) ?? new.unit(of: name) ?? .count
      func text(_ value: Double?) -> String {
        value.map { NumberText.text($0, unit) } ?? style.absent
      }
      var difference = ""
      if let before = old[name], let after = new[name] {
        difference = Self.signed(after - before, unit)
      }
      lines.append(
        TerminalText.padded("  " + name, to: label) + row([text(old[name]), text(new[name])])
          + style.paint(row([difference]), .action))
    }
    if same > 0 { lines.append(style.paint("  \(same) other metrics are the same", .dim)) }
    return lines
  }
}
