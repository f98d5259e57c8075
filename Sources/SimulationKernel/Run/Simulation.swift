/// A world, its clock and its pending events: everything that the future of a run depends on.
///
/// A value: a copy is a checkpoint and a fork. The copy and the original go on independently, and
/// both go on exactly as the original would have.
@frozen
public struct Simulation<W: World>: Sendable {
  public var world: W
  public let budget: RunBudget
  /// The instant that the simulation was created at.
  public let start: Instant

  @usableFromInline var core: Context<W.Event>
  @usableFromInline var handled: UInt64 = 0
  @usableFromInline var runningDigest = Digest()
  @usableFromInline var checkpoints = DigestTrail()
  @usableFromInline var progress: ProgressWatch

  /// A simulation without events; schedule the first ones before running it.
  ///
  /// - Precondition: `start` is not negative.
  @inlinable
  public init(
    world: W, environment: W.Event.Environment, seed: UInt64, startingAt start: Instant = .start,
    budget: RunBudget = RunBudget()
  ) {
    self.world = world
    self.budget = budget
    self.start = start
    core = Context(environment: environment, seed: seed, startingAt: start)
    progress = ProgressWatch(startingAt: start)
  }

  /// The context that the world is given, to look at.
  @inlinable public var context: Context<W.Event> { core }

  /// What does not change during a run, and may be changed between two.
  @inlinable public var environment: W.Event.Environment {
    get { core.environment }
    set { core.environment = newValue }
  }

  /// The instant of the last event, or the instant that the last run reached.
  @inlinable public var now: Instant { core.now }
  /// Events that have happened.
  @inlinable public var eventCount: UInt64 { handled }
  /// Events that wait.
  @inlinable public var pendingEvents: Int { core.queue.count }
  /// Time of the next event, or nil.
  @inlinable public var nextTime: Instant? { core.queue.nextTime }
  /// Fingerprint of all events so far and their times, in order.
  @inlinable public var digest: Digest { runningDigest }
  /// The digest at earlier events.
  @inlinable public var digestTrail: DigestTrail { checkpoints }

  /// Schedules an event from outside of the world: the first ones, and faults.
  ///
  /// - Precondition: `time` is not before `now`.
  @inlinable
  public mutating func schedule(_ event: W.Event, at time: Instant) {
    core.schedule(event, at: time)
  }

  /// Schedules an event from outside of the world.
  ///
  /// - Precondition: `delay` is not negative and does not lead past the end of time.
  @inlinable
  public mutating func schedule(_ event: W.Event, after delay: Duration) {
    core.schedule(event, after: delay)
  }
}

/// Notices a run whose clock stands still.
@frozen
@usableFromInline
struct ProgressWatch: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var instant: Instant
  @usableFromInline var since: UInt64 = 0

  /// Events from one look at the clock to the next.
  @inlinable static var interval: UInt64 { 65_536 }

  @inlinable
  init(startingAt start: Instant) {
    instant = start
  }

  /// Takes note of the clock after `count` events; returns how many the instant has lasted at least.
  @usableFromInline
  mutating func look(at now: Instant, count: UInt64) -> UInt64 {
    if now != instant {
      instant = now
      since = count
    }
    return count - since
  }
}
