import SimulationKernel

@testable import Systems

/// Holds the keyspace against recorded sequences of operations.
///
/// Everything is compared but the time of an event's arrival; TTLs may differ by one second.
enum EtcdConformance {
  /// What differs between a recorded sequence and its simulation; empty when they agree.
  ///
  /// A recording does not tell when its server's sweep ticked, so every tenth of the tick is tried:
  /// one of them must explain the whole sequence. The first one's differences are reported.
  static func judge(sequence: JSON) -> [String] {
    var first: [String]?
    for tenth in 0..<10 {
      let found = judge(sequence, sweepPhase: .milliseconds(Int64(tenth) * 50 + 25))
      if found.isEmpty { return [] }
      if first == nil { first = found }
    }
    return first ?? []
  }

  private struct Watch {
    var id: Etcd.WatchID?
    var events: [ObservedAnswer] = []
    var isCompleted = false
  }

  private static func judge(_ sequence: JSON, sweepPhase: Duration) -> [String] {
    let base = 5_000
    let name = sequence["id"]?.string ?? "?"
    guard let operations = sequence["ops"]?.array, let watches = sequence["watches"]?.array else {
      return ["\(name): not a sequence"]
    }
    var server = RecordedServer(index: UInt64(base), phase: sweepPhase)
    var running: [Int: Watch] = [:]
    var found: [String] = []
    var end = Instant.start
    for (place, operation) in operations.enumerated() {
      let start = Instant.start + .milliseconds(Int64(operation["t_ms"]?.int ?? 0))
      server.advance(to: start)
      end = server.now
      let title = "\(name) op \(place) \(operation["op"]?.string ?? "?")"
      let key = operation["key"]?.string ?? ""
      switch operation["op"]?.string {
      case "sleep_until":
        server.advance(to: .start + .milliseconds(Int64(operation["ms"]?.int ?? 0)))
      case "watch":
        guard let id = operation["id"]?.int else { return ["\(title): no id"] }
        running[id] = startWatch(operation, key, base, &server)
      case "get":
        let isRecursive = operation["recursive"]?.bool ?? false
        let response = server.request("GET", "\(key)?recursive=\(isRecursive)&sorted=true")
        found += compare(operation, response, base, server, title)
      case "delete":
        var fields = self.fields(of: operation, base: base)
        if operation["recursive"]?.bool == true { fields.append(("recursive", "true")) }
        let query = fields.isEmpty ? "" : "?" + RecordedServer.encoded(fields)
        found += compare(
          operation, server.request("DELETE", key + query), base, server, title)
      case "put", "refresh":
        let response = server.request("PUT", key, fields: fields(of: operation, base: base))
        found += compare(operation, response, base, server, title)
      default: found.append("\(title): unknown operation")
      }
      deliver(&server, &running, base)
    }
    server.advance(to: end + .milliseconds(130))
    deliver(&server, &running, base)
    if let index = sequence["final_index"]?.int, index != Int(server.store.index) - base {
      found.append(
        "\(name): final index recorded \(index), simulated \(Int(server.store.index) - base)")
    }
    return found + compare(watches, running, name)
  }

  private static func fields(of operation: JSON, base: Int) -> [(String, String)] {
    var fields: [(String, String)] = []
    if let value = operation["value"]?.string { fields.append(("value", value)) }
    if let ttl = operation["ttl"]?.int { fields.append(("ttl", String(ttl))) }
    if let value = operation["prevValue"]?.string { fields.append(("prevValue", value)) }
    if let exists = operation["prevExist"]?.bool { fields.append(("prevExist", "\(exists)")) }
    if let index = operation["prevIndex"]?.int { fields.append(("prevIndex", "\(base + index)")) }
    if operation["dir"]?.bool == true { fields.append(("dir", "true")) }
    if operation["op"]?.string == "refresh" { fields.append(("refresh", "true")) }
    return fields
  }

  private static func startWatch(
    _ operation: JSON, _ key: String, _ base: Int, _ server: inout RecordedServer
  ) -> Watch {
    let isStream = operation["stream"]?.bool ?? false
    var query = "?wait=true&recursive=\(operation["recursive"]?.bool ?? false)"
    if let index = operation["waitIndex"]?.int { query += "&waitIndex=\(base + index)" }
    if isStream { query += "&stream=true" }
    var watch = Watch()
    guard let response = server.request("GET", key + query) else { return watch }
    switch response.body {
    case .watching(.waiting(let id)): watch.id = id
    default:
      watch.events.append(eventOnly(ObservedAnswer(response, base: base, in: server.store)))
      watch.isCompleted = !isStream
    }
    return watch
  }

  private static func eventOnly(_ answer: ObservedAnswer) -> ObservedAnswer {
    var answer = answer
    answer.etcdIndex = nil
    return answer
  }

  private static func deliver(
    _ server: inout RecordedServer, _ running: inout [Int: Watch], _ base: Int
  ) {
    for delivery in server.deliveries {
      for id in running.keys.sorted() where running[id]?.id == delivery.watch {
        running[id]?.events.append(
          ObservedAnswer(delivery.event, base: base, in: server.store))
        if delivery.isLast { running[id]?.isCompleted = true }
      }
    }
    server.deliveries = []
  }

  private static func compare(
    _ operation: JSON, _ response: Etcd.Response?, _ base: Int, _ server: RecordedServer,
    _ title: String
  ) -> [String] {
    guard let recorded = operation["response"] else { return ["\(title): nothing recorded"] }
    guard let response else { return ["\(title): no answer"] }
    return ObservedAnswer(recorded).differences(
      from: ObservedAnswer(response, base: base, in: server.store), at: title)
  }

  private static func compare(
    _ recorded: [JSON], _ running: [Int: Watch], _ name: String
  ) -> [String] {
    var found: [String] = []
    for watch in recorded {
      guard let id = watch["id"]?.int, let mine = running[id] else {
        found.append("\(name): a watch without its operation")
        continue
      }
      let events = (watch["events"]?.array ?? []).map { ObservedAnswer($0) }
      if events.count != mine.events.count {
        found.append(
          "\(name) watch \(id): recorded \(events.count), simulated \(mine.events.count)")
      }
      if let isCompleted = watch["completed"]?.bool, isCompleted != mine.isCompleted {
        found.append("\(name) watch \(id): completed recorded \(isCompleted)")
      }
      for (place, (left, right)) in zip(events, mine.events).enumerated() {
        found += left.differences(from: right, at: "\(name) watch \(id) event \(place)")
      }
    }
    return found
  }
}
