import SimulationKernel
import Systems

/// Drives the model of etcd through a recorded sequence and compares what both did.
struct EtcdSequenceJudge {
  private struct Watch {
    var id: Etcd.WatchID?
    var step: Int
    var events: [EtcdAnswer] = []
    var isCompleted = false
  }

  /// From the last request until the recorder looked at its watchers for the last time.
  private static let afterglow: Int64 = 127
  /// etcd's index before a sequence that does not tell it; any number large enough that it is not
  /// mistaken for one of the sequence's own.
  private static let usualBase: Int64 = 5_000

  private let sequence: EtcdSequence
  private let base: Int64
  private var server: EtcdServerDriver
  /// By their ids; walked in the order of the operations that began them.
  private var watches: [(id: Int64, watch: Watch)] = []
  private var failures: [ConformanceFailure] = []

  /// What differs; empty when the model did as etcd did.
  ///
  /// One phase of the sweep must explain the whole sequence; where none does, the one that explains
  /// most of it is told.
  static func failures(of sequence: EtcdSequence) -> [ConformanceFailure] {
    let end = (sequence.operations.last.map(Self.lastTime) ?? 0) + afterglow
    let expires = sequence.operations.contains { $0.ttl != nil }
    let times = expires ? sequence.operations.map(\.time) + [end] : []
    var best: [ConformanceFailure]?
    for phase in SweepPhases.candidates(of: times) {
      var judge = EtcdSequenceJudge(sequence, sweepPhase: phase)
      judge.run(until: end, failuresMax: best?.count ?? .max)
      if judge.failures.isEmpty { return [] }
      if judge.failures.count < best?.count ?? .max { best = judge.failures }
    }
    return best ?? []
  }

  private static func lastTime(_ operation: EtcdSequence.Operation) -> Int64 {
    max(operation.time, operation.until ?? 0)
  }

  private init(_ sequence: EtcdSequence, sweepPhase: Duration) {
    self.sequence = sequence
    base = sequence.base ?? Self.usualBase
    server = EtcdServerDriver(index: UInt64(base), phase: sweepPhase)
  }

  /// Goes through the sequence, or until it differs as often as it did under another phase.
  private mutating func run(until end: Int64, failuresMax: Int) {
    for (step, operation) in sequence.operations.enumerated() {
      server.advance(to: .start + .milliseconds(operation.time))
      perform(operation, step)
      deliver()
      if failures.count >= failuresMax { return }
    }
    server.advance(to: .start + .milliseconds(end))
    deliver()
    compareWatches()
    var differences = Differences()
    differences.compare(
      "final_index", sequence.finalIndex, Int64(clamping: server.store.index) - base)
    note(differences, sequence.operations.count, "end of the sequence")
    failures.sort { $0.step < $1.step }
  }

  private mutating func note(_ differences: Differences, _ step: Int, _ action: String) {
    if let failure = differences.failure(of: sequence.id, step: step, action) {
      failures.append(failure)
    }
  }

  // MARK: Requests

  private mutating func perform(_ operation: EtcdSequence.Operation, _ step: Int) {
    let response: Etcd.Response?
    switch operation.kind {
    case .sleepUntil:
      server.advance(to: .start + .milliseconds(operation.until ?? 0))
      return
    case .watch:
      start(operation, step)
      return
    case .get:
      response = server.request(
        "GET", "\(operation.key)?recursive=\(operation.isRecursive)&sorted=true")
    case .delete:
      var fields = fields(of: operation)
      if operation.isRecursive { fields.append(("recursive", "true")) }
      let query = fields.isEmpty ? "" : "?" + EtcdServerDriver.encoded(fields)
      response = server.request("DELETE", operation.key + query)
    case .put, .refresh:
      response = server.request("PUT", operation.key, fields: fields(of: operation))
    case .request:
      perform(operation.request ?? EtcdRequest(), operation, step)
      return
    }
    var differences = Differences()
    if let recorded = operation.response {
      recorded.compare(with: answer(response), at: "", into: &differences)
    }
    note(differences, step, operation.title)
  }

  private mutating func perform(
    _ request: EtcdRequest, _ operation: EtcdSequence.Operation, _ step: Int
  ) {
    let reply = server.reply(to: request.method, request.target, fields: request.fields)
    let modelled = request.answer(to: reply, base: base, in: server.store)
    var differences = Differences()
    operation.response?.compare(with: modelled, at: "", into: &differences)
    note(differences, step, operation.title)
  }

  private func answer(_ response: Etcd.Response?) -> EtcdAnswer {
    guard let response else { return EtcdAnswer() }
    var answer = EtcdAnswer(response, base: base, in: server.store)
    answer.node?.sortNodes()
    // The store was not asked, so its index is not told.
    if response.etcdIndex == 0 { answer.etcdIndex = nil }
    return answer
  }

  private func fields(of operation: EtcdSequence.Operation) -> [(String, String)] {
    var fields: [(String, String)] = []
    if let value = operation.value { fields.append(("value", value)) }
    if let ttl = operation.ttl { fields.append(("ttl", ttl)) }
    if let value = operation.prevValue { fields.append(("prevValue", value)) }
    if let exists = operation.prevExist { fields.append(("prevExist", "\(exists)")) }
    if let index = operation.prevIndex { fields.append(("prevIndex", "\(base + index)")) }
    if operation.isDirectory { fields.append(("dir", "true")) }
    if operation.kind == .refresh { fields.append(("refresh", "true")) }
    return fields
  }

  // MARK: Watches

  private mutating func start(_ operation: EtcdSequence.Operation, _ step: Int) {
    var query = "?wait=true&recursive=\(operation.isRecursive)"
    if let index = operation.waitIndex { query += "&waitIndex=\(base + index)" }
    if operation.isStream { query += "&stream=true" }
    var watch = Watch(step: step)
    let response = server.request("GET", operation.key + query)
    switch response?.body {
    case .watching(.waiting(let id)): watch.id = id
    case .watching, .changed, .listing:
      watch.events = [eventOnly(answer(response))]
      // A stream stays open, though it is deaf from now on.
      watch.isCompleted = !operation.isStream
    case .failed, nil:
      watch.events = [eventOnly(answer(response))]
      watch.isCompleted = true
    }
    watches.append((operation.watch ?? -1, watch))
  }

  /// Of an event's answer no header was recorded.
  private func eventOnly(_ answer: EtcdAnswer) -> EtcdAnswer {
    var answer = answer
    answer.etcdIndex = nil
    return answer
  }

  private mutating func deliver() {
    for delivery in server.deliveries {
      for index in watches.indices where watches[index].watch.id == delivery.watch {
        watches[index].watch.events.append(
          EtcdAnswer(delivery.event, base: base, in: server.store))
        if delivery.isLast { watches[index].watch.isCompleted = true }
      }
    }
    server.deliveries = []
  }

  private mutating func compareWatches() {
    for recorded in sequence.watches {
      guard let watch = watches.first(where: { $0.id == recorded.id })?.watch else { continue }
      var differences = Differences()
      differences.compare("completed", recorded.isCompleted, watch.isCompleted)
      differences.compare(
        "events", Int64(recorded.events.count), Int64(watch.events.count))
      for (place, (left, right)) in zip(recorded.events, watch.events).enumerated() {
        left.compare(with: right, at: "events[\(place)]", into: &differences)
      }
      let operation = sequence.operations[watch.step]
      note(differences, watch.step, operation.title)
    }
  }
}
