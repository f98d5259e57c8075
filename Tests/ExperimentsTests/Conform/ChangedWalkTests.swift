import Foundation
import Scenarios
import Testing

@testable import Experiments

/// Values of the recorded walk are changed; the judge must find those parts, and nothing else.
@Suite("Changed walks")
struct ChangedWalkTests {
  private static let name = "etcd_v2_semantics.json"

  /// A value that is changed, and where the judge must see it.
  private struct Change {
    let id: String
    var step = 0
    let part: String
    let path: [Recordings.Step]
    let change: (Any) -> Any?

    init(
      _ id: String, step: Int = 0, part: String, _ path: [Recordings.Step],
      _ change: @escaping (Any) -> Any?
    ) {
      self.id = id
      self.step = step
      self.part = part
      self.path = path
      self.change = change
    }
  }

  private func replacing(_ old: String, _ new: String) -> (Any) -> Any? {
    { value in (value as? String)?.replacingOccurrences(of: old, with: new) }
  }

  private func plusOne(_ value: Any) -> Any? { (value as? Int).map { $0 + 1 } }

  /// Judges the walk once, with all changes; of a case, only the first step that differs is told.
  private func expect(
    _ changes: [Change], _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    var walk = try Recordings.value(try Recordings.source(Self.name).text)
    for change in changes { walk = Recordings.changing(walk, change.path, change.change) }
    let report = try Recordings.report(try Recordings.text(walk), .etcd)
    #expect(Set(report.failures.map(\.id)) == Set(changes.map(\.id)), sourceLocation: location)
    #expect(report.failures.count == Set(changes.map(\.id)).count, sourceLocation: location)
    for change in changes {
      let failure = try #require(report.failures.first { $0.id == change.id })
      #expect(failure.step == change.step, "\(failure)", sourceLocation: location)
      guard case .object(let parts) = failure.expected else { continue }
      let wanted = changes.filter { $0.id == change.id }.map(\.part)
      #expect(
        Set(wanted).isSubset(of: parts.map(\.key)), "\(failure)", sourceLocation: location)
    }
  }

  @Test("A changed answer or event of a step is found there")
  func steps() throws {
    try expect([
      Change("steps", step: 2, part: "response.index", ["steps", 2, "response", "index"], plusOne)
    ])
    try expect([
      Change("steps", step: 16, part: "events", ["steps", 16, "events_seen_by_recursive_watcher"]) {
        _ in [] as [Any]
      }
    ])
  }

  @Test("A changed poll is found by its status, its header and its text behind the first comma")
  func polls() throws {
    let replay: [Recordings.Step] = [
      "wait_index_replay", "results_for_idx_minus1_idx_idx_plus1", 0,
    ]
    let removed = "watch_child_parent_recursively_deleted"
    let quiet = "stale_waitIndex_on_quiet_key"
    let silent = "refresh_event_via_waitIndex"
    try expect([
      Change("steps", step: 1, part: "response.node.ttl", ["steps", 1, "response", "node", "ttl"]) {
        ($0 as? Int).map { $0 + 3 }
      },
      Change("wait_index_replay", part: "status", replay + ["status"], plusOne),
      Change(
        "wait_index_replay", part: "x_etcd_index", replay + ["x_etcd_index"],
        replacing("1022", "1021")),
      Change(removed, part: "status", [.key(removed), 0, "status"], plusOne),
      Change(
        removed, part: "raw", [.key(removed), 0, "raw"],
        replacing("createdIndex\":1024}}", "createdIndex\":1023}}")),
      Change(quiet, part: "raw", [.key(quiet), 0, "raw"], replacing("outdated", "forged")),
      Change(silent, part: "exc", [.key(silent), 0, "exc"]) { _ in "ConnectionResetError" },
    ])
  }

  @Test("A changed error, expiry, crowd or limit of descriptors, and an end untold, are found")
  func figures() throws {
    let (history, error) = (
      "event_history_1000", ["event_history_1000", 1, "result"] as [Recordings.Step]
    )
    let event: [Recordings.Step] = ["ttl_lateness", "sample_event", 0]
    let reader = "slow_stream_reader"
    let limit =
      [
        ("watch_established_(headers_received)", 300), ("put_while_cap_reached", "status 200"),
        ("put_after_all_closed", "TimeoutError after 3.0s"),
        ("queued_watchers_served_after_5_closed", 4), ("connect_errors", 1),
      ] as [(String, Any)]
    try expect(
      [
        Change(
          history, step: 1, part: "result.cause", error + ["cause"], replacing("[1037/", "[1036/")),
        Change(
          history, step: 1, part: "result.message", error + ["message"],
          replacing("event", "change")),
        Change(history, step: 1, part: "result.index", error + ["index"]) { _ in 2_035 },
        Change("ttl_lateness sample_event", part: "action", event + ["action"]) { _ in "delete" },
        Change(
          "ttl_lateness sample_event", part: "prevNode.value", event + ["prevNode", "value"]
        ) { _ in "w" },
        Change("ttl_lateness figures", part: "max", ["ttl_lateness", "max"]) { _ in 0.4 },
        // The last one is behind all that are there.
        Change(
          "ttl_lateness expiry_instants_mod_500ms", step: 24, part: "instants",
          ["ttl_lateness", "expiry_instants_mod_500ms", 3]
        ) { _ in nil },
        Change("many_watchers", part: "notified", ["many_watchers", 0, "notified"]) { _ in 99 },
        Change(reader, part: "connection_end", [.key(reader), "connection_end"]) { _ in "closed" },
      ]
        + limit.map { part, forged in
          Change("fd_limit_400", part: part, ["fd_limit_400", .key(part)]) { _ in forged }
        })
    try expect([
      Change("many_watchers", step: 3, part: "last_ms", ["many_watchers", 3, "last_ms"]) { _ in
        1_000
      }
    ])
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
