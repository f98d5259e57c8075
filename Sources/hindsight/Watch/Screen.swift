#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The whole window of a terminal, key by key: taken, and given back as it was.
final class Screen {
  private let settings: ScreenSettings
  /// What the window shows, line by line; empty: unknown.
  private var shown: [String] = []
  private var shownSize = Size(columns: 0, rows: 0)
  private var isTaken = false

  /// Takes the terminal of standard input and output.
  ///
  /// - Throws: What the system refuses.
  init() throws(FileProblem) {
    settings = try ScreenSettings()
    try take()
  }

  deinit { giveBack() }

  private func take() throws(FileProblem) {
    guard !isTaken else { return }
    ScreenSignals.install(restoring: settings)
    guard settings.makeRaw() else { throw FileProblem(path: "standard input") }
    isTaken = true
    shown = []
    // Another page, no wrapping of long lines, no cursor.
    try write("\u{1B}[?1049h\u{1B}[?7l\u{1B}[?25l\u{1B}[2J")
  }

  /// Gives the terminal back as it was; more than once does no harm.
  func giveBack() {
    guard isTaken else { return }
    isTaken = false
    ScreenSignals.uninstall()
  }

  /// Lets the shell have the terminal until it continues this process.
  func suspend() throws(FileProblem) {
    giveBack()
    signal(SIGTSTP, SIG_DFL)
    // The whole pipeline, as the terminal itself would.
    _ = kill(0, SIGTSTP)
    try take()
  }

  /// Does what a signal has asked for meanwhile.
  func attend() throws(FileProblem) {
    if ScreenSignals.takeSuspension() { try suspend() }
    guard ScreenSignals.takeContinuation() else { return }
    // Somebody stopped this process and did as they liked with the terminal.
    giveBack()
    try take()
  }

  // MARK: Input

  /// Bytes that somebody has typed; none when nobody does for so long.
  ///
  /// - Throws: When there is no terminal any more.
  func read(waiting milliseconds: Int32) throws(FileProblem) -> [UInt8] {
    guard try isReadable(within: milliseconds) else { return [] }
    var buffer = [UInt8](repeating: 0, count: 256)
    #if canImport(Glibc)
    let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
    #elseif canImport(Musl)
    let count = Musl.read(STDIN_FILENO, &buffer, buffer.count)
    #else
    let count = Darwin.read(STDIN_FILENO, &buffer, buffer.count)
    #endif
    if count < 0, errno == EINTR || errno == EAGAIN { return [] }
    // A terminal in this mode has no end, unless it has gone.
    guard count != 0 else { throw FileProblem(path: "standard input", code: EIO) }
    guard count > 0 else { throw FileProblem(path: "standard input") }
    return Array(buffer.prefix(count))
  }

  var hasInput: Bool { (try? isReadable(within: 0)) ?? true }

  private func isReadable(within milliseconds: Int32) throws(FileProblem) -> Bool {
    var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let count = poll(&waiting, 1, milliseconds)
    guard count >= 0 else {
      guard errno == EINTR else { throw FileProblem(path: "standard input") }
      return false
    }
    return count > 0
  }

  // MARK: Output

  /// Columns and rows of a window.
  struct Size: Equatable {
    var columns: Int
    var rows: Int
  }

  /// As it is now.
  var size: Size {
    let size = Terminal.size(of: STDOUT_FILENO) ?? (80, 24)
    return Size(columns: size.columns, rows: size.rows > 0 ? size.rows : 24)
  }

  /// Forgets what the window shows, so that all of it is drawn anew.
  func forget() { shown = [] }

  /// Whether it is not known what the window shows.
  var isBlank: Bool { shown.isEmpty }

  /// Shows lines, of which only those are written that have changed.
  func show(_ lines: [String]) throws(FileProblem) {
    let size = size
    var output = ""
    if size != shownSize || shown.count != lines.count {
      output += "\u{1B}[2J"
      shown = Array(repeating: "", count: lines.count)
      shownSize = size
    }
    for (row, line) in lines.enumerated() where shown[row] != line {
      output += "\u{1B}[\(row + 1);1H\(line)\u{1B}[K"
    }
    shown = lines
    if !output.isEmpty { try write(output) }
  }

  private func write(_ text: String) throws(FileProblem) {
    try ByteStream.write(Array(text.utf8), to: STDOUT_FILENO, name: "standard output")
  }
}

/// How a terminal handles what is typed: before, and while a screen is taken.
struct ScreenSettings {
  let before: termios

  /// - Throws: When standard input is no terminal.
  init() throws(FileProblem) {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
      throw FileProblem(path: "standard input")
    }
    before = settings
  }

  /// Every key as it comes, none shown, none of them a signal.
  func makeRaw() -> Bool {
    var raw = before
    cfmakeraw(&raw)
    return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0
  }
}
