import Foundation
import Scenarios
import Testing

@testable import Experiments

/// What a recorder always writes is demanded, of its type, whether or not it is judged.
@Suite("Fields that recorders always write")
struct RecorderFieldsTests {
  private typealias Step = Recordings.Step

  /// Expects `value` to be refused when `path` becomes each of `forged`; nil drops it.
  private func isRefused(
    _ value: Any, _ kind: ConformanceKind, _ path: [Step], _ forged: [Any?],
    _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    guard case .key(let name)? = path.last else { return }
    for new in forged {
      let changed = try Recordings.text(Recordings.changing(value, path) { _ in new })
      do {
        let report = try Recordings.report(changed, kind)
        let told = new.map { "\($0)" } ?? "nothing"
        Issue.record(
          "\(path) as \(told): judged, \(report.failures.count) failures", sourceLocation: location)
      } catch let errors as ScenarioErrors {
        #expect(
          errors.errors.contains { $0.message.contains("'\(name)'") && $0.location != nil },
          "\(errors)", sourceLocation: location)
      }
    }
  }

  // MARK: etcd

  /// The first sequence with an operation of a kind that has a field, and the operation's path.
  private func operation(_ kind: String, with field: String) throws -> (value: Any, path: [Step]) {
    for line in try Recordings.lines("etcd_v2_sequences.jsonl") {
      let value = try Recordings.value(line)
      let operations = (value as? [String: Any])?["ops"] as? [[String: Any]] ?? []
      let step = operations.firstIndex { $0["op"] as? String == kind && $0[field] != nil }
      if let step { return (value, ["ops", .index(step)]) }
    }
    throw CocoaError(.featureUnsupported)
  }

  @Test("Of a read or a watch of etcd, whether it was recursive and how it watched")
  func reads() throws {
    for (kind, field, forged) in [
      ("get", "recursive", [nil, NSNull(), "true"]), ("watch", "recursive", [nil, NSNull()]),
      ("watch", "stream", [nil, NSNull(), 1]), ("watch", "waitIndex", [nil, "1"]),
    ] as [(String, String, [Any?])] {
      let (value, path) = try operation(kind, with: field)
      try isRefused(value, .etcd, path + [.key(field)], forged)
    }
  }

  @Test("What was sent to etcd is never null")
  func sent() throws {
    for (kind, field) in [
      ("put", "value"), ("put", "ttl"), ("put", "prevValue"), ("put", "prevExist"),
      ("put", "prevIndex"), ("put", "dir"), ("refresh", "ttl"), ("delete", "recursive"),
    ] {
      let (value, path) = try operation(kind, with: field)
      try isRefused(value, .etcd, path + [.key(field)], [NSNull(), [1]])
    }
    let (value, _) = try operation("get", with: "key")
    try isRefused(value, .etcd, ["repeat"], [[1]])
    try isRefused(value, .etcd, ["kind"], [nil, NSNull(), [[:] as [String: Any]]])
  }

  @Test("Of a walk, times, loads and names that are not judged")
  func walks() throws {
    let walk = try Recordings.value(try Recordings.source("etcd_v2_semantics.json").text)
    let replays: [Step] = ["wait_index_replay", "results_for_idx_minus1_idx_idx_plus1"]
    for path in [
      replays + [0], replays + [2], ["long_poll_empty_value_one_event", 0],
      ["refresh_event_via_waitIndex", 0],
    ] as [[Step]] {
      try isRefused(walk, .etcd, path + ["secs"], [nil, NSNull(), "no"])
    }
    try isRefused(walk, .etcd, replays + [2, "exc"], [NSNull()])
    for name in ["setup_s", "put_response_ms", "etcd_cpu_s_for_event"] {
      try isRefused(walk, .etcd, ["many_watchers", 0, .key(name)], [nil, NSNull(), "no"])
    }
    try isRefused(walk, .etcd, ["many_watchers", 0, "etcd_fds"], [nil, "no"])
    try isRefused(
      walk, .etcd, ["many_watchers", 0, "etcd_rss_mb_before_after"],
      [nil, NSNull(), [1], [1, "no"]])
    for name in ["connection_end", "value_bytes", "secs", "event_after_drain"] {
      try isRefused(
        walk, .etcd, ["slow_stream_reader", .key(name)], [nil, NSNull(), [1]])
    }
    try isRefused(walk, .etcd, ["slow_stream_reader", "value_bytes"], ["many"])
    try isRefused(walk, .etcd, ["listing_with_empty_value", "headers"], [nil, NSNull(), "x"])
    try isRefused(
      walk, .etcd, ["ttl_lateness", "samples_ttl_and_lateness_s"], [[["x", 0.2]]])
    // A recorder that was not told which process is etcd has no figures of it.
    let unknown = Recordings.changing(walk, ["many_watchers", 0, "etcd_fds"]) { _ in NSNull() }
    let blind = Recordings.changing(
      unknown, ["many_watchers", 0, "etcd_rss_mb_before_after"]
    ) { _ in [NSNull(), NSNull()] }
    #expect(try Recordings.report(try Recordings.text(blind), .etcd).holds)
  }

  // MARK: Supervisors

  @Test("Of a supervision tree, its kind, its poison and how its runs agreed")
  func trees() throws {
    let tree = try Recordings.value(try Recordings.lines("otp_supervisor.jsonl")[0])
    let object: Any = [[:] as [String: Any]]
    try isRefused(tree, .supervisor, ["kind"], [nil, NSNull(), object])
    try isRefused(tree, .supervisor, ["poison"], [nil])
    for name in ["deterministic", "agree", "phase_sensitive", "outcomes_over_random_phases"] {
      try isRefused(tree, .supervisor, [.key(name)], [nil, NSNull(), object])
    }
    try isRefused(tree, .supervisor, ["agree"], ["5", "6/5", "0/5", "x/5", "5/5/5", "+5/5", "/5"])
    // Whoever runs each case once tells nothing of it.
    var once = try #require(tree as? [String: Any])
    for name in ["deterministic", "agree", "phase_sensitive", "outcomes_over_random_phases"] {
      once[name] = nil
    }
    #expect(try Recordings.report(try Recordings.text(once), .supervisor).cases == 1)
  }

  @Test("No case is switched off against what its runs did")
  func contradictions() throws {
    let tree = try Recordings.value(try Recordings.lines("otp_supervisor.jsonl")[0])
    for (path, forged) in [("deterministic", false), ("agree", "4/5")] as [(String, Any)] {
      let changed = Recordings.changing(tree, [.key(path)]) { _ in forged }
      #expect {
        _ = try Recordings.report(try Recordings.text(changed), .supervisor)
      } throws: { error in
        let message = (error as? ScenarioErrors)?.errors.first?.message
        return message?.contains("runs came out alike, and 'deterministic' is") == true
      }
    }
    let both = Recordings.changing(tree, ["agree"]) { _ in "4/5" }
    let skipped = Recordings.changing(both, ["deterministic"]) { _ in false }
    #expect(try Recordings.report(try Recordings.text(skipped), .supervisor).skipped == 1)
  }

  // MARK: Truncated PUTs

  private func section(_ name: String) throws -> [[String: Any]] {
    let text = try Recordings.source("etcd_truncated_put.json").text
    return try #require((try Recordings.value(text) as? [String: Any])?[name] as? [[String: Any]])
  }

  @Test("Of a cut PUT, a case that is known, its query and the only value before it")
  func cutRequests() throws {
    let records = try section("etcd")
    let before = try #require(records.first { $0["preexisting_value"] is String })
    func expect(_ name: String, _ forged: Any?, _ message: String) throws {
      let changed = Recordings.changing([before], [0, .key(name)]) { _ in forged }
      #expect {
        _ = try Recordings.report(try Recordings.text(changed), .truncatedPut)
      } throws: { error in
        (error as? ScenarioErrors)?.errors.contains { $0.message.contains(message) } == true
      }
    }
    try expect("preexisting_value", "value=NEW&ttl=60", "'preexisting_value' is")
    for name in ["x", "expect_100_normal", "", "my_viii_query_normal"] {
      try expect("case", name, "there is no case '\(name)'")
    }
    try expect("query", NSNull(), "the field 'query' is missing")
    try expect("query", nil, "the field 'query' is missing")
  }

  @Test("No case of a cut PUT is there twice")
  func twice() throws {
    for name in [
      "etcd", "middlebox_between_python_http_client_and_etcd", "go_net_http_handlers",
    ] {
      let records = try section(name)
      let text = try Recordings.text([name: [records[0], records[1], records[0]]])
      #expect {
        _ = try Recordings.report(text, .truncatedPut)
      } throws: { error in
        let errors = (error as? ScenarioErrors)?.errors ?? []
        return errors.count == 1 && errors[0].message.hasSuffix("is in line 1 already")
      }
    }
  }
}
