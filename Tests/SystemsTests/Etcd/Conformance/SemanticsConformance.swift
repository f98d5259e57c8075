import SimulationKernel

@testable import Systems

/// Holds the store against the recorded walk through TTLs, refreshes, watches and the history.
struct SemanticsConformance {
  private let recording: JSON
  private var server: RecordedServer
  private let prefix: String
  private var found: [String] = []

  /// What differs between the recording and the simulation; empty when they agree.
  ///
  /// A recording does not tell when its server's sweep ticked: one tenth of the tick must explain
  /// it all.
  static func judge(_ recording: JSON) -> [String] {
    var first: [String]?
    for tenth in 0..<10 {
      let phase = Duration.milliseconds(Int64(tenth) * 50 + 25)
      guard var conformance = SemanticsConformance(recording, sweepPhase: phase) else {
        return ["no steps"]
      }
      let found = conformance.judge()
      if found.isEmpty { return [] }
      if first == nil { first = found }
    }
    return first ?? []
  }

  /// nil when the recording has no steps.
  private init?(_ recording: JSON, sweepPhase: Duration) {
    self.recording = recording
    let first = recording["steps"]?.array?.first?["response"]?["node"]
    guard let index = first?["modifiedIndex"]?.int, index > 0, let key = first?["key"]?.string
    else { return nil }
    prefix = "/" + (key.split(separator: "/").first ?? "")
    server = RecordedServer(index: UInt64(index - 1), phase: sweepPhase)
  }

  /// The request behind the name of a step, as the recording program sends it.
  private static let requests:
    [String: (method: String, path: String, fields: [(String, String)]?)] =
      [
        "set new": ("PUT", "/a/k1", [("value", "v1"), ("ttl", "60")]),
        "refresh ttl": (
          "PUT", "/a/k1", [("ttl", "90"), ("refresh", "true"), ("prevExist", "true")]
        ),
        "refresh missing key": (
          "PUT", "/a/none", [("ttl", "90"), ("refresh", "true"), ("prevExist", "true")]
        ),
        "refresh without prevExist on existing": (
          "PUT", "/a/k1", [("ttl", "91"), ("refresh", "true")]
        ),
        "refresh with value": (
          "PUT", "/a/k1",
          [("ttl", "91"), ("refresh", "true"), ("prevExist", "true"), ("value", "zzz")]
        ),
        "refresh without ttl": ("PUT", "/a/k1", [("refresh", "true"), ("prevExist", "true")]),
        "re-set same value": ("PUT", "/a/k1", [("value", "v1"), ("ttl", "60")]),
        "set without ttl (drops ttl)": ("PUT", "/a/k1", [("value", "v1")]),
        "set empty value": ("PUT", "/a/k1", [("value", ""), ("ttl", "60")]),
        "set with ttl only, no value field": ("PUT", "/a/k1", [("ttl", "60")]),
        "create existing prevExist=false": (
          "PUT", "/a/k1", [("value", "x"), ("prevExist", "false")]
        ),
        "update prevExist=true": ("PUT", "/a/k1", [("value", "u"), ("prevExist", "true")]),
        "update missing": ("PUT", "/a/none", [("value", "u"), ("prevExist", "true")]),
        "cas ok": ("PUT", "/a/k1", [("value", "c"), ("prevValue", "u")]),
        "cas bad": ("PUT", "/a/k1", [("value", "c2"), ("prevValue", "nope")]),
        "post in-order": ("POST", "/a/q", [("value", "job")]),
        "ttl=0": ("PUT", "/a/k0", [("value", "x"), ("ttl", "0")]),
        "ttl=bad": ("PUT", "/a/k0", [("value", "x"), ("ttl", "abc")]),
        "ttl=-1": ("PUT", "/a/k0", [("value", "x"), ("ttl", "-1")]),
        "ttl empty string": ("PUT", "/a/k0", [("value", "x"), ("ttl", "")]),
        "delete": ("DELETE", "/a/k1", nil),
        "delete missing": ("DELETE", "/a/k1", nil),
        "delete dir without recursive": ("DELETE", "/a", nil),
        "get dir recursive": ("GET", "/a?recursive=true", nil),
        "mkdir": ("PUT", "/d", [("dir", "true"), ("ttl", "1")]),
        "put in ttl dir": ("PUT", "/d/x", [("value", "1")]),
        "refresh empty-valued key": ("PUT", "/e", [("value", ""), ("ttl", "30")]),
        "refresh it": (
          "PUT", "/e", [("ttl", "30"), ("refresh", "true"), ("prevExist", "true")]
        ),
        "delete dir recursive": ("DELETE", "/a?recursive=true", nil),
      ]

  private mutating func judge() -> [String] {
    judgeSteps()
    judgeListing()
    judgeReplays()
    judgeHistory()
    return found
  }

  private mutating func send(
    _ method: String, _ path: String, _ fields: [(String, String)]? = nil
  ) -> Etcd.Response? {
    server.deliveries = []
    return server.request(method, prefix + path, fields: fields)
  }

  // MARK: Steps

  private mutating func judgeSteps() {
    _ = send("GET", "?wait=true&recursive=true&stream=true")
    for step in recording["steps"]?.array ?? [] {
      let name = step["op"]?.string ?? "?"
      var answers: [ObservedAnswer] = []
      if name.hasPrefix("(") {
        server.deliveries = []
        server.advance(by: .milliseconds(1_800))
      } else {
        guard let request = Self.requests[name] else {
          found.append("\(name): unknown step")
          continue
        }
        server.advance(by: .milliseconds(125))
        server.deliveries = []
        guard
          let response = server.request(
            request.method, prefix + request.path, fields: request.fields)
        else {
          found.append("\(name): no answer")
          continue
        }
        var answer = ObservedAnswer(response, base: 0, in: server.store)
        answer.status = step["status"]?.int == response.status ? nil : response.status
        answer.etcdIndex = nil
        var recorded = ObservedAnswer(step["response"] ?? .null)
        if recorded.index == 0 { recorded.index = nil }
        found += recorded.differences(from: answer, at: name)
      }
      for delivery in server.deliveries {
        var event = ObservedAnswer(delivery.event, base: 0, in: server.store)
        event.status = nil
        answers.append(event)
      }
      let events = (step["events_seen_by_recursive_watcher"]?.array ?? []).map {
        ObservedAnswer($0)
      }
      if events.count != answers.count {
        found.append("\(name): \(answers.count) events, recorded \(events.count)")
      }
      for (left, right) in zip(events, answers) {
        found += left.differences(from: right, at: "\(name) event")
      }
    }
  }

  // MARK: Texts

  /// Indices and dates differ from one recording to the next; everything else must be the same
  /// text.
  private static func neutral(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      if rest.hasPrefix("\"expiration\":\"") {
        result += "\"expiration\":\"…"
        rest = rest.dropFirst(14).drop { $0 != "\"" }
      } else if rest.hasPrefix("Index\":") {
        result += "Index\":…"
        rest = rest.dropFirst(7).drop { $0.isNumber }
      } else if rest.hasPrefix("\n") {
        rest = rest.dropFirst()
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private mutating func expect(_ what: String, _ recorded: String?, _ simulated: String?) {
    let (left, right) = (recorded.map(Self.neutral), simulated.map(Self.neutral))
    if left != right { found.append("\(what): \(right as Any), recorded \(left as Any)") }
  }

  private func json(_ response: Etcd.Response?) -> String? {
    response.map { server.store.json(of: $0) }
  }

  private mutating func judgeListing() {
    _ = send("PUT", "/l/a", [("value", "x")])
    _ = send("PUT", "/l/b", [("value", "")])
    expect(
      "listing", recording["listing_with_empty_value"]?["raw"]?.string,
      json(send("GET", "/l?recursive=true&sorted=true")))
    expect("empty value", recording["get_empty_value_raw"]?.string, json(send("GET", "/l/b")))
    let start = send("GET", "/l?wait=true&recursive=true")
    guard case .watching(.waiting(let poll))? = start?.body else {
      found.append("long poll: \(start as Any)")
      return
    }
    _ = send("PUT", "/l/b", [("value", ""), ("ttl", "60")])
    let first = server.deliveries.filter { $0.watch == poll }
    _ = send("PUT", "/l/b", [("value", "second")])
    if first.count != 1 || server.deliveries.contains(where: { $0.watch == poll }) {
      found.append("long poll: told more or less than once")
    }
    expect(
      "long poll", recording["long_poll_empty_value_one_event"]?.array?.first?["raw"]?.string,
      first.first.map { server.store.json(of: $0.event) })
  }

  private mutating func judgeReplays() {
    let last = Int(server.store.index)
    let recorded =
      recording["wait_index_replay"]?["results_for_idx_minus1_idx_idx_plus1"]?.array ?? []
    for (place, index) in (last - 1...last + 1).enumerated() {
      let response = send("GET", "/l?wait=true&recursive=true&waitIndex=\(index)")
      let text = json(response).flatMap { $0.isEmpty ? nil : $0 }
      let given = place < recorded.count ? recorded[place]["raw"]?.string : nil
      expect("waitIndex \(place)", given, text)
    }
    let start = send("GET", "/l?wait=true")
    _ = send("PUT", "/l/a", [("value", "nr")])
    let watch: Etcd.WatchID? =
      if case .watching(.waiting(let id))? = start?.body { id } else { nil }
    let isTold = server.deliveries.contains { $0.watch == watch }
    let isQuiet =
      recording["non_recursive_watch_on_dir_child_put"]?.array?.first?["exc"] != nil
    if isTold == isQuiet { found.append("child of a watched directory: told \(isTold)") }
    _ = send("PUT", "/m/k", [("value", "1")])
    _ = send("GET", "/m/k?wait=true")
    _ = send("DELETE", "/m?recursive=true")
    expect(
      "parent deleted",
      recording["watch_child_parent_recursively_deleted"]?.array?.first?["raw"]?.string,
      server.deliveries.first { $0.isLast }.map { server.store.json(of: $0.event) })
  }

  private mutating func judgeHistory() {
    _ = send("PUT", "/z", [("value", "0")])
    let base = Int(server.store.index)
    for number in 0..<1_010 { _ = send("PUT", "/z", [("value", "\(number)")]) }
    let last = Int(server.store.index)
    for edge in recording["event_history_1000"]?.array ?? [] {
      guard let back = edge["waitIndex"]?.string?.split(separator: "-").last.flatMap({ Int($0) })
      else { continue }
      let response = send("GET", "/z?wait=true&waitIndex=\(last - back)")
      if edge["status"]?.int != response?.status {
        found.append("history \(back): \(response?.status as Any)")
      }
      let code = response.flatMap { response -> Int? in
        if case .failed(let failure) = response.body { Int(failure.code.rawValue) } else { nil }
      }
      if edge["result"]?["errorCode"]?.int != code {
        found.append("history \(back): \(code as Any)")
      }
      if case .watching(.replayed(let event))? = response?.body,
        edge["result"]?["modifiedIndex"]?.string != "last-\(last - Int(event.index))"
      {
        found.append("history \(back): replayed \(event.index)")
      }
    }
    let stale = send("GET", "/l/b?wait=true&waitIndex=\(base - 5)")
    let isCleared =
      recording["stale_waitIndex_on_quiet_key"]?.array?.first?["status"]?.int == stale?.status
    if !isCleared { found.append("quiet key: \(stale as Any)") }
    // A refresh moves the modified index and is not found again.
    _ = send("PUT", "/r", [("value", "v"), ("ttl", "60")])
    let before = send("GET", "/r")
    _ = send("PUT", "/r", [("ttl", "60"), ("refresh", "true"), ("prevExist", "true")])
    let after = send("GET", "/r")
    guard case .listing(let old)? = before?.body, case .listing(let new)? = after?.body else {
      return
    }
    let moved = recording["refresh_index"]
    if Int(new[0].node.modifiedIndex - old[0].node.modifiedIndex) != moved?["after_delta"]?.int
      || Int(new[0].node.createdIndex - old[0].node.createdIndex) != moved?["created_delta"]?.int
    {
      found.append("refresh: \(new[0].node)")
    }
    let again = send("GET", "/r?wait=true&waitIndex=\(new[0].node.modifiedIndex)")
    let isQuiet = recording["refresh_event_via_waitIndex"]?.array?.first?["exc"] != nil
    if case .watching(.waiting)? = again?.body {
      if !isQuiet { found.append("refresh: not replayed") }
    } else {
      found.append("refresh: replayed \(again as Any)")
    }
  }
}
