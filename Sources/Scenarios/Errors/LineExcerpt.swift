/// The part of a line that an error shows, and where under it the caret stands.
struct LineExcerpt {
  /// The line for the terminal: tabs as spaces, control characters replaced, cut with `…`.
  let line: String
  /// Terminal columns before the caret.
  let caretColumn: Int
  /// Terminal columns under the fault, at least one.
  let caretWidth: Int

  /// One grapheme as it is shown.
  private struct Cell {
    let text: String
    let width: Int
  }

  private static let tabWidth = 4

  init(of location: SourceLocation, width: Int) {
    let source = location.source
    let range = source.lineRange(location.line)
    let start = min(max(location.offset, range.lowerBound), range.upperBound)
    let end = min(max(start, location.end), range.upperBound)
    // A line may be megabytes long: no more is looked at than can be shown.
    let reach = width * 8
    var first = max(range.lowerBound, start - reach)
    while first < start, source.bytes[first] & 0xC0 == 0x80 { first += 1 }
    let last = min(range.upperBound, start + reach)

    var column = 0
    var cells = Self.cells(of: source.string(in: first..<start), column: &column)
    let markStart = cells.count
    cells += Self.cells(of: source.string(in: start..<min(end, last)), column: &column)
    let markEnd = cells.count
    cells += Self.cells(of: source.string(in: min(end, last)..<last), column: &column)

    var from = 0
    var used = cells[..<markStart].reduce(0) { $0 + $1.width }
    if first > range.lowerBound || column > width {
      // Keep two thirds of the width for what stands at the caret and after it.
      while from < markStart, used > width / 3 {
        used -= cells[from].width
        from += 1
      }
    }
    let isCutLeft = from > 0 || first > range.lowerBound
    var line = isCutLeft ? "…" : ""
    if isCutLeft { used += 1 }
    caretColumn = used
    for cell in cells[from..<markStart] { line += cell.text }
    var marked = 0
    var index = markStart
    while index < cells.count, used + cells[index].width <= width {
      line += cells[index].text
      used += cells[index].width
      if index < markEnd { marked += cells[index].width }
      index += 1
    }
    if index < cells.count || last < range.upperBound { line += "…" }
    self.line = line
    caretWidth = max(1, marked)
  }

  private static func cells(of text: String, column: inout Int) -> [Cell] {
    var cells: [Cell] = []
    for character in text {
      let cell: Cell
      if character == "\t" {
        let width = tabWidth - column % tabWidth
        cell = Cell(text: String(repeating: " ", count: width), width: width)
      } else {
        let shown = Visible.text(String(character))
        cell = Cell(text: shown, width: shown.reduce(0) { $0 + Visible.width(of: $1) })
      }
      column += cell.width
      cells.append(cell)
    }
    return cells
  }
}
