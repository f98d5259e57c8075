/// An event with the number of the event that scheduled it.
@frozen
@usableFromInline
struct CausedEvent<Event: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  @usableFromInline let event: Event
  @usableFromInline let cause: UInt64

  @inlinable
  init(event: Event, cause: UInt64) {
    self.event = event
    self.cause = cause
  }
}

/// Takes note of what caused what; like an `Observer`, it cannot disturb the run.
public protocol CauseObserver<Watched> {
  associatedtype Watched: World

  /// Whether it has seen enough; asked after each event, and once true, the run stays where it is.
  var isDone: Bool { get }

  /// An event has happened.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - number: Its place among all events of the run, from 1.
  ///   - cause: The number of the event that scheduled it; 0 where none did that this run has handled.
  ///   - instant: When it happened.
  ///   - world: The world as it is now.
  mutating func didHandle(
    _ event: Watched.Event, number: UInt64, cause: UInt64, at instant: Instant, in world: Watched)
}

/// A run that knows which event scheduled which.
///
/// Handles the events that a `Simulation` handles, in its order and with its digest, slower: while an
/// event is handled the world schedules into a queue of its own, and what is there afterwards is what
/// the event has caused. `Simulation` and the worlds know nothing of it, so that a plain run pays
/// nothing.
@frozen
public struct CausalSimulation<W: World>: Sendable {
  @usableFromInline var current: W
  @usableFromInline var runningDigest: Digest
  @usableFromInline var handled: UInt64
  /// What the world is given; its queue is empty between two events.
  @usableFromInline var context: Context<W.Event>
  @usableFromInline var queue: EventQueue<CausedEvent<W.Event>>

  /// Goes on where a simulation is; what waits there has no cause.
  @inlinable
  public init(_ simulation: Simulation<W>) {
    current = simulation.world
    runningDigest = simulation.digest
    handled = simulation.eventCount
    context = simulation.core
    queue = EventQueue(startingAt: simulation.now)
    // In order of time and scheduling, which the new queue keeps.
    while let (time, event) = context.queue.pop() {
      queue.push(CausedEvent(event: event, cause: 0), at: time)
    }
  }

  @inlinable public var world: W { current }
  /// Fingerprint of all events so far and their times, in order.
  @inlinable public var digest: Digest { runningDigest }
  /// Events that have happened.
  @inlinable public var eventCount: UInt64 { handled }
  /// The instant of the last event, or the instant that the last run reached.
  @inlinable public var now: Instant { queue.now }
  /// Events that wait.
  @inlinable public var pendingEvents: Int { queue.count }

  /// Handles all events before `instant`; what is due at it or later waits.
  ///
  /// - Returns: `reachedInstant`, or `ranOut` or `stopped` when there was an earlier end: the world
  ///   or the observer asked for it.
  /// - Note: Budgets are the business of the plain run: this one repeats what that has done.
  @inlinable
  @discardableResult
  public mutating func run<O: CauseObserver<W>>(
    until instant: Instant, observer: inout O
  ) -> EndReason {
    while let (time, pending) = queue.pop(before: instant) {
      context.queue.restart(at: time)
      context.stopRequested = false
      current.handle(pending.event, in: &context)
      handled &+= 1
      while let (due, caused) = context.queue.pop() {
        queue.push(CausedEvent(event: caused, cause: handled), at: due)
      }
      runningDigest.combine(time)
      pending.event.fingerprint(into: &runningDigest)
      observer.didHandle(
        pending.event, number: handled, cause: pending.cause, at: time, in: current)
      if context.stopRequested || observer.isDone { return .stopped }
    }
    return queue.isEmpty ? .ranOut : .reachedInstant
  }
}
