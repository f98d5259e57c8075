import Experiments
import Foundation
import Observation
import SimulationKernel
import Testing

@testable import Reports

@Suite("Traces for other tools")
struct TraceFormatsTests {
  /// A node that stops of an announce, with hostile names, as spans made by hand.
  private static var spans: [TraceSpan] {
    let root = TraceSpan.Context(trace: 1, span: 1)
    var fault = TraceSpan(
      HostileText.all.joined(), root, on: .faults, "faults", from: .start + .seconds(5), rank: 130)
    fault.outcome = .failed("</script>\n\"")
    fault.note("text", .text(HostileText.all.joined()))
    fault.note("count", .whole(-3))
    fault.note("flag", .flag(true))
    var down = TraceSpan(
      "node down", TraceSpan.Context(trace: 1, span: 2), parent: 1,
      link: TraceSpan.Context(trace: 7, span: 9), kind: .consumer, on: .elixir, "sessions-17",
      from: .start + .nanoseconds(5_000_000_001), to: .start + .seconds(9), rank: 70)
    down.order = 1
    down.isUnfinished = true
    return [down, fault]
  }

  private static var notes: TraceNotes {
    let record = RecordFixture.record()
    return TraceNotes(
      run: RunLabels(record, clock: FileClock(parsing: "2020-03-16-07:00") ?? .undated),
      sampling: .fanOut, leftOut: 12)
  }

  private static func chrome(_ spans: [TraceSpan], limit: Int = 1 << 20) throws -> [String: Any] {
    var collection = TraceCollection(limit: limit, size: ChromeTrace.size)
    collection.add(spans)
    let trace = try #require(
      ChromeTrace(collection, series: RecordFixture.record().series, notes: notes))
    var bytes: [UInt8] = []
    trace.write { bytes += $0 }
    #expect(bytes.count <= limit)
    #expect(bytes.starts(with: ChromeTrace.mark.utf8))
    #expect(!bytes.contains(UInt8(ascii: "<")))
    let object = try JSONSerialization.jsonObject(with: Data(bytes))
    return try #require(object as? [String: Any])
  }

  @Test("Chrome's JSON names processes and threads, and has slices, counters and arrows")
  func chrome() throws {
    let root = try Self.chrome(Self.spans)
    let events = try #require(root["traceEvents"] as? [[String: Any]])
    let slices = events.filter { $0["ph"] as? String == "X" }
    #expect(slices.map { $0["name"] as? String } == [HostileText.all.joined(), "node down"])
    #expect(slices.map { $0["ts"] as? Double } == [5_000_000, 5_000_000.001])
    #expect(slices.last?["dur"] as? Double == 3_999_999.999)
    let arguments = try #require(slices.first?["args"] as? [String: Any])
    #expect(arguments["reason"] as? String == "</script>\n\"")
    #expect(arguments["text"] as? String == HostileText.all.joined())
    #expect(arguments["count"] as? Int == -3 && arguments["flag"] as? Bool == true)
    // The second cause is not in the file: one arrow.
    let arrows = events.filter { ["s", "f"].contains($0["ph"] as? String) }
    #expect(arrows.map { $0["ph"] as? String } == ["s", "f"])
    let names = events.filter { $0["name"] as? String == "thread_name" }
      .compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
    #expect(names == ["faults", "sessions-17"])
    let other = try #require(root["otherData"] as? [String: String])
    #expect(other["unixTimeOfMidnight"] == "1584342000" && other["spans.leftOut"] == "12")
    #expect(other["digest"] == RecordFixture.record().digest.description)
    #expect(
      events.contains { $0["ph"] as? String == "C" && $0["name"] as? String == "users.served" })
  }

  @Test("Each OTLP line is a request, with identities in hexadecimal and long numbers as strings")
  func otlp() throws {
    var collection = TraceCollection(limit: 1 << 20, size: OTLPTrace.size)
    collection.add(Self.spans)
    let trace = try #require(
      OTLPTrace(collection, series: RecordFixture.record().series, notes: Self.notes))
    var bytes: [UInt8] = []
    trace.write { bytes += $0 }
    let lines = bytes.split(separator: 0x0A)
    #expect(lines.allSatisfy { $0.count < 1 << 18 })
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[0])) as? [String: Any])
    let resources = try #require(first["resourceSpans"] as? [[String: Any]])
    #expect(resources.count == 2, "a resource per system")
    let spans = resources.flatMap { resource in
      (resource["scopeSpans"] as? [[String: Any]] ?? []).flatMap {
        $0["spans"] as? [[String: Any]] ?? []
      }
    }
    let digest = RecordFixture.record().digest.description
    #expect(spans.first?["traceId"] as? String == digest + "0000000000000001")
    #expect(spans.first?["name"] as? String == HostileText.all.joined())
    #expect(spans.last?["spanId"] as? String == "0000000000000002")
    #expect(spans.last?["parentSpanId"] as? String == "0000000000000001")
    #expect(spans.last?["kind"] as? Int == 5)
    #expect(spans.last?["startTimeUnixNano"] as? String == "1584342005000000001")
    #expect((spans.first?["status"] as? [String: Any])?["code"] as? Int == 2)
    #expect((spans.last?["links"] as? [[String: Any]])?.count == 1)
    let others = try lines.dropFirst().map {
      try #require(try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any])
    }
    #expect(!others.isEmpty && others.allSatisfy { Array($0.keys) == ["resourceMetrics"] })
  }

  @Test("The sizes that spans are kept by are never more than they take")
  func sizes() throws {
    for span in Self.spans {
      #expect(ChromeTrace.size(of: span) > 100 && OTLPTrace.size(of: span) > 100)
    }
    var empty = TraceCollection(limit: 1 << 20, size: OTLPTrace.size)
    empty.add([])
    let none = try #require(OTLPTrace(empty, series: [], notes: Self.notes))
    var full = TraceCollection(limit: 1 << 20, size: OTLPTrace.size)
    full.add(Self.spans)
    let both = try #require(OTLPTrace(full, series: [], notes: Self.notes))
    var (first, second) = (0, 0)
    none.write { first += $0.count }
    both.write { second += $0.count }
    #expect(second - first >= Self.spans.reduce(0) { $0 + OTLPTrace.size(of: $1) })
  }

  @Test(
    "A file keeps its limit, or says that it cannot", arguments: [4_000, 10_000, 40_000, 200_000])
  func limits(limit: Int) throws {
    let spans = (0..<2_000).map { index in
      TraceSpan(
        "span", TraceSpan.Context(trace: 1, span: UInt64(index) + 1), on: .api, "api-\(index)",
        from: .start + .seconds(Int64(index)),
        rank: TraceRank.rank(TraceRank.message, UInt64(index) &* 0x9E37_79B9_7F4A_7C15))
    }
    let root = try Self.chrome(spans, limit: limit)
    let other = try #require(root["otherData"] as? [String: String])
    let events = try #require(root["traceEvents"] as? [[String: Any]])
    let kept = events.count { $0["ph"] as? String == "X" }
    #expect(Int(other["spans.dropped"] ?? "") == 2_000 - kept)
    var collection = TraceCollection(limit: 200, size: ChromeTrace.size)
    collection.add(spans)
    #expect(ChromeTrace(collection, series: [], notes: Self.notes) == nil)
  }
}

@Suite("TraceCollection")
struct TraceCollectionTests {
  private static func spans(_ seed: UInt64) -> [TraceSpan] {
    let stream = RandomStream(seed: seed, name: "test")
    return (0..<500).map { index in
      let draw = stream.bits(for: UInt64(index), draw: 0)
      var span = TraceSpan(
        "span", TraceSpan.Context(trace: 1, span: UInt64(index) + 1), on: .api, "api",
        from: .start + .seconds(Int64(index % 7)),
        rank: TraceRank.rank(UInt8(index % 3) * 64, draw))
      span.order = UInt32(index)
      return span
    }
  }

  private static func kept(_ spans: [TraceSpan], _ limit: Int) -> TraceCollection {
    var collection = TraceCollection(limit: limit) { Int($0.context.span % 13) + 1 }
    collection.add(spans)
    return collection
  }

  @Test("What is kept fits, whatever the order, and is a part of what a larger file keeps")
  func keeps() {
    let seed = UInt64.random(in: .min ... .max)
    let spans = Self.spans(seed)
    var larger = Set(spans.map(\.context))
    for limit in [100_000, 2_000, 900, 300, 50, 5] {
      let collection = Self.kept(spans, limit)
      let names = collection.sorted.map(\.context)
      let bytes = names.reduce(0) { $0 + Int($1.span % 13) + 1 }
      #expect(bytes <= limit && collection.dropped == spans.count - names.count, "seed \(seed)")
      #expect(Set(names).isSubset(of: larger), "seed \(seed)")
      larger = Set(names)
      let shuffled = Self.kept(spans.shuffled(), limit)
      #expect(shuffled.sorted == collection.sorted, "seed \(seed)")
      #expect(collection.sorted.allSatisfy { $0.rank >= collection.threshold })
      // Whatever was dropped has a lower rank, and with the lowest of it the rest would not fit.
      let lowest = spans.filter { $0.rank < collection.threshold }
      guard let last = lowest.map(\.rank).max() else { continue }
      let more = spans.filter { $0.rank >= last }
      #expect(more.reduce(0) { $0 + Int($1.context.span % 13) + 1 } > limit, "seed \(seed)")
    }
  }

  @Test("Spans are sorted by their start, causes first")
  func sorts() {
    let sorted = Self.kept(Self.spans(1).shuffled(), 100_000).sorted
    #expect(
      zip(sorted, sorted.dropFirst()).allSatisfy {
        ($0.start, $0.order) < ($1.start, $1.order)
      })
  }
}

@Suite("TraceRows")
struct TraceRowsTests {
  @Test("Spans on one row follow or enclose each other")
  func rows() {
    let seed = UInt64.random(in: .min ... .max)
    let stream = RandomStream(seed: seed, name: "test")
    var spans = (0..<400).map { index in
      let start = Int64(stream.integer(below: 200, for: UInt64(index), draw: 0))
      let length = Int64(stream.integer(below: 30, for: UInt64(index), draw: 1))
      var span = TraceSpan(
        "span", TraceSpan.Context(trace: 1, span: UInt64(index) + 1), on: .api,
        "api-\(index % 3)", from: .start + .seconds(start), to: .start + .seconds(start + length),
        rank: 0)
      span.order = UInt32(index)
      return span
    }
    spans.sort { ($0.start, $0.order) < ($1.start, $1.order) }
    let rows = TraceRows(spans)
    for left in spans.indices {
      for right in spans.indices where right > left && rows.threads[left] == rows.threads[right] {
        let (first, second) = (rows.spans[left], rows.spans[right])
        #expect(second.start >= first.end || second.end <= first.end, "seed \(seed)")
        #expect(first.node == second.node, "seed \(seed)")
      }
    }
    #expect(rows.names(of: .api).map(\.thread) == Array(1...rows.names(of: .api).count))
  }

  @Test("Rows are in the order of people: by cluster, then by number")
  func order() {
    let names = ["sessions-17", "sessions-9", "guilds-100", "sessions-9", "guilds-2", "x", "7"]
    let spans = names.enumerated().map { index, name in
      TraceSpan(
        "span", TraceSpan.Context(trace: 1, span: UInt64(index) + 1), on: .elixir, name,
        from: .start, to: .start + .seconds(Int64(index) + 1), rank: 0)
    }
    #expect(
      TraceRows(spans).names(of: .elixir).map(\.name) == [
        "7", "guilds-2", "guilds-100", "sessions-9", "sessions-9 (2)", "sessions-17", "x",
      ])
  }
}
