import Observation
import SimulationKernel

/// A run as a trace in Chrome's JSON format, which Perfetto reads: processes are systems, threads their
/// nodes.
///
/// Times are microseconds since the run's midnight, which a double holds to the nanosecond; Unix times
/// would lose a quarter of a microsecond. The file's `otherData` says what midnight was.
public struct ChromeTrace: Sendable {
  /// How a file of ours begins.
  public static let mark = "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"generator\":\"hindsight "

  private let rows: TraceRows
  private let flows: TraceFlows
  private let series: [TimeSeries]
  private let notes: TraceNotes

  /// The trace, with as much of it as the collection's limit allows.
  ///
  /// nil where not even an empty one is that small.
  ///
  /// - Parameters:
  ///   - collection: The spans, with sizes as `size` gives them.
  ///   - series: Become counters.
  ///   - notes: What the file says of itself; what was dropped is filled in.
  public init?(_ collection: TraceCollection, series: [TimeSeries], notes: TraceNotes) {
    var collection = collection
    var notes = notes
    notes.limit = collection.limit
    let length = series.map(\.values.count).max() ?? 0
    notes.stride = SeriesRoom.stride(limit: collection.limit, length: length) { stride in
      series.reduce(0) { $0 + Self.counters(of: $1, every: stride).count }
    }
    while true {
      notes.dropped = collection.dropped
      let trace = ChromeTrace(collection.sorted, series: series, notes: notes)
      var bytes = 0
      trace.write { bytes += $0.count }
      if bytes <= collection.limit {
        self = trace
        return
      }
      guard collection.raise() else { return nil }
    }
  }

  private init(_ spans: [TraceSpan], series: [TimeSeries], notes: TraceNotes) {
    rows = TraceRows(spans)
    flows = TraceFlows(spans, rows)
    self.series = series
    self.notes = notes
  }

  /// Spans that the limit left out, and which of the samples are in the file.
  public var dropped: Int { notes.dropped }
  public var stride: Int { notes.stride }
  public var spanCount: Int { rows.spans.count }

  /// The least that a span takes.
  public static func size(of span: TraceSpan) -> Int {
    var output = FormatBytes()
    add(span, thread: 1, to: &output)
    return output.count
  }

  /// Writes the whole trace.
  ///
  /// - Throws: What the sink throws.
  public func write<Failure: Error>(
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var output = FormatBytes()
    output.add("{\"displayTimeUnit\":\"ns\",\"otherData\":{")
    let midnight = ("unixTimeOfMidnight", "\(notes.run.clock.midnight)")
    let clock = ("clock", "microseconds since midnight; \(notes.run.clock.description)")
    for (index, entry) in (notes.entries + [clock, midnight]).enumerated() {
      if index > 0 { output.add(",") }
      output.add(json: entry.0)
      output.add(":")
      output.add(json: entry.1)
    }
    output.add("},\"traceEvents\":[\n")
    // The first event ends the list of commas: it has none before it.
    output.add("{\"ph\":\"M\",\"pid\":1,\"name\":\"process_labels\",\"args\":{\"labels\":")
    output.add(json: "\(notes.run.scenario), seed \(notes.run.seed)")
    output.add("}}")
    for system in TraceSystem.allCases { addNames(of: system, to: &output) }
    try output.flushIfFull(to: sink)
    for one in series {
      output.add(Self.counters(of: one, every: notes.stride))
      try output.flushIfFull(to: sink)
    }
    for index in rows.spans.indices {
      Self.add(rows.spans[index], thread: rows.threads[index], to: &output)
      addFlows(of: index, to: &output)
      try output.flushIfFull(to: sink)
    }
    output.add("\n]}\n")
    try output.flush(to: sink)
  }

  private func addNames(of system: TraceSystem, to output: inout FormatBytes) {
    output.add(
      ",\n{\"ph\":\"M\",\"pid\":\(system.process),\"name\":\"process_name\",\"args\":{\"name\":")
    output.add(json: system.name)
    output.add("}}")
    output.add(
      ",\n{\"ph\":\"M\",\"pid\":\(system.process),\"name\":\"process_sort_index\",\"args\":"
        + "{\"sort_index\":\(system.process)}}")
    for (thread, name) in rows.names(of: system) {
      output.add(
        ",\n{\"ph\":\"M\",\"pid\":\(system.process),\"tid\":\(thread),\"name\":\"thread_name\","
          + "\"args\":{\"name\":")
      output.add(json: name)
      output.add(
        "}},\n{\"ph\":\"M\",\"pid\":\(system.process),\"tid\":\(thread),"
          + "\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":\(thread)}}")
    }
  }

  /// A counter's values; it holds each until the next, so that what repeats the last is left out.
  private static func counters(of series: TimeSeries, every stride: Int) -> FormatBytes {
    var output = FormatBytes()
    var last: Double?
    for index in Swift.stride(from: 0, to: series.values.count, by: stride) {
      let value = series.values[index]
      guard value.isFinite, value != last || index + stride >= series.values.count else { continue }
      last = value
      output.add(",\n{\"ph\":\"C\",\"pid\":")
      output.add(SeriesCatalogue.system(of: series.name).process)
      output.add(",\"name\":")
      output.add(json: series.name)
      output.add(",\"ts\":")
      output.add(microseconds: series.instant(of: index).nanoseconds)
      output.add(",\"args\":{")
      output.add(json: series.unit.rawValue)
      output.add(":")
      output.add(value)
      output.add("}}")
    }
    return output
  }

  private static func add(_ span: TraceSpan, thread: Int, to output: inout FormatBytes) {
    output.add(",\n{\"ph\":\"X\",\"pid\":")
    output.add(span.system.process)
    output.add(",\"tid\":")
    output.add(thread)
    output.add(",\"ts\":")
    output.add(microseconds: span.start.nanoseconds)
    output.add(",\"dur\":")
    output.add(microseconds: (span.end - span.start).nanoseconds)
    output.add(",\"cat\":")
    output.add(json: span.system.name)
    output.add(",\"name\":")
    output.add(json: span.name)
    output.add(",\"args\":{\"trace\":\"")
    output.add(hex: span.context.trace)
    output.add("\",\"span\":\"")
    output.add(hex: span.context.span)
    output.add("\"")
    switch span.outcome {
    case .unset: break
    case .ok: output.add(",\"outcome\":\"ok\"")
    case .failed(let reason):
      output.add(",\"outcome\":\"failed\",\"reason\":")
      output.add(json: reason)
    }
    if span.isUnfinished { output.add(",\"unfinished\":true") }
    for attribute in span.attributes {
      output.add(",")
      output.add(json: attribute.key)
      output.add(":")
      switch attribute.value {
      case .text(let text): output.add(json: text)
      case .whole(let number): output.add(number)
      case .flag(let flag): output.add(flag ? "true" : "false")
      }
    }
    output.add("}}")
  }

  /// The arrow that comes to a span, then those that leave it: readers bind them to the span that has
  /// begun last on the thread.
  private func addFlows(of index: Int, to output: inout FormatBytes) {
    func add(_ phase: String, _ flow: Int) {
      let span = rows.spans[index]
      output.add(",\n{\"ph\":\"")
      output.add(phase)
      output.add("\",\"id\":")
      output.add(flow)
      output.add(",\"pid\":")
      output.add(span.system.process)
      output.add(",\"tid\":")
      output.add(rows.threads[index])
      output.add(",\"ts\":")
      output.add(microseconds: span.start.nanoseconds)
      output.add(",\"cat\":\"cause\",\"name\":\"causes\",\"bp\":\"e\"}")
    }
    for flow in flows.coming[index] { add("f", flow) }
    for flow in flows.leaving[index] { add("s", flow) }
  }
}

extension TraceSystem {
  /// The number of its process.
  var process: Int { Int(rawValue) + 1 }
}

extension FormatBytes {
  /// Nanoseconds as microseconds with three decimals.
  fileprivate mutating func add(microseconds nanoseconds: Int64) {
    let size = nanoseconds.magnitude
    if nanoseconds < 0 { add("-") }
    add(size / 1_000)
    let rest = size % 1_000
    guard rest > 0 else { return }
    add(rest < 10 ? ".00" : rest < 100 ? ".0" : ".")
    add(rest)
  }
}
