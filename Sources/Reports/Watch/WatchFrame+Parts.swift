import Experiments
import Observation
import SimulationKernel

extension WatchFrame {
  private static var gutter: Int { 7 }

  // MARK: Users

  var users: StyledLine {
    let share = dashboard.online > 0 ? dashboard.servedNow / dashboard.online : 0
    var line = StyledLine("Users served", .heading)
    line.add("  " + NumberText.text(dashboard.servedNow, .users))
    line.add(" of \(NumberText.text(dashboard.online, .users)) online  ", .dim)
    line.add(
      NumberText.fixed(share * 100, digits: 1) + "%",
      share >= 0.99 ? .good : share >= 0.5 ? .warning : .bad)
    line.add("  \(NumberText.text(dashboard.connected, .users)) connected", .dim)
    return line
  }

  /// The last two hours, and marks below them; three lines more than its height.
  func chart(height: Int) -> [String] {
    let half = Duration.minutes(30)
    let end = max(dashboard.now, min(dashboard.until, dashboard.start.adding(half) ?? .endOfTime))
    let earliest = Instant(nanoseconds: max(0, end.nanoseconds - (half * 4).nanoseconds))
    let start = max(dashboard.start, earliest)
    guard
      let chart = UsersChart(
        of: dashboard.served, online: dashboard.online, from: start, to: end,
        columns: columns - Self.gutter - 1, isOngoing: true)
    else { return Array(repeating: "", count: height + 3) }
    return chart.picture(height: height, gutter: Self.gutter, style: style) + [marks(in: chart)]
  }

  /// What happened when, each at its column; of several at one, the last.
  private func marks(in chart: UsersChart) -> String {
    var cells = [(text: String, role: TextStyle.Role?)](
      repeating: (" ", nil), count: chart.shares.count)
    for entry in dashboard.entries {
      guard let column = chart.column(of: entry.at), cells[column].text != "!" else { continue }
      cells[column] = Self.mark(entry.kind)
    }
    var line = StyledLine(String(repeating: " ", count: Self.gutter))
    for cell in cells { line.add(cell.text, cell.role) }
    return text(line)
  }

  private static func mark(
    _ kind: Dashboard.Entry.Kind
  ) -> (text: String, role: TextStyle.Role?) {
    switch kind {
    case .fault: ("!", .failure)
    case .action: ("^", .action)
    case .alert: ("*", .warning)
    case .outcome: ("x", .bad)
    }
  }

  // MARK: Systems

  /// Two columns of systems under their headings; six lines.
  var panel: [String] {
    let left = [StyledLine("Nodes up", .heading)] + dashboard.clusters.map(cluster) + [guilds]
    var right = [StyledLine("Around them", .heading)] + dashboard.databases.map(database)
    right += [throttle, etcd, api]
    let half = (columns - 2) / 2
    return zip(left, right).map { first, second in
      let gap = String(repeating: " ", count: 2 + max(0, half - first.width))
      return first.text(columns: half, style) + gap
        + second.text(columns: columns - half - 2, style)
    }
  }

  private static var nameWidth: Int { 12 }
  /// What stands behind a bar.
  private static var figureWidth: Int { 17 }

  private var barWidth: Int {
    max(4, min(40, (columns - 2) / 2 - Self.nameWidth - Self.figureWidth))
  }

  private func row(
    _ name: String, _ share: Double, _ role: TextStyle.Role, _ figure: String
  ) -> StyledLine {
    let cells = barWidth
    // Somebody is not nobody, and not quite all are not all.
    var filled = Int(share * Double(cells) + 0.5)
    if share > 0 { filled = max(1, filled) }
    if share < 1 { filled = min(cells - 1, filled) }
    filled = max(0, min(cells, filled))
    var line = StyledLine(TerminalText.padded(name, to: Self.nameWidth))
    line.add(String(repeating: style.glyph("█", "#"), count: filled), role)
    line.add(String(repeating: style.glyph("░", "."), count: cells - filled), .dim)
    line.add(" " + figure)
    return line
  }

  private func cluster(_ cluster: Dashboard.Cluster) -> StyledLine {
    let share = cluster.all > 0 ? Double(cluster.up) / Double(cluster.all) : 1
    let role: TextStyle.Role = cluster.stopped > 0 ? .bad : cluster.starting > 0 ? .warning : .good
    var line = row(cluster.name, share, role, "\(cluster.up)")
    line.add("/\(cluster.all)", .dim)
    if cluster.stopped > 0 { line.add(" -\(cluster.stopped)", .bad) }
    if cluster.starting > 0 { line.add(" +\(cluster.starting)", .warning) }
    return line
  }

  private var guilds: StyledLine {
    let role: TextStyle.Role = dashboard.guilds >= 0.99 ? .good : .warning
    let percent = NumberText.fixed(dashboard.guilds * 100, digits: 1)
    return row("loaded", dashboard.guilds, role, "\(percent)% of guilds")
  }

  private func database(_ database: Dashboard.Database) -> StyledLine {
    let share = database.utilisation
    let role: TextStyle.Role = share >= 0.99 ? .bad : share >= 0.8 ? .warning : .good
    let percent = NumberText.fixed(share * 100, digits: 0) + "%"
    // The name of the store: sessions are a cluster of nodes too.
    var line = row("db \(database.name)", share, role, percent)
    if database.repair > 0 {
      line.add(" repair \(NumberText.fixed(database.repair * 100, digits: 0))%", .dim)
    }
    return line
  }

  private func plain(_ name: String) -> StyledLine {
    StyledLine(TerminalText.padded(name, to: Self.nameWidth))
  }

  private var throttle: StyledLine {
    var line = plain("throttle")
    let attempts = Self.brief(dashboard.attempts)
    guard let limit = dashboard.throttle else {
      line.add("off", .dim)
      line.add(", \(attempts)/s connect", .dim)
      return line
    }
    line.add(NumberText.text(limit, .perSecond), .action)
    if dashboard.refused > 0, dashboard.attempts > 0 {
      let share = min(1, dashboard.refused / dashboard.attempts) * 100
      line.add(" refuses \(NumberText.fixed(share, digits: 0))%", .warning)
      line.add(" of \(attempts)", .dim)
    } else {
      line.add(", \(attempts)/s connect", .dim)
    }
    return line
  }

  /// At most four digits, such as `987`, `12.3k` or `1.2M`.
  static func brief(_ value: Double) -> String {
    switch value {
    case 1e6...: NumberText.fixed(value / 1e6, digits: 1) + "M"
    case 1e5...: NumberText.fixed(value / 1e3, digits: 0) + "k"
    case 1e4...: NumberText.fixed(value / 1e3, digits: 1) + "k"
    default: NumberText.fixed(value, digits: 0)
    }
  }

  private var etcd: StyledLine {
    let etcd = dashboard.etcd
    var line = plain("etcd")
    line.add(NumberText.grouped(UInt64(max(0, etcd.standing))))
    line.add("/\(NumberText.grouped(UInt64(max(0, etcd.limit)))) conns", .dim)
    if etcd.waiting > 0 {
      line.add(" \(NumberText.grouped(UInt64(etcd.waiting))) wait", .bad)
    } else {
      line.add(" \(dashboard.watching) watch", .dim)
    }
    return line
  }

  private var api: StyledLine {
    var line = plain("API")
    line.add("\(dashboard.api.serving) nodes")
    if dashboard.api.booting > 0 { line.add(" +\(dashboard.api.booting)", .warning) }
    let busy = dashboard.api.utilisation
    line.add(
      " \(NumberText.fixed(busy * 100, digits: 0))% busy",
      busy >= 0.99 ? .bad : busy >= 0.8 ? .warning : .dim)
    return line
  }

  // MARK: What happened

  /// What happened last, the newest first.
  func latest(rows: Int) -> [String] {
    var heading = StyledLine("Latest", .heading)
    if !dashboard.firing.isEmpty {
      let names = dashboard.firing.map(style.shown).joined(separator: ", ")
      heading.add("  alerts: \(names)", .warning)
    } else {
      heading.add("  ! fault  x outcome  * alert  ^ action", .dim)
    }
    let entries = dashboard.entries.reversed().prefix(max(0, rows - 1)).map { entry in
      let mark = Self.mark(entry.kind)
      var line = StyledLine("\(NumberText.clock(entry.at)) ", .dim)
      line.add(mark.text, mark.role)
      line.add(" " + style.shown(entry.text))
      return line
    }
    let none = [StyledLine("nothing has happened yet", .dim)]
    let shown = entries.isEmpty && rows > 1 ? none : Array(entries)
    return ([heading] + shown).map(text)
  }
}
