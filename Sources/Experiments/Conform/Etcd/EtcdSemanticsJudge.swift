import SimulationKernel
import Systems

/// Drives the model of etcd through a recorded walk and compares what both did, part by part.
struct EtcdSemanticsJudge {
  let recording: EtcdSemantics
  var server: EtcdServerDriver
  /// The walk's own directory.
  let prefix: String
  /// Of each part that was judged, in order.
  private(set) var judged: [[ConformanceFailure]] = []

  /// What differs in each part; one phase of the sweep must explain all of them.
  static func failures(of recording: EtcdSemantics) -> [[ConformanceFailure]] {
    var best: [[ConformanceFailure]]?
    for tenth in 0..<10 {
      var judge = EtcdSemanticsJudge(
        recording, sweepPhase: .milliseconds(Int64(tenth) * 50 + 25))
      judge.run()
      let count = judge.judged.joined().count
      if count == 0 { return judge.judged }
      if count < best?.joined().count ?? .max { best = judge.judged }
    }
    return best ?? []
  }

  private init(_ recording: EtcdSemantics, sweepPhase: Duration) {
    self.recording = recording
    let first = recording.steps.first?.answer?.node
    let index = UInt64(clamping: (first?.modifiedIndex ?? 1) - 1)
    server = EtcdServerDriver(index: index, phase: sweepPhase)
    prefix = "/" + (first?.key.split(separator: "/").first.map(String.init) ?? "sem")
  }

  private mutating func run() {
    judgeTimes()
    if !recording.steps.isEmpty {
      judgeSteps()
      judgeListing()
      judgeReplays()
      judgeHistory()
      judgeRefresh()
    }
    judgeWatchers()
  }

  /// One part, with one set of differences for each of its steps.
  mutating func judge(
    _ name: String, _ count: Int = 1, _ body: (inout Self, Int, inout Differences) -> String
  ) {
    var failures: [ConformanceFailure] = []
    for step in 0..<count {
      var differences = Differences()
      let action = body(&self, step, &differences)
      failures += [differences.failure(of: name, step: step, action)].compactMap(\.self)
    }
    judged.append(failures)
  }

  mutating func send(
    _ method: String, _ path: String, _ fields: [(String, String)]? = nil
  ) -> Etcd.Response? {
    server.deliveries = []
    return server.request(method, prefix + path, fields: fields)
  }

  // MARK: Steps

  private mutating func judgeSteps() {
    _ = send("GET", "?wait=true&recursive=true&stream=true")
    judge("steps", recording.steps.count) { judge, index, differences in
      let step = judge.recording.steps[index]
      judge.server.deliveries = []
      if let request = EtcdSemanticsRequest.named(step.name) {
        judge.server.advance(by: .milliseconds(125))
        judge.server.deliveries = []
        let response = judge.server.request(
          request.method, judge.prefix + request.path, fields: request.fields)
        judge.compare(step, response, &differences)
      } else {
        judge.server.advance(by: .milliseconds(1_800))
      }
      var events = judge.server.deliveries.map { delivery in
        EtcdAnswer(delivery.event, base: 0, in: judge.server.store)
      }
      for place in events.indices { events[place].status = nil }
      differences.compare("events", Int64(step.events.count), Int64(events.count))
      for (place, (left, right)) in zip(step.events, events).enumerated() {
        left.compare(with: right, at: "events[\(place)]", into: &differences)
      }
      return step.name
    }
  }

  private func compare(
    _ step: EtcdSemantics.Step, _ response: Etcd.Response?, _ differences: inout Differences
  ) {
    var answer = response.map { EtcdAnswer($0, base: 0, in: server.store) } ?? EtcdAnswer()
    answer.node?.sortNodes()
    differences.compare("status", step.status, answer.status)
    answer.status = nil
    guard var recorded = step.answer else { return }
    if recorded.index == 0 { recorded.index = nil }
    recorded.compare(with: answer, at: "response", into: &differences)
  }

  // MARK: Texts

  func text(of response: Etcd.Response?) -> String? {
    response.map { server.store.json(of: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Texts of etcd agree when they do without what changes from one recording to the next:
  /// indices and dates.
  func compare(
    _ part: String, _ recorded: String?, _ modelled: String?, _ differences: inout Differences
  ) {
    differences.compare(part, recorded.map(Self.neutral), modelled.map(Self.neutral))
  }

  private static func neutral(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    let (expiration, number) = (Array("\"expiration\":\"".utf8), Array("Index\":".utf8))
    while index < bytes.count {
      if bytes[index...].starts(with: expiration) {
        result += expiration
        index += expiration.count
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
      } else if bytes[index...].starts(with: number) {
        result += number
        index += number.count
        while index < bytes.count, bytes[index] &- 0x30 < 10 { index += 1 }
      } else {
        if bytes[index] != 0x0A { result.append(bytes[index]) }
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private mutating func judgeListing() {
    _ = send("PUT", "/l/a", [("value", "x")])
    _ = send("PUT", "/l/b", [("value", "")])
    let listing = text(of: send("GET", "/l?recursive=true&sorted=true"))
    let empty = text(of: send("GET", "/l/b"))
    if let recorded = recording.listing {
      judge("listing_with_empty_value") { judge, _, differences in
        judge.compare("raw", recorded, listing, &differences)
        return "get of a directory"
      }
    }
    if let recorded = recording.emptyValue {
      judge("get_empty_value_raw") { judge, _, differences in
        judge.compare("raw", recorded, empty, &differences)
        return "get of an empty value"
      }
    }
    let watch = waiting(send("GET", "/l?wait=true&recursive=true"))
    _ = send("PUT", "/l/b", [("value", ""), ("ttl", "60")])
    let told = server.deliveries.filter { $0.watch == watch }
    let text = told.first.map { server.store.json(of: $0.event) }
    _ = send("PUT", "/l/b", [("value", "second")])
    let later = server.deliveries.count { $0.watch == watch }
    if let recorded = recording.longPoll {
      judge("long_poll_empty_value_one_event") { judge, _, differences in
        judge.compare("raw", recorded.text, text, &differences)
        differences.compare("events", 1, Int64(told.count + later))
        return "long poll"
      }
    }
  }

  func waiting(_ response: Etcd.Response?) -> Etcd.WatchID? {
    if case .watching(.waiting(let id))? = response?.body { id } else { nil }
  }
}
