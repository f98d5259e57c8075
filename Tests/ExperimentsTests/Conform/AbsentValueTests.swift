import Foundation
import Scenarios
import Testing

@testable import Experiments

/// A measured value becomes null, or goes: the one is compared as absent, the other refused.
@Suite("Recordings without a value")
struct AbsentValueTests {
  private typealias Step = Recordings.Step

  private func differs(
    _ value: Any, _ kind: ConformanceKind, _ path: [Step], part: String,
    _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let changed = Recordings.changing(value, path) { _ in NSNull() }
    let report = try Recordings.report(try Recordings.text(changed), kind)
    let isTold = report.failures.contains { failure in
      guard case .object(let parts) = failure.expected else { return false }
      return parts.contains { $0.key == part && $0.value == .null }
    }
    #expect(isTold, "\(report.failures)", sourceLocation: location)
  }

  private func isRefused(
    _ value: Any, _ kind: ConformanceKind, _ path: [Step], to new: Any? = nil, _ message: String,
    _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let changed = try Recordings.text(Recordings.changing(value, path) { _ in new })
    do {
      _ = try Recordings.report(changed, kind)
      Issue.record("judged without \(path)", sourceLocation: location)
    } catch let errors as ScenarioErrors {
      #expect(
        errors.errors.contains { $0.message.contains(message) && $0.location != nil }, "\(errors)",
        sourceLocation: location)
    }
  }

  private func isDropped(
    _ value: Any, _ kind: ConformanceKind, _ path: [Step], _ name: String,
    _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    try isRefused(
      value, kind, path + [.key(name)], "the field '\(name)' is missing", location)
  }

  // MARK: etcd

  @Test("Of an answer of etcd, its header, its cause and whether a node has an expiration")
  func answers() throws {
    let sequences = try Recordings.lines("etcd_v2_sequences.jsonl").map(Recordings.value)
    func place(
      where isWanted: ([String: Any]) -> Bool
    ) throws -> (sequence: Any, path: [Step]) {
      for sequence in sequences {
        let operations = (sequence as? [String: Any])?["ops"] as? [[String: Any]] ?? []
        if let step = operations.firstIndex(where: { operation in
          (operation["response"] as? [String: Any]).map(isWanted) ?? false
        }) {
          return (sequence, ["ops", .index(step), "response"])
        }
      }
      throw CocoaError(.featureUnsupported)
    }
    let failed = try place { $0["errorCode"] as? Int == 100 }
    for name in ["x_etcd_index", "cause", "index"] {
      try differs(failed.sequence, .etcd, failed.path + [.key(name)], part: name)
      try isDropped(failed.sequence, .etcd, failed.path, name)
    }
    let done = try place { $0["prevNode"] != nil }
    try differs(done.sequence, .etcd, done.path + ["x_etcd_index"], part: "x_etcd_index")
    try differs(done.sequence, .etcd, done.path + ["prevNode"], part: "prevNode")
    for node in ["node", "prevNode"] as [Step] {
      try isDropped(done.sequence, .etcd, done.path + [node], "has_expiration")
      try isRefused(
        done.sequence, .etcd, done.path + [node, "has_expiration"], to: NSNull(), "is missing")
    }
    try isRefused(done.sequence, .etcd, ["ops"], to: [] as [Any], "'ops' is empty")
  }

  @Test("Of a walk, lists of what was measured, and their order in time")
  func walks() throws {
    let walk = try Recordings.value(try Recordings.source("etcd_v2_semantics.json").text)
    for path in [
      ["steps"], ["many_watchers"], ["ttl_poll_transitions"], ["event_history_1000"],
      ["stream_with_waitIndex"], ["wait_index_replay", "results_for_idx_minus1_idx_idx_plus1"],
      ["ttl_lateness", "sample_event"], ["ttl_lateness", "samples_ttl_and_lateness_s"],
      ["ttl_lateness", "expiry_instants_mod_500ms"],
    ] as [[Step]] {
      try isRefused(walk, .etcd, path, to: [] as [Any], "is empty: nothing was recorded")
    }
    try isRefused(walk, .etcd, ["fd_limit_400"], to: NSNull(), "'fd_limit_400' is null")
    try isDropped(walk, .etcd, ["ttl_lateness"], "expiry_instants_mod_500ms")
    try isRefused(
      walk, .etcd, ["ttl_poll_transitions", 0, 0], to: 99.5, "'ttl_poll_transitions' runs backwards"
    )
  }

  // MARK: Supervisors

  @Test("Of the end of a tree, its time and its reason")
  func supervisors() throws {
    let cases = try Recordings.lines("otp_supervisor.jsonl").map(Recordings.value)
    let stopping = try #require(
      cases.first { value in
        ((value as? [String: Any])?["outcome"] as? [String: Any])?["node_stops"] as? Bool == true
      })
    for name in ["node_stop_reason", "node_stop_ms"] {
      try isDropped(stopping, .supervisor, ["outcome"], name)
      try differs(stopping, .supervisor, ["outcome", .key(name)], part: name)
    }
    try isDropped(stopping, .supervisor, ["outcome", "crashes", 0], "restart_ms")
  }

  // MARK: Truncated PUTs

  private func section(_ name: String) throws -> [[String: Any]] {
    let text = try Recordings.source("etcd_truncated_put.json").text
    return try #require((try Recordings.value(text) as? [String: Any])?[name] as? [[String: Any]])
  }

  @Test("Of a cut PUT, what a later read found")
  func stored() throws {
    let records = try section("etcd").filter { $0["counts"] == nil }
    let direct = records.filter { $0["server"] as? String == "etcd-3.4.23" }
    func first(_ isWanted: ([String: Any]) -> Bool) throws -> [Any] {
      [try #require(direct.first { ($0["stored"] as? [String: Any]).map(isWanted) ?? false })]
    }
    let (written, absent, replaced) = (
      try first { $0["written"] as? Bool == true }, try first { $0["written"] as? Bool == false },
      try first { $0["preexisting_overwritten"] != nil }
    )
    for (record, names) in [
      (written, ["value", "value_field_present", "createdIndex_eq_modifiedIndex"]),
      (absent, ["errorCode"]), (replaced, ["preexisting_overwritten"]),
    ] {
      for name in names {
        try isDropped(record, .truncatedPut, [0, "stored"], name)
        try differs(record, .truncatedPut, [0, "stored", .key(name)], part: "stored.\(name)")
      }
    }
    try isRefused(written, .truncatedPut, [0, "steps"], to: [] as [Any], "'steps' is empty")
    for server in [
      "etcd", "etcd-3.4.23-h3-proxy", "nginx", "etcd-", "etcd-.", "etcd-3..4", "etcd-3.",
      "etcd-3.4.23-v2-proxy-proxy",
    ] {
      try isRefused(
        written, .truncatedPut, [0, "server"], to: server, "there is no server '\(server)'")
    }
  }

  @Test("Of a Go handler, all that its kind says")
  func goHandlers() throws {
    let records = try section("go_net_http_handlers")
    var seen = 0
    for record in records {
      guard let said = record["handler_saw"] as? [String: Any] else { continue }
      // A handler that refused and one that did not say different things.
      let names = said.keys.filter { said["rejected"] == nil || $0 != "rejected" }
      for name in names where record["end"] as? String == "fin" {
        try isDropped([record], .truncatedPut, [0, "handler_saw"], name)
        seen += 1
        guard !(said[name] is NSNull) else { continue }
        try differs(
          [record], .truncatedPut, [0, "handler_saw", .key(name)], part: "handler_saw.\(name)")
      }
    }
    #expect(seen > 30)
    try differs([records[0]], .truncatedPut, [0, "handler_saw"], part: "handler_saw")
    for server in ["go", "go go", "go go.", "go go1.19.8 fasthttp"] {
      try isRefused(
        [records[0]], .truncatedPut, [0, "server"], to: server, "there is no server '\(server)'")
    }
  }

  @Test("Of Python's client, both its send calls and its exceptions")
  func python() throws {
    let text = try Recordings.source("etcd_truncated_put.json").text
    let all = try #require(try Recordings.value(text) as? [String: Any])
    let client = try #require(all["python_http_client"] as? [String: Any])
    for value in [client, ["python_http_client": client]] as [[String: Any]] {
      #expect(try Recordings.report(try Recordings.text(value), .truncatedPut).holds)
      let path: [Step] = value["python"] == nil ? ["python_http_client"] : []
      for name in ["send_calls", "exceptions"] {
        try isDropped(value, .truncatedPut, path, name)
        try isRefused(
          value, .truncatedPut, path + [.key(name)], to: [] as [Any], "'\(name)' is empty")
      }
      for name in ["message", "stage"] {
        try isDropped(value, .truncatedPut, path + ["exceptions", 1], name)
        try differs(value, .truncatedPut, path + ["exceptions", 1, .key(name)], part: name)
      }
      try isDropped(value, .truncatedPut, path + ["exceptions", 1], "exception")
    }
    for name in all.keys where name != "description" {
      try isRefused(all, .truncatedPut, [.key(name)], to: NSNull(), "'\(name)' is null")
    }
  }

  // MARK: Names

  @Test("A case id that was there already is refused with both lines")
  func repeatedIDs() throws {
    for (name, kind) in [
      ("etcd_v2_sequences.jsonl", ConformanceKind.etcd), ("otp_supervisor.jsonl", .supervisor),
    ] {
      let lines = try Recordings.lines(name).prefix(2)
      let text = (lines + [lines[0]]).joined(separator: "\n")
      do {
        _ = try Recordings.report(text, kind)
        Issue.record("a repeated id was judged")
      } catch let errors as ScenarioErrors {
        let error = try #require(errors.errors.first)
        #expect(errors.count == 1 && error.message.hasSuffix("is in line 1 already"), "\(errors)")
        #expect(try #require(error.location).description.hasPrefix("r:3:"))
        #expect(try #require(error.notes.first?.location).description.hasPrefix("r:1:"))
      }
    }
  }
}
