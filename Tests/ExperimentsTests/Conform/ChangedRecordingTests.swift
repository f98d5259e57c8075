import Foundation
import Scenarios
import Testing

@testable import Experiments

/// One recorded value is changed; the judge must name exactly that case and step, and that value.
@Suite("Changed recordings")
struct ChangedRecordingTests {
  private typealias Step = Recordings.Step

  private func expectFailure(
    _ name: String, _ kind: ConformanceKind, _ number: Int, step: Int, part: String,
    _ path: [Step], _ change: (Any) -> Any?, _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    var lines = Array(try Recordings.lines(name).prefix(number + 2))
    let value = try Recordings.value(lines[number])
    lines[number] = try Recordings.text(Recordings.changing(value, path, change))
    let report = try Recordings.report(lines.joined(separator: "\n"), kind)
    let id = (value as? [String: Any])?["id"] as? String
    #expect(
      report.cases == lines.count && report.passed == lines.count - 1, sourceLocation: location)
    #expect(report.failures.map(\.id) == [id], sourceLocation: location)
    #expect(report.failures.map(\.step) == [step], sourceLocation: location)
    guard let failure = report.failures.first, case .object(let parts) = failure.expected else {
      return
    }
    #expect(parts.contains { $0.key == part }, "\(failure)", sourceLocation: location)
    #expect(failure.expected != failure.got, sourceLocation: location)
  }

  private func plusOne(_ value: Any) -> Any? { (value as? Int).map { $0 + 1 } }

  // MARK: etcd

  /// Number and steps of the first sequence with an operation that passes.
  private func place(
    where isWanted: ([String: Any]) -> Bool
  ) throws -> (number: Int, step: Int) {
    for (number, line) in try Recordings.lines("etcd_v2_sequences.jsonl").enumerated() {
      let sequence = try Recordings.value(line) as? [String: Any]
      let operations = sequence?["ops"] as? [[String: Any]] ?? []
      if let step = operations.firstIndex(where: isWanted) { return (number, step) }
    }
    throw CocoaError(.featureUnsupported)
  }

  private func expectAnswer(
    _ part: String, _ path: [Step], where isWanted: ([String: Any]) -> Bool,
    _ change: (Any) -> Any?, _ location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let (number, step) = try place { operation in
      (operation["response"] as? [String: Any]).map(isWanted) ?? false
    }
    try expectFailure(
      "etcd_v2_sequences.jsonl", .etcd, number, step: step, part: part,
      ["ops", .index(step), "response"] + path, change, location)
  }

  @Test("A changed answer of etcd is found at its operation")
  func answers() throws {
    try expectAnswer("errorCode", ["errorCode"], where: { $0["errorCode"] as? Int == 105 }) { _ in
      101
    }
    try expectAnswer("index", ["index"], where: { $0["index"] is Int }, plusOne)
    try expectAnswer(
      "x_etcd_index", ["x_etcd_index"], where: { $0["errorCode"] as? Int == 105 }, plusOne)
    try expectAnswer("status", ["status"], where: { $0["status"] as? Int == 201 }) { _ in 200 }
    try expectAnswer("action", ["action"], where: { $0["action"] as? String == "create" }) { _ in
      "set"
    }
    try expectAnswer("message", ["message"], where: { $0["message"] != nil }) { _ in "Other" }
    try expectAnswer("cause", ["cause"], where: { $0["cause"] != nil }) { _ in "/elsewhere" }
    for part in ["modifiedIndex", "createdIndex"] {
      try expectAnswer("node.\(part)", ["node", .key(part)], where: { $0["node"] != nil }, plusOne)
    }
    try expectAnswer(
      "node.has_expiration", ["node", "has_expiration"], where: { $0["node"] != nil }
    ) { !($0 as? Bool ?? false) }
    try expectAnswer("prevNode", ["prevNode"], where: { $0["prevNode"] != nil }) { _ in nil }
    let hasTTL = { (answer: [String: Any]) in (answer["node"] as? [String: Any])?["ttl"] != nil }
    try expectAnswer("node.ttl", ["node", "ttl"], where: hasTTL) { ($0 as? Int).map { $0 + 2 } }
    let isListing = { (answer: [String: Any]) in
      ((answer["node"] as? [String: Any])?["nodes"] as? [Any])?.count ?? 0 > 1
    }
    try expectAnswer("node.nodes", ["node", "nodes", 0], where: isListing) { _ in nil }
  }

  @Test("A TTL that is one second off is within the tolerance")
  func toleratesRounding() throws {
    let (number, step) = try place { operation in
      ((operation["response"] as? [String: Any])?["node"] as? [String: Any])?["ttl"] as? Int ?? 0
        > 1
    }
    let line = try Recordings.lines("etcd_v2_sequences.jsonl")[number]
    for change in [-1, 1] {
      let changed = Recordings.changing(
        try Recordings.value(line), ["ops", .index(step), "response", "node", "ttl"]
      ) { ($0 as? Int).map { $0 + change } }
      #expect(try Recordings.report(try Recordings.text(changed), .etcd).holds)
    }
  }

  @Test("A changed event, a missing one and a watch that ended otherwise are found at the watch")
  func events() throws {
    let (number, step) = try place { $0["op"] as? String == "watch" && $0["id"] as? Int == 0 }
    let line = try Recordings.lines("etcd_v2_sequences.jsonl")[number]
    let sequence = try Recordings.value(line) as? [String: Any]
    let watch = try #require((sequence?["watches"] as? [[String: Any]])?.first)
    #expect((watch["events"] as? [Any])?.count ?? 0 > 1)
    let file = "etcd_v2_sequences.jsonl"
    let events: [Step] = ["watches", 0, "events"]
    try expectFailure(
      file, .etcd, number, step: step, part: "events[1].action", events + [1, "action"]
    ) { _ in "expire" }
    try expectFailure(
      file, .etcd, number, step: step, part: "events[0].node.modifiedIndex",
      events + [0, "node", "modifiedIndex"], plusOne)
    try expectFailure(
      file, .etcd, number, step: step, part: "events", ["watches", 0, "events"]
    ) { ($0 as? [Any]).map { Array($0.dropLast()) } }
    try expectFailure(
      file, .etcd, number, step: step, part: "completed", ["watches", 0, "completed"]
    ) { !($0 as? Bool ?? false) }
  }

  @Test("A changed index at the end is found behind the last operation")
  func finalIndex() throws {
    let line = try Recordings.lines("etcd_v2_sequences.jsonl")[3]
    let sequence = try Recordings.value(line) as? [String: Any]
    let count = try #require((sequence?["ops"] as? [Any])?.count)
    try expectFailure(
      "etcd_v2_sequences.jsonl", .etcd, 3, step: count, part: "final_index", ["final_index"],
      plusOne)
  }

  // MARK: Supervisors

  /// The first case that stops its node.
  private func stoppingCase() throws -> (number: Int, crashes: Int) {
    for (number, line) in try Recordings.lines("otp_supervisor.jsonl").enumerated() {
      let script = try Recordings.value(line) as? [String: Any]
      let outcome = script?["outcome"] as? [String: Any]
      if outcome?["node_stops"] as? Bool == true {
        return (number, (script?["crashes"] as? [Any])?.count ?? 0)
      }
    }
    throw CocoaError(.featureUnsupported)
  }

  @Test("A changed restart is found at its exit, what became of the tree behind the last one")
  func supervisors() throws {
    let (number, end) = try stoppingCase()
    let file = "otp_supervisor.jsonl"
    func expect(_ step: Int, _ part: String, _ path: [Step], _ change: (Any) -> Any?) throws {
      try expectFailure(
        file, .supervisor, number, step: step, part: part, ["outcome"] + path, change)
    }
    func later(_ value: Any) -> Any? { (value as? Int).map { $0 + 16 } }
    try expect(0, "restart_ms", ["crashes", 0, "restart_ms"], later)
    try expect(0, "restarted", ["crashes", 0, "restarted"]) { _ in false }
    try expect(1, "hit", ["crashes", 1, "hit"]) { _ in false }
    try expect(1, "workers_started_after", ["crashes", 1, "workers_started_after"]) { _ in [] }
    try expect(end - 1, "observed", ["crashes", .index(end - 1)]) { _ in nil }
    try expect(end, "node_stops", ["node_stops"]) { _ in false }
    try expect(end, "node_stop_ms", ["node_stop_ms"], later)
    try expect(end, "node_stop_reason", ["node_stop_reason"]) { _ in "killed" }
    try expect(end, "give_ups[0].t_ms", ["give_ups", 0, "t_ms"], later)
    try expect(end, "give_ups", ["give_ups", 0, "reason"]) { _ in "failed_to_start" }
    try expect(end, "worker_starts", ["worker_starts", 0], plusOne)
    try expect(end, "worker_start_failures", ["worker_start_failures", 0], plusOne)
    try expect(end, "supervisor_starts", ["supervisor_starts", 0], plusOne)
    try expect(end, "alive_at_end", ["alive_at_end"]) { _ in [0] }
    try expect(end, "poison_crashes", ["poison_crashes"], plusOne)
  }

  @Test("Times of supervisors may be 15 ms off, as the recordings' rules say")
  func toleratesScheduling() throws {
    let (number, _) = try stoppingCase()
    let line = try Recordings.lines("otp_supervisor.jsonl")[number]
    for change in [-15, 15] {
      let changed = Recordings.changing(
        try Recordings.value(line), ["outcome", "node_stop_ms"]
      ) { ($0 as? Int).map { $0 + change } }
      #expect(try Recordings.report(try Recordings.text(changed), .supervisor).holds)
    }
  }

  // MARK: Truncated PUTs

  @Test("A changed answer or stored value of a cut PUT is found in every direct case")
  func truncatedPuts() throws {
    let source = try Recordings.source("etcd_truncated_put.json")
    let records = try #require(
      ((try Recordings.value(source.text)) as? [String: Any])?["etcd"] as? [[String: Any]])
    let direct = records.filter { $0["server"] as? String == "etcd-3.4.23" }
    var changes = 0
    for record in direct {
      let steps = (record["steps"] as? [[Any]])?.map { $0.first as? String } ?? []
      for (path, part, step, forged) in [
        (["response", "status"], "response.status", steps.lastIndex(of: "recv"), 418),
        (["stored", "written"], "stored.written", steps.count, false),
        (["stored", "value"], "stored.value", steps.count, "forged"),
        (["response_end"], "response_end", steps.lastIndex(of: "recv"), "reset"),
        (["counts"], "counts", steps.count, ["full": 6, "empty": 6]),
      ] as [([Step], String, Int?, Any)] {
        var isChanged = false
        let changed = Recordings.changing(record, path) { old in
          guard !(old is NSNull), (old as? Bool) != false else { return old }
          isChanged = true
          return forged
        }
        guard isChanged else { continue }
        changes += 1
        let report = try Recordings.report(try Recordings.text([changed]), .truncatedPut)
        #expect(report.failures.count == 1)
        guard let failure = report.failures.first else { continue }
        // Of a counted case the recorder keeps no steps.
        if part != "counts" { #expect(failure.step == step) }
        #expect(failure.id.contains(record["case"] as? String ?? "?"))
        if case .object(let parts) = failure.expected { #expect(parts.contains { $0.key == part }) }
      }
    }
    #expect(changes > 300)
  }

  @Test("What a race allows must fit together")
  func races() throws {
    let source = try Recordings.source("etcd_truncated_put.json")
    let records = try #require(
      ((try Recordings.value(source.text)) as? [String: Any])?["etcd"] as? [[String: Any]])
    let absent: [String: Any] = ["written": false, "errorCode": 100]
    func holds(_ server: String, _ name: String, _ changes: [String: Any]) throws -> [Bool] {
      try records.filter { record in
        (record["server"] as? String)?.hasSuffix(server) == true
          && record["case"] as? String == name
      }.map { record in
        let changed = record.merging(changes) { $1 }
        return try Recordings.report(try Recordings.text([changed]), .truncatedPut).holds
      }
    }
    let (fin, reset) = ("ix_single_send_then_fin", "ix_single_send_then_rst_immediate")
    let lost: [String: Any] = ["response": NSNull()]
    // A gateway has passed the request on; only the answer may be lost.
    #expect(try holds("gateway", fin, ["stored": absent]) == [false, false, false, false])
    #expect(try holds("gateway", reset, ["stored": absent]) == [false, false, false, false])
    #expect(try holds("gateway", fin, lost) == [true, true, true, true])
    let empty: [String: Any] = ["status": 200, "connection_close": false, "body": ""]
    #expect(
      try holds("gateway", fin, ["response": empty]) == [false, false, false, false])
    // The proxy may have cancelled it, but says something.
    #expect(try holds("proxy", fin, ["response": empty, "stored": absent]).allSatisfy { $0 })
    #expect(try holds("proxy", fin, lost) == [false, false, false, false])
    #expect(try holds("proxy", reset, ["stored": absent]) == [true, true, true, true])
  }

  @Test("A change to a middlebox, a Go handler or Python's client is found")
  func others() throws {
    let text = try Recordings.source("etcd_truncated_put.json").text
    let all = try Recordings.value(text)
    for (path, part, forged) in [
      (
        ["middlebox_between_python_http_client_and_etcd", 0, "client_outcome"], "client_outcome",
        "status 200"
      ),
      (
        ["middlebox_between_python_http_client_and_etcd", 0, "stored"], "stored",
        ["value": "x", "ttl": 60] as [String: Any]
      ),
      (["go_net_http_handlers", 0, "status"], "status", 201),
      (["go_net_http_handlers", 0, "handler_saw", "err1"], "handler_saw.err1", "EOF"),
      (["go_net_http_handlers", 0, "handler_saw", "rejected"], "handler_saw.rejected", false),
      (["python_http_client", "send_calls", 0, "sendall_sizes"], "sendall_sizes", [195]),
      (["python_http_client", "exceptions", 1, "exception"], "exception", "builtins.OSError"),
    ] as [([Step], String, Any)] {
      let changed = Recordings.changing(all, path) { _ in forged }
      let report = try Recordings.report(try Recordings.text(changed), .truncatedPut)
      #expect(report.passed == report.cases - 1)
      #expect(report.failures.count == 1 && report.failures.first?.step == 0)
      if case .object(let parts)? = report.failures.first?.expected {
        #expect(parts.map(\.key) == [part])
      }
    }
  }
}
