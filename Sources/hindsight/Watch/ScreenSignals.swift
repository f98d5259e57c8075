import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// What handlers of signals may look at: they get nothing but a number.
private let isTaken = Atomic<Bool>(false)
private let wantsSuspension = Atomic<Bool>(false)
private let wasContinued = Atomic<Bool>(false)
/// Settings of the terminal before a screen took it; written before `isTaken` is.
nonisolated(unsafe) private let settingsBefore = UnsafeMutablePointer<termios>.allocate(capacity: 1)
/// Who handled each of `fatal` before.
nonisolated(unsafe) private let handlersBefore = UnsafeMutablePointer<sigaction>.allocate(
  capacity: 7)

/// What signals do while a screen has the terminal: whatever ends the process gives it back first.
enum ScreenSignals {
  /// Those of a fault of ours, such as a broken precondition, and the one that asks for a core dump.
  private static var fatal: [Int32] {
    [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT]
  }

  static func install(restoring settings: ScreenSettings) {
    settingsBefore.initialize(to: settings.before)
    wantsSuspension.store(false, ordering: .relaxed)
    wasContinued.store(false, ordering: .relaxed)
    isTaken.store(true, ordering: .releasing)
    for (index, number) in fatal.enumerated() {
      sigaction(number, nil, handlersBefore + index)
      signal(number) { ScreenSignals.crash($0) }
    }
    signal(SIGTSTP) { _ in wantsSuspension.store(true, ordering: .relaxed) }
    signal(SIGCONT) { _ in wasContinued.store(true, ordering: .relaxed) }
  }

  /// Gives the terminal back, and the signals to who had them.
  static func uninstall() {
    restore()
    for (index, number) in fatal.enumerated() { sigaction(number, handlersBefore + index, nil) }
    signal(SIGTSTP, SIG_DFL)
    signal(SIGCONT, SIG_DFL)
  }

  static func takeSuspension() -> Bool {
    wantsSuspension.exchange(false, ordering: .relaxed)
  }

  static func takeContinuation() -> Bool {
    wasContinued.exchange(false, ordering: .relaxed)
  }

  /// Takes no lock and no memory: a handler may call it.
  private static func restore() {
    guard isTaken.exchange(false, ordering: .acquiringAndReleasing) else { return }
    // Plain characters, a cursor, wrapped lines, the page that was there before.
    let sequence: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?7h\u{1B}[?1049l"
    _ = write(STDOUT_FILENO, sequence.utf8Start, sequence.utf8CodeUnitCount)
    // A process in the background would be stopped for this.
    var signals = sigset_t()
    var previous = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &signals, &previous)
    tcsetattr(STDIN_FILENO, TCSANOW, settingsBefore)
    pthread_sigmask(SIG_SETMASK, &previous, nil)
  }

  private static func crash(_ number: Int32) {
    restore()
    // An array would take memory.
    let index: Int =
      switch number {
      case SIGILL: 0
      case SIGTRAP: 1
      case SIGABRT: 2
      case SIGBUS: 3
      case SIGFPE: 4
      case SIGSEGV: 5
      default: 6
      }
    sigaction(number, handlersBefore + index, nil)
    raise(number)
  }
}
