import Scenarios

/// Command lines that can be pasted into a shell, each in one line.
public enum ShellWords {
  /// The words, each quoted when the shell would read it as something else.
  public static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  /// A file as an argument: one whose name begins with a dash would be read as an option.
  public static func file(_ path: String) -> String {
    path.hasPrefix("-") && path != "-" ? "./" + path : path
  }

  /// One word; anything but plain characters goes between single quotes.
  ///
  /// What a terminal would not show as it is, such as a line break, is escaped: `$'a\nb'` is of POSIX
  /// since 2024, and of every common shell.
  public static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_./=:,+@%".utf8.contains(byte)
      }
    guard !isPlain else { return word }
    guard Visible.text(word) == word else { return escaped(word) }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  private static func escaped(_ word: String) -> String {
    var result = ""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\\", "'": result += "\\\(scalar)"
      default:
        let text = String(scalar)
        guard Visible.text(text) != text else {
          result += text
          continue
        }
        // Three octal digits each, so that no digit behind them is taken for a part.
        for byte in text.utf8 {
          let digits = String(byte, radix: 8)
          result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      }
    }
    return "$'\(result)'"
  }
}
