import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// When a command that can end early was first asked to, in nanoseconds of the monotonic clock; zero:
/// not yet.
private let requestedAt = Atomic<Int64>(0)

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

  /// Makes the first Ctrl-C, end of the terminal or SIGTERM a request to end early; the second ends
  /// the process.
  ///
  /// Batch systems, containers and `timeout` end a job with SIGTERM; what is finished by then is
  /// worth as much as after Ctrl-C. A signal that is ignored, as SIGHUP is under `nohup`, stays so.
  static func becomeGraceful() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var present = sigaction()
      guard sigaction(number, nil, &present) == 0, !Self.isIgnored(present) else { continue }
      signal(number) { _ in Interruption.request() }
    }
  }

  /// Whether somebody asked to end early.
  static var wasRequested: Bool { requestedAt.load(ordering: .relaxed) != 0 }

  /// What a signal's handler does; nothing that it calls takes a lock or memory.
  private static func request() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let instant = max(1, Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    let (isFirst, first) = requestedAt.compareExchange(
      expected: 0, desired: instant, ordering: .relaxed)
    // `timeout` sends its signal to the process and again to the process group: that is one request.
    if !isFirst, instant - first > 100_000_000 { _exit(130) }
  }

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

  /// Holds back what would end the process in the middle of something.
  ///
  /// - Returns: The signals that were held back before.
  static func blocked() -> sigset_t {
    var signals = sigset_t()
    var previous = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGHUP)
    pthread_sigmask(SIG_BLOCK, &signals, &previous)
    return previous
  }

  static func unblock(_ previous: sigset_t) {
    var previous = previous
    pthread_sigmask(SIG_SETMASK, &previous, nil)
  }
}
