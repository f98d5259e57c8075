import Scenarios

extension RecordingReader {
  mutating func semantics(_ value: DocumentValue) -> EtcdSemantics {
    let limits = (value.members ?? []).map(\.key).filter { Self.descriptorLimit(of: $0) != nil }
    close(value, known: EtcdSemantics.sections + limits)
    expectNoNulls(value)
    var result = EtcdSemantics()
    result.descriptorLimits = limits.compactMap { name in
      field(value, name).map { descriptorLimit($0, Self.descriptorLimit(of: name) ?? 0) }
    }
    if let part = field(value, "ttl_lateness") { readLateness(part, &result) }
    if field(value, "ttl_poll_transitions") != nil {
      let entries = filledList(value, "ttl_poll_transitions")
      result.readings = entries.compactMap { reading($0) }
      checkOrder(of: entries)
    }
    if field(value, "steps") != nil { result.steps = filledList(value, "steps").map { step($0) } }
    result.listing = field(value, "listing_with_empty_value").map { part in
      close(part, known: ["raw", "headers"])
      expectTexts(part, "headers")
      return text(part, "raw")
    }
    result.emptyValue = optionalText(value, "get_empty_value_raw")
    result.longPoll = poll(value, "long_poll_empty_value_one_event")
    if let part = field(value, "wait_index_replay") {
      close(part, known: ["modifiedIndex_of_last", "results_for_idx_minus1_idx_idx_plus1"])
      result.replayedIndex = integer(part, "modifiedIndex_of_last", in: counts)
      result.replays = filledList(part, "results_for_idx_minus1_idx_idx_plus1").map { poll($0) }
    }
    result.quietDirectory = poll(value, "non_recursive_watch_on_dir_no_event_timeout")
    result.childOfDirectory = poll(value, "non_recursive_watch_on_dir_child_put")
    result.removedParent = poll(value, "watch_child_parent_recursively_deleted")
    if field(value, "event_history_1000") != nil {
      result.edges = filledList(value, "event_history_1000").compactMap { edge($0) }
    }
    result.staleIndex = poll(value, "stale_waitIndex_on_quiet_key")
    result.refreshMoves = field(value, "refresh_index").map { part in
      close(part, known: ["before", "after_delta", "created_delta"])
      return (
        integer(part, "before", in: counts), integer(part, "after_delta", in: counts),
        integer(part, "created_delta", in: counts)
      )
    }
    result.refreshReplay = poll(value, "refresh_event_via_waitIndex")
    if field(value, "stream_with_waitIndex") != nil {
      result.streams = filledList(value, "stream_with_waitIndex").map { stream($0) }
    }
    if field(value, "many_watchers") != nil {
      result.crowds = filledList(value, "many_watchers").map { crowd($0) }
    }
    result.slowReader = field(value, "slow_stream_reader").map { slowReader($0) }
    if result.needsSteps, result.steps.isEmpty {
      report(
        .missing, "'steps' is missing: what was recorded after it cannot be judged without it",
        at: Self.start(of: value))
    }
    if let first = result.steps.first, (first.answer?.node?.modifiedIndex ?? 0) < 1 {
      report(
        .missing, "the first of the 'steps' tells no index from which the others count",
        at: field(value, "steps")?.elements?.first.map(Self.start) ?? value.location)
    }
    return result
  }

  var counts: ClosedRange<Int64> { 0...Self.numberMax }

  // MARK: TTLs

  private mutating func readLateness(_ part: DocumentValue, _ result: inout EtcdSemantics) {
    close(
      part,
      known: [
        "n", "min", "median", "mean", "max", "samples_ttl_and_lateness_s",
        "expiry_instants_mod_500ms", "sample_event",
      ])
    result.lateness = filledList(part, "samples_ttl_and_lateness_s").compactMap { sample in
      guard let pair = sample.elements, pair.count == 2 else {
        wrong(sample, "samples_ttl_and_lateness_s", "a list of pairs")
        return nil
      }
      _ = asInteger(pair[0], "samples_ttl_and_lateness_s", in: counts)
      return asNumber(pair[1], "samples_ttl_and_lateness_s", in: -1_000_000...1_000_000)
    }
    result.latenessFigures = latenessFigures(part)
    let samples = filledList(part, "sample_event")
    result.sampleExpiry = samples.first.map { answer($0, as: .raw) }
    if samples.count > 1 { wrong(samples[1], "sample_event", "a list with one event at most") }
    result.ticks = filledList(part, "expiry_instants_mod_500ms").compactMap { instant in
      asInteger(instant, "expiry_instants_mod_500ms", in: -499...499)
    }
  }

  /// The seconds after which a key was read only go forward.
  private mutating func checkOrder(of readings: [DocumentValue]) {
    var last = 0.0
    for entry in readings {
      guard let value = entry.elements?.first, case .number(let number) = value.content,
        let seconds = number.double
      else { continue }
      if seconds < last {
        report(
          .conflict, "'ttl_poll_transitions' runs backwards: \(seconds) after \(last)",
          at: value.location)
      }
      last = max(last, seconds)
    }
  }

  /// `[1.026, 1]`, `[2.047, "absent"]` or `[2.405, "err100"]`.
  private mutating func reading(_ value: DocumentValue) -> EtcdSemantics.Reading? {
    guard let pair = value.elements, pair.count == 2 else {
      wrong(value, "ttl_poll_transitions", "a list of pairs")
      return nil
    }
    guard let seconds = asNumber(pair[0], "ttl_poll_transitions", in: 0...1_000_000) else {
      return nil
    }
    var reading = EtcdSemantics.Reading(seconds: seconds, ttl: 0)
    guard let word = pair[1].string else {
      reading.ttl = asInteger(pair[1], "ttl_poll_transitions", in: 0...Self.numberMax) ?? 0
      return reading
    }
    if word == "absent" { return reading }
    guard word.hasPrefix("err"), let code = Int64(word.dropFirst(3)) else {
      unknown(word, at: pair[1].location, among: ["absent", "err100"], called: "reading")
      return nil
    }
    reading.errorCode = code
    return reading
  }

  // MARK: Requests

  private mutating func step(_ value: DocumentValue) -> EtcdSemantics.Step {
    close(value, known: ["op", "status", "response", "events_seen_by_recursive_watcher"])
    let name = text(value, "op")
    let isKnown = EtcdSemanticsRequest.named(name) != nil || name.hasPrefix("(")
    if !isKnown, let place = field(value, "op")?.location {
      unknown(name, at: place, among: EtcdSemanticsRequest.all.map(\.key), called: "operation")
    }
    let isRequest = !name.hasPrefix("(")
    if isRequest { expect(value, ["status"]) }
    let response = isRequest ? required(value, "response") : field(value, "response")
    return EtcdSemantics.Step(
      name: name, status: optionalInteger(value, "status", in: 100...999),
      answer: response.map { answer($0, as: .raw) },
      events: list(value, "events_seen_by_recursive_watcher").map { answer($0, as: .raw) })
  }

  /// The only entry of a list of polls.
  private mutating func poll(_ value: DocumentValue, _ name: String) -> EtcdSemantics.Poll? {
    guard field(value, name) != nil else { return nil }
    let polls = list(value, name).map { poll($0) }
    if polls.count != 1, let place = field(value, name) {
      wrong(place, name, "a list with one entry")
    }
    return polls.first
  }

  private mutating func poll(_ value: DocumentValue) -> EtcdSemantics.Poll {
    expectNumbers(value, ["secs"])
    if field(value, "exc") != nil {
      close(value, known: ["secs", "exc"])
      return EtcdSemantics.Poll(exception: text(value, "exc"))
    }
    close(value, known: ["status", "raw", "x_etcd_index", "secs"])
    let header = text(value, "x_etcd_index")
    let index = Int64(header).flatMap { counts.contains($0) ? $0 : nil }
    if index == nil, let place = field(value, "x_etcd_index") {
      wrong(place, "x_etcd_index", "an index in digits")
    }
    return EtcdSemantics.Poll(
      status: integer(value, "status", in: 100...999), text: text(value, "raw"), etcdIndex: index)
  }

  /// An index that is written as its distance from the last one, such as `last-999`.
  private mutating func back(_ object: DocumentValue, _ name: String) -> Int64? {
    guard let value = required(object, name), let text = asText(value, name) else { return nil }
    guard text.hasPrefix("last-"), let back = Int64(text.dropFirst(5)), (0...100_000) ~= back
    else {
      wrong(value, name, "a distance such as 'last-999'")
      return nil
    }
    return back
  }

  private mutating func edge(_ value: DocumentValue) -> EtcdSemantics.Edge? {
    close(value, known: ["waitIndex", "status", "result"])
    guard let back = back(value, "waitIndex"), let result = required(value, "result") else {
      return nil
    }
    var edge = EtcdSemantics.Edge(back: back, status: integer(value, "status", in: 100...999))
    edge.errorCode = optionalInteger(result, "errorCode", in: 0...100_000)
    if edge.errorCode == nil {
      close(result, known: ["action", "modifiedIndex"])
      edge.action = text(result, "action")
      edge.replayedBack = self.back(result, "modifiedIndex")
    } else {
      close(result, known: ["errorCode", "message", "cause", "index"])
      edge.message = text(result, "message")
      edge.cause = text(result, "cause")
      edge.index = integer(result, "index", in: counts)
    }
    return edge
  }

  // MARK: Watchers

  private mutating func stream(_ value: DocumentValue) -> EtcdSemantics.Stream {
    close(value, known: ["case", "values_received", "connection_closed_by_server"])
    let name = text(value, "case")
    return EtcdSemantics.Stream(
      name: name, isFuture: name.contains("future"),
      values: list(value, "values_received").compactMap { asText($0, "values_received") },
      isClosed: flag(value, "connection_closed_by_server"))
  }

  private mutating func slowReader(_ value: DocumentValue) -> EtcdSemantics.SlowReader {
    close(
      value,
      known: [
        "events_written", "value_bytes", "events_received", "connection_end", "secs",
        "event_after_drain",
      ])
    expectNumbers(value, ["value_bytes", "secs"])
    return EtcdSemantics.SlowReader(
      written: integer(value, "events_written", in: 0...100_000),
      received: integer(value, "events_received", in: counts), end: text(value, "connection_end"),
      isDeafAfterwards: text(value, "event_after_drain") == "TimeoutError")
  }
}

extension EtcdSemantics {
  /// Whether there are parts whose indices and events follow from the steps before them.
  fileprivate var needsSteps: Bool {
    listing != nil || emptyValue != nil || longPoll != nil || replays != nil
      || quietDirectory != nil || childOfDirectory != nil || removedParent != nil || edges != nil
      || staleIndex != nil || refreshMoves != nil || refreshReplay != nil
  }
}
