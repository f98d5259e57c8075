import Experiments
import Observation
import SimulationKernel

/// One picture of a run that is watched in a terminal.
///
/// A function of its values: the same dashboard, playback, size and style give the same lines.
public struct WatchFrame: Sendable {
  let dashboard: Dashboard
  let playback: Playback
  let columns: Int
  let rows: Int
  let style: TextStyle

  /// What the whole picture takes; in a smaller window there is less of it.
  static let columnsMin = 60
  static let rowsMin = 20

  /// - Parameters:
  ///   - dashboard: What the run looks like.
  ///   - playback: What is wanted of it.
  ///   - columns: Of the window.
  ///   - rows: Of the window.
  ///   - style: Colours, characters; its width counts for nothing.
  public init(
    _ dashboard: Dashboard, _ playback: Playback, columns: Int, rows: Int, style: TextStyle
  ) {
    self.dashboard = dashboard
    self.playback = playback
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    self.style = style
  }

  /// As many lines as the window has rows, none wider than it.
  public var lines: [String] {
    var lines = isSmall ? small : whole
    lines = Array(lines.prefix(rows))
    while lines.count < rows { lines.append("") }
    return lines.map(TerminalText.withoutTrailingSpaces)
  }

  private var isSmall: Bool { columns < Self.columnsMin || rows < Self.rowsMin }

  /// What is said wherever there is any room at all.
  private var small: [String] {
    let note = "\(Self.columnsMin) by \(Self.rowsMin) show more"
    let lines = [head, clock, users, StyledLine(note, .dim)]
    var shown = lines.prefix(max(1, rows - 1)).map(text)
    guard rows > 1 else { return shown }
    while shown.count < rows - 1 { shown.append("") }
    return shown + [text(hint)]
  }

  private var whole: [String] {
    // What is not the chart and not the list below takes 17 rows.
    let chartHeight = max(2, min(12, (rows - 16) / 4 * 2))
    var lines = [text(head), text(clock), text(facts), ""]
    if playback.isHelpShown {
      lines += help
      while lines.count < rows - 1 { lines.append("") }
      return Array(lines.prefix(rows - 1)) + [text(hint)]
    }
    lines.append(text(users))
    lines += chart(height: chartHeight)
    lines.append("")
    lines += panel
    lines.append("")
    lines += latest(rows: max(1, rows - 1 - lines.count))
    while lines.count < rows - 1 { lines.append("") }
    return lines + [text(hint)]
  }

  func text(_ line: StyledLine) -> String { line.text(columns: columns, style) }

  // MARK: Head

  /// The title, and how the playback goes.
  private var head: StyledLine {
    let (state, role) = state
    let room = columns - TerminalText.width(state) - 2
    let title = style.shortened(style.shown(dashboard.title), to: max(1, room))
    var line = StyledLine(title, .heading)
    line.pad(to: columns - TerminalText.width(state))
    line.add(state, role)
    return line
  }

  private var state: (String, TextStyle.Role) {
    if dashboard.now != playback.position {
      return ("going to \(NumberText.clock(playback.position))", .warning)
    }
    if playback.isAtEnd { return ("at the end", .warning) }
    return playback.isPaused
      ? ("\(style.glyph("❚❚", "||")) paused", .warning)
      : ("\(style.glyph("▶", ">")) \(playback.speed)x", .good)
  }

  /// Where in the run this is.
  private var clock: StyledLine {
    let (now, end) = (NumberText.clock(dashboard.now), NumberText.clock(dashboard.until))
    let cells = max(0, columns - TerminalText.width(now) - TerminalText.width(end) - 4)
    let span = (dashboard.until - dashboard.start).seconds
    let share = span > 0 ? (dashboard.now - dashboard.start).seconds / span : 1
    let done = max(0, min(cells, Int(share * Double(cells) + 0.5)))
    var line = StyledLine(now, .heading)
    line.add("  ")
    line.add(String(repeating: style.glyph("━", "="), count: done), .action)
    line.add(String(repeating: style.glyph("─", "-"), count: cells - done), .dim)
    line.add("  \(end)", .dim)
    return line
  }

  /// What tells this run from all others.
  private var facts: StyledLine {
    let words = [
      "seed \(dashboard.seed)", "scale \(style.shown(dashboard.scale))",
      "\(NumberText.grouped(dashboard.events)) events", "digest \(dashboard.digest)",
    ]
    let line = TerminalText.filled(words, separator: style.separator, columns: columns)[0]
    return StyledLine(line, .dim)
  }

  // MARK: Keys

  /// What is being typed, what there is to say, or what the keys do.
  private var hint: StyledLine {
    if let typed = playback.typed {
      var line = StyledLine("go to ")
      line.add(typed + "_", .heading)
      line.add("   Enter goes there, Esc forgets it", .dim)
      return line
    }
    if let notice = playback.notice { return StyledLine(style.shown(notice), .warning) }
    let arrows = (style.glyph("←→", "left right"), style.glyph("↑↓", "up down"))
    let words = [
      "space \(playback.isPaused ? "goes on" : "pauses")", "q quits", "? keys",
      "\(arrows.0) 1 min", "\(arrows.1) 10 min", ". step", "+ - speed",
    ]
    return StyledLine(
      TerminalText.filled(words, separator: "   ", columns: columns)[0], .dim)
  }

  private var help: [String] {
    let keys = [
      ("space", "pause, go on"), (". ,", "one step of \(playback.step) on, back"),
      ("left right", "a minute back, on"),
      ("up down", "ten minutes on, back; also shift with left and right, and the page keys"),
      ("n p", "the next, the previous fault or action of the plan"),
      ("14:30", "type a time, and Enter"), ("Home End", "the start, the end"),
      ("+ -", "faster, slower: from 1 to \(Playback.speeds.last ?? 1) seconds per second"),
      ("?", "these keys, and away with them"), ("q Ctrl-C", "quit"),
    ]
    var lines = [style.paint("Keys", .heading)]
    for (key, meaning) in keys {
      let wrapped = TerminalText.wrapped(meaning, columns: max(10, columns - 14))
      var line = StyledLine("  \(TerminalText.padded(key, to: 12))", .action)
      line.add(wrapped[0])
      lines.append(text(line))
      lines += wrapped.dropFirst().map { String(repeating: " ", count: 14) + $0 }
    }
    return lines
  }
}
