extension Simulation {
  /// Handles all events before `instant`; what is due at it or later waits.
  ///
  /// Half-open, so that whatever is changed at the instant comes before its events, and runs joined
  /// end to end handle each event once. Returns `reachedInstant` with `now` at `instant`, or an
  /// earlier end with `now` at the last event.
  @inlinable
  @discardableResult
  public mutating func run<O: Observer<W>>(until instant: Instant, observer: inout O) -> EndReason {
    let limit = UInt64(clamping: Swift.max(instant, now).nanoseconds)
    return advance(before: limit, events: .max, observer: &observer)
  }

  /// Handles all events before `instant`; what is due at it or later waits.
  @inlinable
  @discardableResult
  public mutating func run(until instant: Instant) -> EndReason {
    var nobody = NoObserver<W>()
    return run(until: instant, observer: &nobody)
  }

  /// Runs until nothing is pending, the world stops or the budget is used up.
  @inlinable
  @discardableResult
  public mutating func run<O: Observer<W>>(observer: inout O) -> EndReason {
    advance(before: Self.never, events: .max, observer: &observer)
  }

  /// Runs until nothing is pending, the world stops or the budget is used up.
  @inlinable
  @discardableResult
  public mutating func run() -> EndReason {
    var nobody = NoObserver<W>()
    return run(observer: &nobody)
  }

  /// Handles the next `count` events; fewer when there is an earlier end.
  @inlinable
  @discardableResult
  public mutating func run<O: Observer<W>>(events count: UInt64, observer: inout O) -> EndReason {
    advance(before: Self.never, events: count, observer: &observer)
  }

  /// Handles the next `count` events; fewer when there is an earlier end.
  @inlinable
  @discardableResult
  public mutating func run(events count: UInt64) -> EndReason {
    var nobody = NoObserver<W>()
    return run(events: count, observer: &nobody)
  }

  /// Handles events while `condition`, asked before each of them, holds of the world and the instant
  /// reached so far.
  @inlinable
  @discardableResult
  public mutating func run<O: Observer<W>>(
    while condition: (W, Instant) -> Bool, observer: inout O
  ) -> EndReason {
    // One event at a time: holding the world out to a closure inside of the loop would copy it.
    while condition(world, now) {
      let reason = advance(before: Self.never, events: 1, observer: &observer)
      guard reason == .reachedCount else { return reason }
    }
    return .conditionFailed
  }

  /// Handles events while `condition`, asked before each of them, holds of the world and the instant
  /// reached so far.
  @inlinable
  @discardableResult
  public mutating func run(while condition: (W, Instant) -> Bool) -> EndReason {
    var nobody = NoObserver<W>()
    return run(while: condition, observer: &nobody)
  }

  /// Handles one event and returns it, or nil when there is none or the budget is used up.
  @inlinable
  @discardableResult
  public mutating func step() -> (time: Instant, event: W.Event)? {
    step(before: Self.never)
  }

  @inlinable
  mutating func step(before limit: UInt64) -> (time: Instant, event: W.Event)? {
    var last = LastEvent<W>()
    advance(before: limit, events: 1, observer: &last)
    return last.event
  }
}

/// Remembers the event that was handled last.
@frozen
@usableFromInline
struct LastEvent<W: World>: Observer {
  @usableFromInline typealias Watched = W
  @usableFromInline var event: (time: Instant, event: W.Event)?

  @inlinable
  init() {}

  @inlinable
  mutating func willHandle(_ event: W.Event, at instant: Instant, in world: W) {
    self.event = (instant, event)
  }
}

extension Simulation {
  /// A limit past the end of time, which every event is before.
  @inlinable static var never: UInt64 { UInt64(Int64.max) + 1 }

  /// Where the budget of simulated time ends, or nil when that lies past the end of time.
  @inlinable var budgetEnd: Instant? {
    budget.simulatedTime == .max ? nil : start.adding(budget.simulatedTime)
  }

  /// The one loop behind all runs: handles at most `events` events that are due before `limit`, in
  /// nanoseconds.
  @inlinable
  @discardableResult
  mutating func advance<O: Observer<W>>(
    before limit: UInt64, events: UInt64, observer: inout O
  ) -> EndReason {
    let budgetLimit = budgetEnd.map { UInt64(clamping: $0.nanoseconds) } ?? Self.never
    let horizon = Swift.min(limit, budgetLimit)
    let (target, overflow) = handled.addingReportingOverflow(events)
    let lastCount = Swift.min(overflow ? .max : target, budget.events)
    core.stopRequested = false
    var digest = runningDigest
    var count = handled
    // The rare things are looked at when the count gets here, so that each event pays one compare.
    var attention = count
    defer {
      runningDigest = digest
      handled = count
    }
    while true {
      if count >= attention {
        if let reason = attend(
          count: count, digest: digest, target: overflow ? .max : target, horizon: horizon)
        {
          return reason
        }
        attention = nextAttention(after: count, lastCount: lastCount)
      }
      guard let (time, event) = core.queue.pop(beforeNanoseconds: horizon) else {
        if core.queue.isEmpty { return .ranOut }
        takeSamples(upTo: core.now, observer: &observer)
        return limit <= budgetLimit ? .reachedInstant : .timeBudget
      }
      // Looked at here: inside of the function the world would be copied for every event.
      if let due = observer.nextSample, due <= time { takeSamples(upTo: time, observer: &observer) }
      if O.seesEvents { observer.willHandle(event, at: time, in: world) }
      world.handle(event, in: &core)
      if O.seesEvents { observer.didHandle(event, at: time, in: world) }
      digest.combine(time)
      event.fingerprint(into: &digest)
      count &+= 1
      if core.stopRequested {
        if count == checkpoints.nextCheckpoint { checkpoints.append(digest) }
        return .stopped
      }
    }
  }

  /// Keeps the checkpoint that is due, and ends the run that has used up what it may.
  @inlinable
  @inline(never)
  mutating func attend(
    count: UInt64, digest: Digest, target: UInt64, horizon: UInt64
  ) -> EndReason? {
    if count == checkpoints.nextCheckpoint { checkpoints.append(digest) }
    if count >= target { return .reachedCount }
    guard let next = core.queue.nextTime, UInt64(clamping: next.nanoseconds) < horizon else {
      return nil
    }
    if count >= budget.events { return .eventBudget }
    if count % ProgressWatch.interval == 0 {
      let lasted = progress.look(at: core.now, count: count)
      if lasted >= budget.eventsPerInstant && next == core.now { return .instantBudget }
    }
    return nil
  }

  @inlinable
  func nextAttention(after count: UInt64, lastCount: UInt64) -> UInt64 {
    let look = (count / ProgressWatch.interval + 1) * ProgressWatch.interval
    return Swift.max(
      Swift.min(checkpoints.nextCheckpoint, look, lastCount), count == .max ? count : count + 1)
  }

  @inlinable
  @inline(never)
  func takeSamples<O: Observer<W>>(upTo time: Instant, observer: inout O) {
    while let due = observer.nextSample, due <= time {
      observer.sample(at: due, of: world)
      if let following = observer.nextSample, following <= due {
        fatalError("samples move on in time: \(following) follows \(due)")
      }
    }
  }
}
