import Experiments
import Reports

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#else
import Darwin
#endif

/// An older hindsight, run as a process to list events of a scenario.
struct EarlierExecutable: Sendable {
  let path: String
  /// How long it may take for one scenario: some hundred times what ours takes for a recorded run.
  var limit = Swift.Duration.seconds(600)

  /// - Throws: That there is no executable at a path.
  init(_ path: String) throws(CommandFailure) {
    guard !FileSystem.isFolder(path) else {
      throw .inputOutput(FileProblem(path: path, code: EISDIR))
    }
    guard access(path, X_OK) == 0 else { throw .inputOutput(FileProblem(path: path)) }
    self.path = path
  }

  /// How it came to its end.
  private enum End {
    /// As `waitpid` has it.
    case status(Int32)
    /// Nobody wanted more.
    case enough
    /// This check has come to its end before.
    case stopped
    case tookTooLong
  }

  /// What it is asked through.
  ///
  /// - Parameter isStopped: Once true, the process is ended.
  /// - Returns: The version that this executable is.
  func version(isStopped: @escaping @Sendable () -> Bool) -> EarlierVersion {
    EarlierVersion { request, wantsMore throws(EarlierVersion.Problem) in
      let error: String
      do throws(FileProblem) {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let scenario = folder.path + "/scenario.json"
        let errors = folder.path + "/errors"
        try AtomicFile.write(request.scenario, to: scenario, existing: .keep)
        let end = try run(
          [
            "replay", scenario, "--seed", "\(request.seed)", "--scale", request.scale,
            "--events", "\(request.events.lowerBound)..\(request.events.upperBound)",
          ], errors: errors, isStopped: isStopped, wantsMore)
        switch end {
        case .enough, .status(0): return
        case .stopped:
          let reason = Interruption.wasRequested ? "this check was interrupted" : "time was up"
          error = "stopped early: \(reason)"
        case .tookTooLong:
          error = "stopped early: it took more than \(limit.components.seconds) s"
        case .status(let status):
          let head = try FileSystem.read(errors, limit: 4_096)
          let first = head.split(separator: UInt8(ascii: "\n")).first ?? []
          // The lower bits are the signal that ended it.
          let how =
            status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
          let text = TerminalText.safe(String(decoding: first, as: UTF8.self))
          error = "it ended with \(how)" + (first.isEmpty ? "" : ": \(text)")
        }
      } catch {
        throw EarlierVersion.Problem(
          error.path == path ? error.reason : "\(TerminalText.safe(error.path)): \(error.reason)")
      }
      throw EarlierVersion.Problem(error)
    }
  }

  /// Runs the executable to its end.
  ///
  /// - Parameters:
  ///   - words: Its arguments.
  ///   - errors: The file that takes what it writes to standard error.
  ///   - isStopped: Once true, the process is ended.
  ///   - wantsMore: Is given each line of its standard output; once false, the process is ended.
  /// - Returns: What ended it.
  /// - Throws: Whatever the system refuses.
  private func run(
    _ words: [String], errors: String, isStopped: () -> Bool, _ wantsMore: (String) -> Bool
  ) throws(FileProblem) -> End {
    let deadline = ContinuousClock.now + limit
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileProblem(path: path) }
    defer { _ = close(ends[0]) }
    let process: pid_t
    do {
      // The only end that writes is the process's own, so that reading ends with it.
      defer { _ = close(ends[1]) }
      process = try start(words, output: ends, errors: errors)
    }
    var rest: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var (isEnded, isEnough) = (false, false)
    var early: End?
    while !isEnded, !isEnough {
      var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, 200)
      if isStopped() {
        early = .stopped
      } else if ContinuousClock.now >= deadline {
        early = .tookTooLong
      }
      if early != nil { break }
      guard ready > 0 else { continue }
      let count = read(ends[0], &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      isEnded = count <= 0
      rest += chunk[..<max(0, count)]
      var start = 0
      while !isEnough, let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        isEnough = !wantsMore(String(decoding: rest[start..<end], as: UTF8.self))
        start = end + 1
      }
      rest.removeFirst(start)
      // No event takes so many bytes; no more of it is kept.
      if !isEnough, isEnded && !rest.isEmpty || rest.count > 1 << 16 {
        isEnough = !wantsMore(String(decoding: rest, as: UTF8.self))
        rest = []
      }
    }
    if isEnough || early != nil { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw FileProblem(path: path) }
    }
    return early ?? (isEnough ? .enough : .status(status))
  }

  private func start(
    _ words: [String], output ends: [Int32], errors: String
  ) throws(FileProblem) -> pid_t {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    let environment = _NSGetEnviron().pointee
    #else
    var actions = posix_spawn_file_actions_t()
    let environment = environ
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
    var arguments = ([path] + words).map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawn(&process, path, &actions, nil, arguments, environment)
    guard code == 0 else { throw FileProblem(path: path, code: code) }
    return process
  }
}

/// A folder for files that nobody needs afterwards.
private struct ScratchFolder {
  let path: String

  init() throws(FileProblem) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let pattern = "\(parent.isEmpty ? "/tmp" : parent)/hindsight-XXXXXX"
    var bytes = Array(pattern.utf8CString)
    guard mkdtemp(&bytes) != nil else { throw FileProblem(path: pattern) }
    path = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove() {
    for name in (try? FileSystem.names(in: path)) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
