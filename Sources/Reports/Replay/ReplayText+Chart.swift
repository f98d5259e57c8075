import Observation
import SimulationKernel

extension ReplayText {
  private static var height: Int { 4 }
  private static var gutter: Int { 7 }

  /// Users served over time, with the operators' actions marked under it, and what it amounts to.
  var chart: [String] {
    let columns = style.width - Self.gutter - 1
    guard let series = record.series("users.served"),
      let online = record.metrics["users.online.before"] ?? series.values.first,
      let chart = UsersChart(
        of: series, online: online, until: record.endedAt, columns: columns)
    else { return summary }
    let top = "of \(NumberText.text(online, .users)) online"
    var lines = [style.paint("Users served", .heading) + "  " + style.paint(top, .dim)]
    lines += chart.picture(height: Self.height, gutter: Self.gutter, style: style)
    lines += marks(in: chart)
    lines += summary
    return lines
  }

  /// Faults and actions at their columns; those at the same column stand under each other.
  private func marks(in chart: UsersChart) -> [String] {
    var rows: [[(text: String, role: TextStyle.Role)?]] = []
    var outside: [String] = []
    func place(_ mark: String, _ role: TextStyle.Role, at instant: Instant) {
      guard let column = chart.column(of: instant) else {
        outside.append(mark)
        return
      }
      let row = rows.firstIndex { $0[column] == nil } ?? rows.count
      if row == rows.count { rows.append(Array(repeating: nil, count: chart.shares.count)) }
      rows[row][column] = (mark, role)
    }
    for entry in record.timeline where entry.kind == .fault {
      if let at = entry.simulated { place("!", .failure, at: at) }
    }
    for action in markedActions { place(action.letter, .action, at: action.at) }
    let lines = rows.map { row in
      String(repeating: " ", count: Self.gutter)
        + row.map { $0.map { style.paint($0.text, $0.role) } ?? " " }.joined()
    }
    if lines.isEmpty { return [] }
    let letters = "a, b \(style.glyph("…", "..."))"
    var words = ["! fault", "\(letters) operators' actions, as in the timeline"]
    if !outside.isEmpty { words.append("\(outside.joined(separator: " ")) not shown") }
    let legend = TerminalText.filled(
      words, separator: style.separator, columns: style.width - Self.gutter)
    return lines
      + legend.map { String(repeating: " ", count: Self.gutter) + style.paint($0, .dim) }
  }

  /// The figures of the run that matter most.
  private var summary: [String] {
    let metrics = record.metrics
    func text(_ name: String) -> String? {
      guard let value = metrics[name], let unit = metrics.unit(of: name) else { return nil }
      return NumberText.text(value, unit)
    }
    var items: [String] = []
    if let peak = text("users.unserved.peak") { items.append("up to \(peak) users not served") }
    if let lost = text("users.unserved.minutes") { items.append("\(lost) lost") }
    if let minutes = text("outage.minutes") { items.append("under half served for \(minutes)") }
    if let recovered = text("outage.recovered.at") {
      items.append("99% back after \(recovered)")
    }
    if let stopped = text("elixir.nodes.stopped") {
      let of = text("elixir.nodes.watching").map { " of \($0)" } ?? ""
      items.append("\(stopped)\(of) nodes stopped")
    }
    guard !items.isEmpty else { return [] }
    return TerminalText.filled(items, separator: style.separator, columns: style.width - 2)
      .map { "  " + $0 }
  }
}
