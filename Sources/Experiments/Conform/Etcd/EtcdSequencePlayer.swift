import SimulationKernel
import Systems

/// The model of etcd, driven through a recorded sequence and compared with it step by step.
///
/// A copy is a checkpoint. Whoever drives it sweeps the keys whose time is up.
struct EtcdSequencePlayer {
  /// From the last request until the recorder looked at its watchers for the last time.
  private static let afterglow: Int64 = 127
  /// etcd's index before a sequence that does not tell it; any number large enough that it is not
  /// mistaken for one of the sequence's own.
  private static let usualBase: Int64 = 5_000

  private let sequence: EtcdSequence
  private let tellsAll: Bool
  private let base: Int64
  /// When each operation comes, and the end, in milliseconds.
  let times: [Int64]
  private var step = 0
  private(set) var isOver = false
  private var server: EtcdServerDriver
  /// In the order of the operations that began them.
  private var watches: [EtcdWatchPlayer] = []
  /// Which of them waits under an id; for look-ups only.
  private var places: [Etcd.WatchID: Int] = [:]
  /// The last event that was put into words: one change is told to many.
  private var told: (event: Etcd.Event, answer: EtcdAnswer)?
  /// By their steps, once the sequence is over.
  private(set) var failures: [ConformanceFailure] = []
  /// How many failures there are at least, those of watches included.
  private(set) var differences = 0

  /// With `tellsAll`, a failure of a watch holds all that differs, and not only the first.
  init(playing sequence: EtcdSequence, tellsAll: Bool) {
    self.sequence = sequence
    self.tellsAll = tellsAll
    base = sequence.base ?? Self.usualBase
    server = EtcdServerDriver(index: UInt64(base), phase: nil)
    var (times, now): ([Int64], Int64) = ([], 0)
    for operation in sequence.operations {
      now = max(now, operation.time)
      times.append(now)
      if operation.kind == .sleepUntil { now = max(now, operation.until ?? 0) }
    }
    self.times = times + [now + Self.afterglow]
  }

  // MARK: Time

  /// When the next operation, or the end, comes.
  var next: Instant { .start + .milliseconds(times[step]) }
  var nextExpiry: Instant? { server.store.nextExpiry }

  mutating func sweep(at instant: Instant) {
    server.sweep(at: instant)
    deliver()
  }

  /// Goes through the next operation, or ends the sequence.
  mutating func goOn() {
    server.advance(to: next)
    guard step < sequence.operations.count else {
      end()
      return
    }
    perform(sequence.operations[step], step)
    deliver()
    step += 1
  }

  private mutating func end() {
    for watch in watches {
      note(watch.differencesAtEnd, watch.step, sequence.operations[watch.step].title)
    }
    var differences = Differences()
    differences.compare(
      "final_index", sequence.finalIndex, Int64(clamping: server.store.index) - base)
    note(differences, sequence.operations.count, "end of the sequence")
    failures.sort { $0.step < $1.step }
    self.differences = failures.count
    isOver = true
  }

  private mutating func note(_ differences: Differences, _ step: Int, _ action: String) {
    if let failure = differences.failure(of: sequence.id, step: step, action) {
      failures.append(failure)
      self.differences += 1
    }
  }

  // MARK: Requests

  private mutating func perform(_ operation: EtcdSequence.Operation, _ step: Int) {
    let response: Etcd.Response?
    switch operation.kind {
    case .sleepUntil: return
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
    let recorded = sequence.watches.first { $0.id == operation.watch }
    watches.append(EtcdWatchPlayer(step: step, recorded: recorded))
    let response = server.request("GET", operation.key + query)
    switch response?.body {
    case .watching(.waiting(let id)): places[id] = watches.count - 1
    case .watching, .changed, .listing:
      // A stream stays open, though it is deaf from now on.
      tell(watches.count - 1, eventOnly(answer(response)), isLast: !operation.isStream)
    case .failed, nil: tell(watches.count - 1, eventOnly(answer(response)), isLast: true)
    }
  }

  /// Of an event's answer no header was recorded.
  private func eventOnly(_ answer: EtcdAnswer) -> EtcdAnswer {
    var answer = answer
    answer.etcdIndex = nil
    return answer
  }

  private mutating func tell(_ place: Int, _ answer: EtcdAnswer, isLast: Bool) {
    let hadDiffered = watches[place].hasDiffered
    watches[place].receive(answer, isLast: isLast, tellsAll: tellsAll)
    if !hadDiffered, watches[place].hasDiffered { differences += 1 }
  }

  private mutating func deliver() {
    for delivery in server.deliveries {
      guard let place = places[delivery.watch] else { continue }
      if told?.event != delivery.event {
        told = (delivery.event, EtcdAnswer(delivery.event, base: base, in: server.store))
      }
      if let answer = told?.answer { tell(place, answer, isLast: delivery.isLast) }
    }
    server.deliveries = []
  }
}
