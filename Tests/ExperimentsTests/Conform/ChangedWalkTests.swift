import Foundation
import Scenarios
import Testing

@testable import Experiments

/// One value of the recorded walk is changed; the judge must find that part, and only it.
@Suite("Changed walks")
struct ChangedWalkTests {
  private static let name = "etcd_v2_semantics.json"

  private func report(
    _ path: [Recordings.Step], _ change: (Any) -> Any?
  ) throws -> ConformanceReport {
    let walk = try Recordings.value(try Recordings.source(Self.name).text)
    let changed = Recordings.changing(walk, path, change)
    return try Recordings.report(try Recordings.text(changed), .etcd)
  }

  private func replacing(_ old: String, _ new: String) -> (Any) -> Any? {
    { value in (value as? String)?.replacingOccurrences(of: old, with: new) }
  }

  private func plusOne(_ value: Any) -> Any? { (value as? Int).map { $0 + 1 } }

  private func expect(
    _ id: String, step: Int = 0, part: String, _ path: [Recordings.Step],
    _ change: (Any) -> Any?, _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let report = try report(path, change)
    #expect(report.failures.map(\.id) == [id], sourceLocation: location)
    #expect(report.failures.map(\.step) == [step], sourceLocation: location)
    guard let failure = report.failures.first, case .object(let parts) = failure.expected else {
      return
    }
    #expect(parts.contains { $0.key == part }, "\(failure)", sourceLocation: location)
  }

  @Test("A changed answer or event of a step is found there")
  func steps() throws {
    try expect(
      "steps", step: 1, part: "response.node.ttl", ["steps", 1, "response", "node", "ttl"]
    ) { ($0 as? Int).map { $0 + 3 } }
    try expect(
      "steps", step: 2, part: "response.index", ["steps", 2, "response", "index"], plusOne)
    try expect(
      "steps", step: 16, part: "events", ["steps", 16, "events_seen_by_recursive_watcher"]
    ) { _ in [] as [Any] }
  }

  @Test("A changed poll is found by its status, its header and its text behind the first comma")
  func polls() throws {
    let replay: [Recordings.Step] = [
      "wait_index_replay", "results_for_idx_minus1_idx_idx_plus1", 0,
    ]
    try expect("wait_index_replay", part: "status", replay + ["status"], plusOne)
    try expect(
      "wait_index_replay", part: "x_etcd_index", replay + ["x_etcd_index"],
      replacing("1022", "1021"))
    let removed = "watch_child_parent_recursively_deleted"
    try expect(removed, part: "status", [.key(removed), 0, "status"], plusOne)
    try expect(
      removed, part: "raw", [.key(removed), 0, "raw"],
      replacing("createdIndex\":1024}}", "createdIndex\":1023}}"))
    let quiet = "stale_waitIndex_on_quiet_key"
    try expect(quiet, part: "raw", [.key(quiet), 0, "raw"], replacing("outdated", "forged"))
    let silent = "refresh_event_via_waitIndex"
    try expect(silent, part: "exc", [.key(silent), 0, "exc"]) { _ in "ConnectionResetError" }
  }

  @Test("A changed error of the history is found by its cause, its message and its index")
  func history() throws {
    let (id, path) = (
      "event_history_1000", ["event_history_1000", 1, "result"] as [Recordings.Step]
    )
    try expect(
      id, step: 1, part: "result.cause", path + ["cause"], replacing("[1037/", "[1036/"))
    try expect(
      id, step: 1, part: "result.message", path + ["message"], replacing("event", "change"))
    try expect(id, step: 1, part: "result.index", path + ["index"]) { _ in 2_035 }
  }

  @Test("A changed expiry, crowd or limit of descriptors is found")
  func figures() throws {
    let event: [Recordings.Step] = ["ttl_lateness", "sample_event", 0]
    try expect("ttl_lateness sample_event", part: "action", event + ["action"]) { _ in "delete" }
    try expect(
      "ttl_lateness sample_event", part: "prevNode.value", event + ["prevNode", "value"]
    ) { _ in "w" }
    try expect("ttl_lateness figures", part: "max", ["ttl_lateness", "max"]) { _ in 0.4 }
    try expect("many_watchers", step: 3, part: "last_ms", ["many_watchers", 3, "last_ms"]) { _ in
      1_000
    }
    try expect("many_watchers", part: "notified", ["many_watchers", 0, "notified"]) { _ in 99 }
    for (part, forged) in [
      ("watch_established_(headers_received)", 300), ("put_while_cap_reached", "status 200"),
      ("put_after_all_closed", "TimeoutError after 3.0s"),
      ("queued_watchers_served_after_5_closed", 4), ("connect_errors", 1),
    ] as [(String, Any)] {
      try expect("fd_limit_400", part: part, ["fd_limit_400", .key(part)]) { _ in forged }
    }
  }

  @Test("An end that a dropped reader was not told of, and an instant of no expiry, are found")
  func dropped() throws {
    let reader = "slow_stream_reader"
    try expect(reader, part: "connection_end", [.key(reader), "connection_end"]) { _ in "closed" }
    // The last one is behind all that are there.
    try expect(
      "ttl_lateness expiry_instants_mod_500ms", step: 24, part: "instants",
      ["ttl_lateness", "expiry_instants_mod_500ms", 3]
    ) { _ in nil }
  }

  @Test("Keys that an earlier walk left may expire, but no index jumps and falls back")
  func othersExpire() throws {
    let walk = try Recordings.value(try Recordings.source("etcd_v2_walk_repeated.json").text)
    let forged = Recordings.changing(walk, ["steps", 8, "response", "node", "modifiedIndex"]) {
      plusOne($0)
    }
    let other = try Recordings.report(try Recordings.text(forged), .etcd)
    #expect(other.failures.map(\.id) == ["steps"] && other.failures.map(\.step) == [8])
  }
}
