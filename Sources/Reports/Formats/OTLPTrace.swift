import Observation
import SimulationKernel

/// A run as OTLP in JSON lines: each line is an `ExportTraceServiceRequest` or an
/// `ExportMetricsServiceRequest`, as the OpenTelemetry collector's file exporter writes and its receiver
/// reads them.
///
/// Identities are hexadecimal, 64-bit numbers are strings, enumerations are numbers. A trace's identity
/// is the run's digest and the number of its first cause, so that runs do not mix. Lines stay below a
/// quarter of a mebibyte: the collector's receiver takes up to one.
public struct OTLPTrace: Sendable {
  /// What the first line of a file of ours holds.
  public static let mark = "{\"key\":\"hindsight.digest\""

  private let spans: [TraceSpan]
  private let series: [TimeSeries]
  private let notes: TraceNotes

  /// The trace, with as much of it as the collection's limit allows.
  ///
  /// nil where not even an empty one is that small.
  ///
  /// - Parameters:
  ///   - collection: The spans, with sizes as `size` gives them.
  ///   - series: Become metrics.
  ///   - notes: What the file says of itself; what was dropped is filled in.
  public init?(_ collection: TraceCollection, series: [TimeSeries], notes: TraceNotes) {
    var collection = collection
    var notes = notes
    notes.limit = collection.limit
    let length = series.map(\.values.count).max() ?? 0
    notes.stride = SeriesRoom.stride(limit: collection.limit, length: length) { stride in
      var notes = notes
      notes.stride = stride
      var bytes = 0
      OTLPMetrics.write(series, notes: notes) { bytes += $0.count }
      return bytes
    }
    while true {
      notes.dropped = collection.dropped
      let trace = OTLPTrace(spans: collection.sorted, series: series, notes: notes)
      var bytes = 0
      trace.write { bytes += $0.count }
      if bytes <= collection.limit {
        self = trace
        return
      }
      guard collection.raise() else { return nil }
    }
  }

  private init(spans: [TraceSpan], series: [TimeSeries], notes: TraceNotes) {
    self.spans = spans
    self.series = series
    self.notes = notes
  }

  /// Spans that the limit left out, and which of the samples are in the file.
  public var dropped: Int { notes.dropped }
  public var stride: Int { notes.stride }
  public var spanCount: Int { spans.count }

  /// The least that a span takes.
  public static func size(of span: TraceSpan) -> Int {
    var output = FormatBytes()
    // A clock of ten digits less takes less than the file's.
    add(span, run: "", .undated, to: &output)
    return output.count
  }

  /// Spans of one request at most.
  private static let batch = 256

  /// Writes all lines: the spans by their start, then the series.
  ///
  /// - Throws: What the sink throws.
  public func write<Failure: Error>(
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var output = FormatBytes()
    // Without spans there is a line all the same, which says so.
    var first = 0
    repeat {
      var last = min(first + Self.batch, spans.count)
      var length = 0
      if let full = spans[first..<last].firstIndex(where: {
        length += Self.size(of: $0)
        return length > 1 << 17
      }) {
        last = max(first + 1, full)
      }
      addRequest(spans[first..<last], to: &output)
      first = last
      try output.flushIfFull(to: sink)
    } while first < spans.count
    try output.flush(to: sink)
    try OTLPMetrics.write(series, notes: notes, to: sink)
  }

  private func addRequest(_ spans: ArraySlice<TraceSpan>, to output: inout FormatBytes) {
    output.add("{\"resourceSpans\":[")
    var systems = TraceSystem.allCases.filter { system in spans.contains { $0.system == system } }
    if systems.isEmpty { systems = [.people] }
    for (index, system) in systems.enumerated() {
      if index > 0 { output.add(",") }
      output.add("{\"resource\":")
      OTLPResource.add(system, notes, to: &output)
      output.add(",\"scopeSpans\":[{\"scope\":")
      OTLPResource.addScope(notes, to: &output)
      output.add(",\"spans\":[")
      var isFirst = true
      for span in spans where span.system == system {
        if !isFirst { output.add(",") }
        isFirst = false
        Self.add(span, run: notes.run.run, notes.run.clock, to: &output)
      }
      output.add("]}]}")
    }
    output.add("]}\n")
  }

  private static func add(
    _ span: TraceSpan, run: String, _ clock: FileClock, to output: inout FormatBytes
  ) {
    func add(_ context: TraceSpan.Context, to output: inout FormatBytes) {
      output.add("\"traceId\":\"")
      output.add(run)
      output.add(hex: context.trace)
      output.add("\",\"spanId\":\"")
      output.add(hex: context.span)
      output.add("\"")
    }
    output.add("{")
    add(span.context, to: &output)
    if let parent = span.parent {
      output.add(",\"parentSpanId\":\"")
      output.add(hex: parent)
      output.add("\"")
    }
    output.add(",\"name\":")
    output.add(json: span.name)
    // SPAN_KIND_INTERNAL is 1, and the others follow in the order of `Kind`.
    output.add(",\"kind\":")
    output.add(Int(span.kind.rawValue) + 1)
    output.add(",\"startTimeUnixNano\":\"")
    output.add(clock.unixNanoseconds(of: span.start))
    output.add("\",\"endTimeUnixNano\":\"")
    output.add(clock.unixNanoseconds(of: span.end))
    output.add("\",\"attributes\":[")
    OTLPResource.add("node", .text(span.node), to: &output)
    if span.isUnfinished {
      output.add(",")
      OTLPResource.add("unfinished", .flag(true), to: &output)
    }
    for attribute in span.attributes {
      output.add(",")
      OTLPResource.add(attribute.key, attribute.value, to: &output)
    }
    output.add("]")
    if let link = span.link {
      output.add(",\"links\":[{")
      add(link, to: &output)
      output.add("}]")
    }
    switch span.outcome {
    case .unset: break
    case .ok: output.add(",\"status\":{\"code\":1}")
    case .failed(let reason):
      output.add(",\"status\":{\"code\":2,\"message\":")
      output.add(json: reason)
      output.add("}")
    }
    output.add("}")
  }
}

/// What is the same of spans and metrics.
enum OTLPResource {
  /// The system as a resource, with what the file says of itself.
  static func add(_ system: TraceSystem?, _ notes: TraceNotes, to output: inout FormatBytes) {
    output.add("{\"attributes\":[")
    add("hindsight.digest", .text(notes.run.run), to: &output)
    output.add(",")
    add("service.name", .text(system?.name ?? "hindsight"), to: &output)
    output.add(",")
    add("service.namespace", .text(notes.run.scenario), to: &output)
    output.add(",")
    add("hindsight.clock", .text(notes.run.clock.description), to: &output)
    for entry in notes.entries where entry.key != "digest" {
      output.add(",")
      add("hindsight.\(entry.key)", .text(entry.value), to: &output)
    }
    output.add("]}")
  }

  static func addScope(_ notes: TraceNotes, to output: inout FormatBytes) {
    output.add("{\"name\":\"hindsight\",\"version\":")
    output.add(json: notes.run.version)
    output.add("}")
  }

  static func add(_ key: String, _ value: TraceSpan.Value, to output: inout FormatBytes) {
    output.add("{\"key\":")
    output.add(json: key)
    output.add(",\"value\":{")
    switch value {
    case .text(let text):
      output.add("\"stringValue\":")
      output.add(json: text)
    case .whole(let number):
      output.add("\"intValue\":\"")
      output.add(number)
      output.add("\"")
    case .flag(let flag):
      output.add("\"boolValue\":")
      output.add(flag ? "true" : "false")
    }
    output.add("}}")
  }
}
