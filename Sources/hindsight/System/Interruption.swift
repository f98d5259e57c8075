import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether a command that can end early has been asked to.
private let isRequested = Atomic<Bool>(false)

/// What signals do to the executable.
enum Interruption {
  /// Makes Ctrl-C end the process with 130, and a closed pipe or a file at its limit an error of the
  /// write.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // A child of a shell without job control starts with interrupts ignored, and leaves them so.
    var present = sigaction()
    guard sigaction(SIGINT, nil, &present) == 0, !Self.isIgnored(present) else { return }
    signal(SIGINT) { _ in _exit(130) }
  }

  /// Makes the first Ctrl-C a request to end early; the second ends the process.
  static func becomeGraceful() {
    var present = sigaction()
    guard sigaction(SIGINT, nil, &present) == 0, !Self.isIgnored(present) else { return }
    signal(SIGINT) { _ in
      if isRequested.exchange(true, ordering: .relaxed) { _exit(130) }
    }
  }

  /// Whether somebody asked to end early.
  static var wasRequested: Bool { isRequested.load(ordering: .relaxed) }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
    let handler = unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
    #elseif canImport(Musl)
    let handler = unsafeBitCast(action.__sa_handler.sa_handler, to: Int.self)
    #else
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #endif
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Holds interrupts back.
  ///
  /// - Returns: The signals that were held back before.
  static func blocked() -> sigset_t {
    var signals = sigset_t()
    var previous = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, &previous)
    return previous
  }

  static func unblock(_ previous: sigset_t) {
    var previous = previous
    pthread_sigmask(SIG_SETMASK, &previous, nil)
  }
}
