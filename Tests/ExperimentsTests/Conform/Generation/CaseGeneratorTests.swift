import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Generated cases")
struct CaseGeneratorTests {
  private static func cases(_ kind: GeneratedCases, seed: UInt64, _ count: Int) throws
    -> [DocumentValue]
  {
    try (0..<count).map { number in
      try ScenarioDocument(name: "case \(number)", text: kind.line(seed: seed, number: number)).root
    }
  }

  @Test(
    "The same seed gives the same bytes, another seed others", arguments: GeneratedCases.allCases)
  func isRepeatable(kind: GeneratedCases) {
    let lines = (0..<40).map { kind.line(seed: 7, number: $0) }
    #expect(lines == (0..<40).map { kind.line(seed: 7, number: $0) })
    #expect(Set(lines).count == 40)
    #expect(kind.line(seed: 8, number: 3) != lines[3])
    // A case by itself is the one of the whole run.
    #expect(kind.line(seed: 7, number: 39) == lines[39])
    #expect(!lines.contains { $0.contains("\n") })
  }

  @Test("The bytes are those of the version that wrote this test: a seed in a report stays good")
  func bytesAreStable() {
    var digest = Digest()
    for kind in GeneratedCases.allCases {
      for number in 0..<60 {
        for byte in kind.line(seed: 1, number: number).utf8 { digest.combine(UInt64(byte)) }
      }
    }
    #expect("\(digest)" == "260cf5437d32de56")
  }

  /// A recording as a server that always answers the same would leave it.
  private func recording(of made: DocumentValue) throws -> EtcdSequence {
    var operations: [JSONValue] = []
    var watches: [JSONValue] = []
    for (place, operation) in (made["ops"]?.elements ?? []).enumerated() {
      guard case .object(var members) = JSONValue(operation) else { continue }
      members.append(("t_ms", .integer(Int64(place))))
      switch operation["op"]?.string {
      case "watch":
        let id = try #require(members.first { $0.key == "id" }?.value)
        watches.append(["id": id, "completed": false, "events": []])
      case "sleep_until": break
      case "request": members.append(("response", ["status": 200, "x_etcd_index": 0]))
      default:
        members.append(
          (
            "response",
            [
              "status": 404, "errorCode": 100, "message": "", "cause": "", "index": 0,
              "x_etcd_index": 0,
            ]
          ))
      }
      operations.append(.object(members))
    }
    let line: JSONValue = .object([
      "id": "x", "kind": "x", "ops": .array(operations), "watches": .array(watches),
      "final_index": 0,
    ])
    let text = SourceText(name: "x", bytes: Array(JSONWriter.compact(line).utf8))
    return try #require(try EtcdRecording(reading: text).sequences.first)
  }

  @Test("Every etcd case is a recording but for the answers")
  func etcdCasesAreValid() throws {
    for seed in [1, 2] as [UInt64] {
      for made in try Self.cases(.etcd, seed: seed, 150) {
        let count = made["ops"]?.elements?.count
        #expect(try recording(of: made).operations.count == count, "seed \(seed)")
      }
    }
  }

  @Test("Nothing but a watch waits, and keys expire only where operations pause")
  func etcdCasesEnd() throws {
    for made in try Self.cases(.etcd, seed: 5, 200) {
      var pause: Int64 = 0
      let isTimed = made["kind"]?.string == "ttl"
      for operation in try recording(of: made).operations {
        if let until = operation.until { pause = until }
        if let target = operation.request?.target, operation.request?.method == "GET" {
          for wait in ["true", "1", "T", "TRUE"] {
            #expect(!(target + "&").contains("wait=\(wait)&"), "\(target)")
          }
        }
        guard let ttl = operation.ttl.flatMap({ Int64($0) }), ttl < 100 else { continue }
        #expect(isTimed)
        // A burst takes less than 300 ms, and a sweep comes within 500.
        let starts: [Int64] = [0, 2_050, 4_400]
        let due = pause + ttl * 1_000
        #expect(pause < 4_400)
        #expect(starts.allSatisfy { $0 <= due || $0 > due + 800 || due == pause && $0 == pause })
        #expect(starts.allSatisfy { $0 < due || $0 > due + 800 || $0 == pause })
      }
    }
  }

  @Test("No request writes beside the directory that is cleared after a case")
  func etcdCasesStayInTheirDirectory() throws {
    for made in try Self.cases(.etcd, seed: 6, 300) {
      for operation in try recording(of: made).operations {
        let path = operation.request?.target.prefix { $0 != "?" } ?? operation.key[...]
        // Not below it: the root, which takes keys in order only, or refused or sent elsewhere.
        let isHarmless = ["/s", "", "/", "s", "/../s"].contains(path)
        #expect(isHarmless || path.hasPrefix("/s/"), "\(path)")
      }
    }
  }

  @Test("All kinds of operations, requests and trees come up")
  func isVaried() throws {
    var words: Set<String> = []
    for made in try Self.cases(.etcd, seed: 3, 200) {
      words.insert(made["kind"]?.string ?? "")
      for operation in made["ops"]?.elements ?? [] {
        for member in operation.members ?? [] { words.insert(member.key) }
        words.insert(operation["op"]?.string ?? "")
        words.insert(operation["method"]?.string ?? "")
      }
    }
    for made in try Self.cases(.supervisor, seed: 3, 200) {
      for name in ["kind", "application"] { words.insert(made[name]?.string ?? "") }
      for level in made["levels"]?.elements ?? [] { words.insert(level["strategy"]?.string ?? "") }
      for worker in made["workers"]?.elements ?? [] {
        words.insert(worker["restart"]?.string ?? "")
      }
      for crash in made["crashes"]?.elements ?? [] { words.insert(crash["reason"]?.string ?? "") }
      words.insert(made["poison"]?["mode"]?.string ?? "")
    }
    let expected = [
      "plain", "requests", "ttl", "history", "put", "get", "delete", "refresh", "watch", "request",
      "sleep_until", "prevValue", "prevIndex", "prevExist", "recursive", "stream", "waitIndex",
      "dir",
      "PUT", "GET", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS", "fields", "one_for_one",
      "one_for_all", "rest_for_one", "permanent", "transient", "temporary", "crash", "normal",
      "shutdown", "init_fail", "crash_after", "single", "period_boundary", "levels", "siblings",
      "application",
    ]
    #expect(expected.filter { !words.contains($0) } == [])
  }

  @Test("Every supervision case can be played, and its ends keep their distance from whole seconds")
  func supervisorCasesAreValid() throws {
    for made in try Self.cases(.supervisor, seed: 4, 300) {
      guard case .object(var members) = JSONValue(made) else { continue }
      let levels = Int64(made["levels"]?.elements?.count ?? 0)
      let workers = Int64(made["workers"]?.elements?.count ?? 0)
      let zeros = { (count: Int64) in JSONValue.array((0..<count).map { _ in 0 }) }
      members.append(
        (
          "outcome",
          [
            "crashes": [], "give_ups": [], "node_stops": false, "node_stop_ms": .null,
            "node_stop_reason": .null, "worker_starts": zeros(workers),
            "worker_start_failures": zeros(workers), "supervisor_starts": zeros(levels),
            "alive_at_end": [], "poison_crashes": 0,
          ]
        ))
      let text = JSONWriter.compact(.object(members))
      let recording = try SupervisorRecording(
        reading: SourceText(name: "case", bytes: Array(text.utf8)))
      let script = try #require(recording.cases.first)
      let player = SupervisorPlayer(playing: script)
      #expect(!player.isExhausted)
      #expect(player.outcome.crashes.count == script.crashes.count, "\(script.id)")
      for crash in script.crashes {
        let rest = (script.phase + crash.time) % 1_000
        #expect(min(rest, 1_000 - rest) >= 70, "\(script.id)")
        #expect(crash.time < script.observedUntil)
      }
      for (first, second) in zip(script.crashes, script.crashes.dropFirst()) {
        #expect(second.time - first.time >= 50, "\(script.id)")
      }
    }
  }
}
