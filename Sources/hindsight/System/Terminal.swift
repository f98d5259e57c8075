#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the environment says about one output stream.
struct Terminal: Sendable, Equatable {
  var isTerminal: Bool
  /// Columns that `COLUMNS` asks for, or else those of the terminal; nil when it is none.
  var columns: Int?
  /// Value of `TERM`, `NO_COLOR` and so on; empty counts as unset.
  var noColor = false
  var isDumb = false
  var hasUnicode = true

  /// Whether to use colours.
  ///
  /// The words `always` and `never` of `--color` win over the environment.
  func hasColor(_ choice: String?) -> Bool {
    switch choice {
    case "always": true
    case "never": false
    default: isTerminal && !noColor && !isDumb
    }
  }

  /// Columns of a report: those of the terminal within what reads well, 100 elsewhere.
  var reportWidth: Int { columns.map { min(100, max(60, $0)) } ?? 100 }

  /// Looks at a stream of this process.
  init(descriptor: Int32) {
    self.init(isTerminal: isatty(descriptor) == 1, environment: Self.variable)
    if columns == nil, isTerminal { columns = Self.size(of: descriptor)?.columns }
  }

  /// Whether somebody can type.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

  /// Columns and rows of a terminal as they are now; nil where they are not known.
  static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// A stream in an environment.
  init(isTerminal: Bool, environment: (String) -> String?) {
    self.isTerminal = isTerminal
    noColor = environment("NO_COLOR").map { !$0.isEmpty } ?? false
    isDumb = environment("TERM") == "dumb"
    columns = environment("COLUMNS").flatMap { Int($0) }
      .flatMap { (1...10_000).contains($0) ? $0 : nil }
    // The first that is set decides; where none is, as in many containers, UTF-8 is the best guess.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment)
      .first { !$0.isEmpty }
    let charset = locale?.lowercased()
    hasUnicode =
      !isDumb && charset.map { $0.contains("utf-8") || $0.contains("utf8") } ?? true
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
