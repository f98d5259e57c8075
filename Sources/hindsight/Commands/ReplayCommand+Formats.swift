import Experiments
import Observation
import Reports
import Systems

/// The files for other tools that a replay is asked for.
struct ReplayFormats {
  /// A format, in the order in which files are written.
  enum Format: String, CaseIterable {
    case trace, otlp, openmetrics, influx, csv

    var sort: String {
      switch self {
      case .trace: "trace of ours"
      case .otlp: "file of OTLP lines of ours"
      case .openmetrics: "file of OpenMetrics of ours"
      case .influx: "file of InfluxDB lines of ours"
      case .csv: "table of series of ours"
      }
    }

    /// Whether a file that begins with these bytes is one of this format that we made.
    func isOurs(_ head: [UInt8]) -> Bool {
      let text = String(decoding: head, as: UTF8.self)
      return switch self {
      case .trace: text.hasPrefix(ChromeTrace.mark)
      case .otlp: text.prefix { $0 != "\n" }.contains(OTLPTrace.mark)
      case .openmetrics: text.hasPrefix(OpenMetricsText.mark)
      case .influx: text.hasPrefix(InfluxLines.mark)
      case .csv: text.hasPrefix(SeriesCSV.header)
      }
    }
  }

  let files: [(format: Format, file: OutputFile)]
  let sampling: TraceSampling
  /// Bytes of each file.
  let limit: Int
  private let day: FileClock?

  static let options = [
    OptionSpecification(
      "trace", "FILE", "write a trace for Perfetto or Chrome, such as run.perfetto.json"),
    OptionSpecification("otlp", "FILE", "write traces and metrics as OTLP in JSON lines"),
    OptionSpecification("openmetrics", "FILE", "write the series as OpenMetrics"),
    OptionSpecification("influx", "FILE", "write the series in InfluxDB's line protocol"),
    OptionSpecification("csv", "FILE", "write the series as a table"),
    OptionSpecification(
      "file-limit", "SIZE", "most that each of these files has, such as 500kB; default: 50MB"),
    OptionSpecification(
      "trace-sampling", among: TraceSampling.allCases.map(\.rawValue),
      "trace few of those whom a message has told by their number (the default), or all"),
    OptionSpecification(
      "date", "DAY",
      "day of the run's clock in these files, such as 2020-03-16-07:00; default: that in the "
        + "scenario's name, taken for UTC"),
  ]

  /// - Throws: Options that do not go together, and files that cannot be written: before the run.
  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    var files: [(format: Format, file: OutputFile)] = []
    for format in Format.allCases {
      guard let path = arguments.value(format.rawValue) else { continue }
      let file = OutputFile(
        path: path, sort: format.sort, isForced: arguments.has("force"), isOurs: format.isOurs)
      try file.checkWritable()
      if let other = files.first(where: { $0.file.path == path }) {
        throw .usage(
          UsageError("'--\(other.format.rawValue)' and '--\(format.rawValue)' name the same file"))
      }
      files.append((format, file))
    }
    self.files = files
    sampling = arguments.value("trace-sampling").flatMap(TraceSampling.init) ?? .fanOut
    limit = try Self.limit(arguments.value("file-limit"))
    day = try Self.day(arguments.value("date"))
    if let first = files.first, arguments.has("events") {
      throw .usage(
        UsageError("'--events' lists events, and '--\(first.format.rawValue)' takes a report"))
    }
  }

  private var wantsSpans: Bool { files.contains { $0.format == .trace || $0.format == .otlp } }

  /// Runs the scenario, traced where a file is to hold spans.
  func run(
    _ scenario: OutageScenario, patches: [String], options: Replay.Options,
    progress: (Double) -> Void
  ) -> Finished {
    guard wantsSpans else {
      return Finished(
        record: Replay.run(
          scenario, patches: patches, options: options, version: HindsightVersion.text,
          progress: progress))
    }
    var chrome = TraceCollection(limit: limit, size: ChromeTrace.size)
    var otlp = TraceCollection(limit: limit, size: OTLPTrace.size)
    let (hasChrome, hasOTLP) = (
      files.contains { $0.format == .trace }, files.contains { $0.format == .otlp }
    )
    let traced = Replay.trace(
      scenario, patches: patches, options: options, version: HindsightVersion.text,
      sampling: sampling,
      spans: { spans in
        if hasChrome { chrome.add(spans) }
        if hasOTLP { otlp.add(spans) }
      }, progress: progress)
    return Finished(record: traced.record, leftOut: traced.leftOut, chrome: chrome, otlp: otlp)
  }

  /// A run, and what was seen of it.
  struct Finished {
    let record: RunRecord
    var leftOut = 0
    var chrome: TraceCollection?
    var otlp: TraceCollection?
  }

  /// Makes all files, and when each keeps the limit, writes them and says of each what it leaves out.
  func write(_ run: Finished, on console: Console) throws(CommandFailure) {
    let record = run.record
    let labels = RunLabels(record, clock: day ?? FileClock(scenario: record.scenario))
    let notes = TraceNotes(run: labels, sampling: sampling, leftOut: run.leftOut)
    var contents: [(content: Content, file: OutputFile, format: Format)] = []
    for (format, file) in files {
      guard let content = content(of: format, run, labels, notes) else { throw tooSmall(format) }
      contents.append((content, file, format))
    }
    for (content, file, format) in contents {
      try file.write { (sink) throws(FileProblem) in try content.write(to: sink) }
      report(format, content, run, console)
    }
  }

  /// What a file is to hold.
  private enum Content {
    case chrome(ChromeTrace)
    case otlp(OTLPTrace)
    case openMetrics(RunRecord, RunLabels, stride: Int)
    case influx([TimeSeries], RunLabels, stride: Int)
    case csv([TimeSeries], FileClock, stride: Int)

    func write(to sink: ([UInt8]) throws(FileProblem) -> Void) throws(FileProblem) {
      switch self {
      case .chrome(let trace): try trace.write(to: sink)
      case .otlp(let trace): try trace.write(to: sink)
      case .openMetrics(let record, let labels, _):
        try OpenMetricsText.write(record, of: labels, to: sink)
      case .influx(let series, let labels, _):
        try InfluxLines.write(series, of: labels, to: sink)
      case .csv(let series, let clock, _): try SeriesCSV.write(series, clock: clock, to: sink)
      }
    }

    /// Spans that are there, those that the limit left out, and of how many samples one is there.
    var room: (spans: (kept: Int, dropped: Int)?, stride: Int) {
      switch self {
      case .chrome(let trace): ((trace.spanCount, trace.dropped), trace.stride)
      case .otlp(let trace): ((trace.spanCount, trace.dropped), trace.stride)
      case .openMetrics(_, _, let stride), .influx(_, _, let stride), .csv(_, _, let stride):
        (nil, stride)
      }
    }
  }

  /// - Returns: nil when even one sample of each series has no room.
  private func content(
    of format: Format, _ run: Finished, _ labels: RunLabels, _ notes: TraceNotes
  ) -> Content? {
    let record = run.record
    switch format {
    case .trace:
      return run.chrome.flatMap { ChromeTrace($0, series: record.series, notes: notes) }
        .map(Content.chrome)
    case .otlp:
      return run.otlp.flatMap { OTLPTrace($0, series: record.series, notes: notes) }
        .map(Content.otlp)
    case .openmetrics:
      return fitting(record.series) { series, stride in
        var thinned = record
        thinned.series = series
        return .openMetrics(thinned, labels, stride: stride)
      }
    case .influx: return fitting(record.series) { .influx($0, labels, stride: $1) }
    case .csv: return fitting(record.series) { .csv($0, labels.clock, stride: $1) }
    }
  }

  /// Takes every second, fourth, … sample until a file of them keeps the limit.
  private func fitting(
    _ series: [TimeSeries], _ content: ([TimeSeries], Int) -> Content
  ) -> Content? {
    let length = series.map(\.values.count).max() ?? 0
    var stride = 1
    while true {
      let candidate = content(series.map { $0.every(stride) }, stride)
      var bytes = 0
      // What only counts cannot fail.
      try? candidate.write { (part) throws(FileProblem) in bytes += part.count }
      if bytes <= limit { return candidate }
      if stride >= length { return nil }
      stride *= 2
    }
  }

  private func report(
    _ format: Format, _ content: Content, _ run: Finished, _ console: Console
  ) {
    let (spans, stride) = content.room
    var parts: [String] = []
    if let spans {
      parts.append("\(NumberText.grouped(UInt64(spans.kept))) spans")
      if run.leftOut > 0 {
        parts.append("the sampling left \(NumberText.grouped(UInt64(run.leftOut))) out")
      }
      if spans.dropped > 0 {
        parts.append("the limit left \(NumberText.grouped(UInt64(spans.dropped))) out")
      }
    }
    if stride > 1 { parts.append("one of \(stride) samples of the series") }
    guard !parts.isEmpty else { return }
    console.report("--\(format.rawValue): \(parts.joined(separator: "; "))\n")
  }

  private func tooSmall(_ format: Format) -> CommandFailure {
    let what =
      switch format {
      case .trace, .otlp: "a file without any span"
      case .openmetrics, .influx, .csv: "a file with one sample of each series"
      }
    return .usage(
      UsageError(
        "'--file-limit' is \(limit) bytes, less than \(what) has for '--\(format.rawValue)'",
        help: "take 100kB or more"))
  }

  // MARK: Options

  /// Bytes, or with a unit: kB, MB and GB are powers of 1,000, KiB, MiB and GiB of 1,024.
  static func limit(_ text: String?) throws(CommandFailure) -> Int {
    guard let text else { return 50_000_000 }
    let units: [(String, Int)] = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1_000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("B", 1), ("", 1),
    ]
    for (unit, factor) in units where text.hasSuffix(unit) {
      guard let number = Int(text.dropLast(unit.count)), !text.hasPrefix("+"), number > 0 else {
        break
      }
      let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
      guard !overflow, bytes <= 1 << 40 else { break }
      return bytes
    }
    throw .usage(
      UsageError(
        "'--file-limit' takes a size up to 1024GiB, not \(ArgumentParser.quoted(text))",
        help: "a size is written like 500kB, 50MB or 1GiB"))
  }

  static func day(_ text: String?) throws(CommandFailure) -> FileClock? {
    guard let text else { return nil }
    guard let clock = FileClock(parsing: text) else {
      throw .usage(
        UsageError(
          "'--date' takes a day from 1970 to 2199, not \(ArgumentParser.quoted(text))",
          help: "a day is written like 2020-03-16, with its distance from UTC 2020-03-16-07:00"))
    }
    return clock
  }
}
