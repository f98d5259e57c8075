/// Errors as compilers print them: place, message, the line, and a caret under the fault.
public struct ErrorRenderer: Sendable {
  /// Whether to use ANSI colours; the caller knows whether this goes to a terminal.
  public var hasColor: Bool
  /// Columns of the shown line; longer lines are cut around the caret.
  public var width: Int

  public init(hasColor: Bool = false, width: Int = 100) {
    self.hasColor = hasColor
    self.width = max(20, width)
  }

  /// All errors, one under the other, each ending in a line break.
  public func text(of errors: ScenarioErrors) -> String {
    errors.errors.map { text(of: $0) }.joined()
  }

  /// One error with its notes, ending in a line break.
  public func text(of error: ScenarioError) -> String {
    var output = ""
    append("error", .red, error.message, error.location, to: &output)
    if let help = error.help {
      output += "    \(paint("help:", .cyan)) \(Visible.text(help))\n"
    }
    for note in error.notes {
      guard note.location != nil else {
        output += "    \(paint("note:", .cyan)) \(Visible.text(note.message))\n"
        continue
      }
      append("note", .cyan, note.message, note.location, to: &output)
    }
    return output
  }

  private func append(
    _ label: String, _ color: Color, _ message: String, _ location: SourceLocation?,
    to output: inout String
  ) {
    let place = location.map { "\(Visible.text($0.description)): " } ?? ""
    output += paint(place, .bold) + paint("\(label): ", color)
    output += paint(Visible.text(message), .bold) + "\n"
    guard let location else { return }
    let number = String(location.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    let excerpt = LineExcerpt(of: location, width: width)
    output += " \(number) | \(excerpt.line)".trimmingTrailingSpaces + "\n"
    output += " \(gutter) | \(String(repeating: " ", count: excerpt.caretColumn))"
    output += paint("^" + String(repeating: "~", count: excerpt.caretWidth - 1), color) + "\n"
  }

  private enum Color: String {
    case red = "1;31"
    case cyan = "1;36"
    case bold = "1"
  }

  private func paint(_ text: String, _ color: Color) -> String {
    hasColor && !text.isEmpty ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
