#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard input, output and error.
enum StandardStreams {
  /// Takes the places of streams that whoever started the process has closed, before something else
  /// is opened there.
  ///
  /// Reading or writing them still fails with a bad descriptor: each is opened the wrong way round,
  /// as GNU's `stdopen` does.
  static func reserve() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
    if fcntl(STDERR_FILENO, F_GETFD) == -1 { _ = open("/dev/null", O_RDONLY) }
  }
}
