import Experiments
import Reports
import Scenarios

extension CommandSpecification {
  static let conform = CommandSpecification(
    name: "conform",
    purpose: "hold the models against a recording of the real systems",
    details: ConformCommand.rules,
    arguments: "\(ConformCommand.kinds.joined(separator: "|")) FILE", arity: .exactly(2),
    options: [.format, .json],
    examples: [
      Example(
        "hindsight conform etcd Tests/Recordings/etcd_v2_sequences.jsonl",
        "random sequences of operations, with every answer and watch event"),
      Example(
        "hindsight conform supervisor Tests/Recordings/otp_supervisor.jsonl --json",
        "supervision trees with crash times, for a program"),
      Example(
        "hindsight conform truncated-put - < Tests/Recordings/etcd_truncated_put.json",
        "PUTs that were cut on their way, from standard input"),
    ],
    exitCodes: [
      (.held, "every case agrees"), (.failed, "the models differ from the recording"),
      (.usage, "usage error, or a file that is no such recording; nothing was judged"),
      (.nothingSelected, "the recording holds no case to judge"),
    ],
    run: { arguments, console throws(CommandFailure) in
      try ConformCommand(arguments).run(on: &console)
    })
}

/// One recording, from file to verdict.
struct ConformCommand {
  let arguments: ParsedArguments

  static let kinds = ConformanceKind.allCases.map(\.rawValue)

  /// The rules of comparison, for the help.
  static let rules = """
    Drives the same models that run in the outage with the recorded inputs, step by step, and \
    compares what both did. Prints passed/cases, and for every step that differs the case, the step, \
    what was expected (the real system) and what the model gave. Steps count from 0; what holds of a \
    whole case stands at the step behind its last one. FILE is as the recorders write it, plain JSON \
    (RFC 8259); '-' is standard input. A field that is missing, unknown or of another type, a case that \
    is there twice or contradicts itself, and time or an index that runs backwards are errors, and so is \
    null for what was sent; a measured value that is null is compared as absent.

    etcd: sequences of operations (JSON Lines), or a walk through etcd's semantics (one object). Exact: \
    status, action, error code, message and cause, index and X-Etcd-Index, key, value, dir, presence of \
    an expiration, modifiedIndex and createdIndex of every node, prevNode and listing; the events of \
    each watch and their order, whether it was completed, the final index. Tolerance: a TTL may be off \
    by 1 s; listings are compared in the order of their keys, whatever order they were recorded in. Not \
    compared: when an event arrived. The instant of the 500 ms sweep is not recorded: one must explain a \
    whole case.

    Tolerances of a walk: lateness of expiry is 0 to 500 ms, give or take 100 ms, and agrees with the \
    figures of all samples; the instants of expiries lie within 100 ms of the first one's tick, \
    and there is one more of them than samples. A read of a TTL is exact for an \
    instant up to 100 ms earlier, and for any instant of the sweep. The last watcher of a crowd is told \
    within a factor of four of 3 ms and 20 us each; of the first, the median and the 99th percentile \
    only the order is judged. With a limit of descriptors, watches established may \
    be off by 5. A stream reader that stops reads at least the events that its queue holds, not all, is \
    not told of an end and is deaf afterwards; how many more is not compared. etcd's index may be up to 64 higher from one \
    request on, where keys of an earlier walk expired. Not compared: dates, names of headers, which TTL a \
    sample had, bytes of a value, and what the recorder's machine bore: memory, processor time, \
    descriptors in use (etcd_fds), seconds that it took to connect or to be answered (setup_s, \
    put_response_ms, secs).

    supervisor: trees with scripted exits (JSON Lines). Exact: which exits hit, who was started \
    after each and in which order, every end of a supervisor with level and reason, whether the node \
    stops and why, counts of starts, failed starts and crashes, who lives in the end. Tolerance: times \
    may be off by 15 ms; the ends of different supervisors are compared in the order of their levels, \
    since recorders order them by rounded times. Skipped: cases whose real runs disagreed among \
    themselves, as their shares ('4/5') must say.

    truncated-put: requests in pieces to etcd, its v2 proxy and its gateway, through middleboxes, to Go \
    handlers, and what Python's client does (one object, or a recorder's list). Exact: status, \
    Connection: close, body, 100 Continue, end of the connection, and what is stored afterwards; \
    exceptions and sizes of send calls. Tolerance: a TTL may be off by 1 s. Behind a proxy or a \
    gateway, a connection that ends right behind a whole request races the answer: both outcomes agree. \
    In two cases of Python's client, a server that closes at accept and one that resets while the body \
    comes, the call that fails is a race as well: the stage is not compared.
    """

  init(_ arguments: ParsedArguments) {
    self.arguments = arguments
  }

  func run(on console: inout Console) throws(CommandFailure) -> ExitCode {
    let kind = try Self.kind(arguments.values[0])
    let path = arguments.values[1]
    let source = try ScenarioSource.read(path, limit: ConformanceRecording.bytesMax)
    let report: ConformanceReport
    do throws(ScenarioErrors) {
      report = try ConformanceRecording.judge(source, as: kind)
    } catch {
      throw .scenario(console.text(of: error))
    }
    guard report.cases > 0 else {
      console.reportError("\(ArgumentParser.quoted(path)) holds no case to judge")
      return .nothingSelected
    }
    let reproduce = ["hindsight", "conform", kind.rawValue, ShellWords.file(path)]
    try console.write(
      arguments, json: ConformJSON.text(of: report),
      text: { ConformText(report, style: $0, reproduce: reproduce).text },
      reproduce: reproduce)
    return report.holds ? .held : .failed
  }

  private static func kind(_ word: String) throws(CommandFailure) -> ConformanceKind {
    if let kind = ConformanceKind(rawValue: word) { return kind }
    let nearest = SimilarNames.nearest(to: word, among: kinds)
    throw .usage(
      UsageError(
        "there are no recordings of the kind \(ArgumentParser.quoted(word))",
        help: nearest.map { "did you mean '\($0)'?" }
          ?? "there are \(kinds.joined(separator: ", "))",
        "see 'hindsight conform --help'"))
  }
}
