import SimulationKernel
import Systems

/// Drives the model of etcd through a recorded walk and compares what both did, part by part.
struct EtcdSemanticsJudge {
  let recording: EtcdSemantics
  var server: EtcdServerDriver
  /// The walk's own directory.
  let prefix: String
  /// Whether etcd's index may be higher than the walk explains: keys that an earlier walk left on
  /// the same etcd expire during this one, each with an index of its own.
  private let allowsOthers: Bool
  /// Most changes of others between two requests.
  static let othersMax: Int64 = 64
  /// Of each part that was judged, in order.
  private(set) var judged: [[ConformanceFailure]] = []

  /// Milliseconds between the starts of two requests of the walk.
  private static let spacing: Int64 = 125

  /// What differs in each part; one phase of the sweep must explain all of them, if possible without
  /// the changes of others.
  static func failures(of recording: EtcdSemantics) -> [[ConformanceFailure]] {
    let times = recording.steps.indices.map { Int64($0) * spacing }
    var best: [[ConformanceFailure]]?
    for allowsOthers in [false, true] {
      for phase in SweepPhases.candidates(of: times) {
        var judge = EtcdSemanticsJudge(recording, phase, allowsOthers: allowsOthers)
        judge.run(failuresMax: best?.joined().count ?? .max)
        let count = judge.judged.joined().count
        if count == 0 { return judge.judged }
        if count < best?.joined().count ?? .max { best = judge.judged }
      }
    }
    return best ?? []
  }

  private init(_ recording: EtcdSemantics, _ sweepPhase: Duration, allowsOthers: Bool) {
    self.recording = recording
    self.allowsOthers = allowsOthers
    let first = recording.steps.first?.answer?.node
    let index = UInt64(clamping: (first?.modifiedIndex ?? 1) - 1)
    server = EtcdServerDriver(index: index, phase: sweepPhase)
    prefix = "/" + (first?.key.split(separator: "/").first.map(String.init) ?? "sem")
  }

  /// Goes through the walk, or until it differs as often as it did under another phase.
  private mutating func run(failuresMax: Int) {
    judgeTimes()
    if !recording.steps.isEmpty {
      judgeSteps()
      judgeListing()
      judgeReplays()
      if judged.joined().count >= failuresMax { return }
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

  /// Lets others bring etcd's index to where it was recorded.
  mutating func catchUp(to index: Int64?) {
    guard allowsOthers, let index else { return }
    let behind = index - Int64(clamping: server.store.index)
    if (1...Self.othersMax) ~= behind { server.changeElsewhere(times: behind) }
  }

  // MARK: Steps

  /// What happens until the next request begins belongs to a step, as the recorder has it.
  private mutating func judgeSteps() {
    _ = send("GET", "?wait=true&recursive=true&stream=true")
    judge("steps", recording.steps.count) { judge, index, differences in
      let step = judge.recording.steps[index]
      judge.server.deliveries = []
      if let request = EtcdSemanticsRequest.named(step.name) {
        judge.catchUp(to: judge.confirmedIndex(before: index))
        let response = judge.server.request(
          request.method, judge.prefix + request.path, fields: request.fields)
        judge.compare(step, response, &differences)
        judge.expire(step, within: .milliseconds(Self.spacing))
      } else {
        judge.expire(step, within: .milliseconds(1_800))
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

  private mutating func expire(_ step: EtcdSemantics.Step, within span: Duration) {
    let expiry = step.events.first { $0.action == "expire" }
    catchUp(to: expiry?.node?.modifiedIndex.map { $0 - 1 })
    server.advance(by: span)
  }

  /// etcd's index before a step, where its answer tells it and no later step falls behind it: an
  /// index does not jump and come back.
  private func confirmedIndex(before place: Int) -> Int64? {
    let steps = recording.steps
    guard let known = Self.indices(of: steps[place]) else { return nil }
    let isConfirmed = steps[(place + 1)...].allSatisfy { later in
      Self.indices(of: later).map { $0.before >= known.after } ?? true
    }
    return isConfirmed ? known.before : nil
  }

  /// etcd's index before and after a step, where its answer tells it.
  private static func indices(of step: EtcdSemantics.Step) -> (before: Int64, after: Int64)? {
    // 0 says that the store was not asked.
    if let index = step.answer?.index, index > 0 { return (index, index) }
    guard let request = EtcdSemanticsRequest.named(step.name), request.method != "GET",
      let index = step.answer?.node?.modifiedIndex
    else { return nil }
    return (index - 1, index)
  }

  private func compare(
    _ step: EtcdSemantics.Step, _ response: Etcd.Response?, _ differences: inout Differences
  ) {
    var answer = response.map { EtcdAnswer($0, base: 0, in: server.store) } ?? EtcdAnswer()
    answer.node?.sortNodes()
    differences.compare("status", step.status, answer.status)
    answer.status = nil
    // The recorder of walks keeps no headers of these.
    answer.etcdIndex = nil
    guard var recorded = step.answer else { return }
    if recorded.index == 0 { recorded.index = nil }
    recorded.compare(with: answer, at: "response", into: &differences)
  }

  // MARK: Texts

  func text(of response: Etcd.Response?) -> String? {
    response.map { server.store.json(of: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Texts of etcd agree when they do without dates, which change from one recording to the next.
  func compare(
    _ part: String, _ recorded: String?, _ modelled: String?, _ differences: inout Differences
  ) {
    differences.compare(
      part, recorded.map(NeutralText.withoutDates), modelled.map(NeutralText.withoutDates))
  }

  /// The index before the change of which the text tells first.
  func index(before text: String?, _ name: String = "modifiedIndex") -> Int64? {
    text.flatMap { NeutralText.number(name, in: $0) }.map { $0 - 1 }
  }

  private mutating func judgeListing() {
    catchUp(to: index(before: recording.listing))
    _ = send("PUT", "/l/a", [("value", "x")])
    catchUp(to: index(before: recording.emptyValue))
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
    catchUp(to: recording.longPoll?.etcdIndex)
    let watch = send("GET", "/l?wait=true&recursive=true")
    catchUp(to: index(before: recording.longPoll?.text))
    _ = send("PUT", "/l/b", [("value", ""), ("ttl", "60")])
    let told = told(watch)
    catchUp(to: recording.replayedIndex.map { $0 - 1 })
    _ = send("PUT", "/l/b", [("value", "second")])
    let isToldAgain = self.told(watch) != nil
    if let recorded = recording.longPoll {
      judge("long_poll_empty_value_one_event") { judge, _, differences in
        judge.compare(recorded, told, &differences)
        differences.compare("told again", false, isToldAgain)
        return "long poll"
      }
    }
  }
}
