/// Something that watches a run and cannot disturb it.
///
/// It sees events, instants and the world, and is given nothing that could schedule, draw or change
/// any of them: that is a matter of types, not of discipline. A run gives the same digest with any
/// observer. All hooks do nothing unless they are implemented.
public protocol Observer<Watched> {
  associatedtype Watched: World

  /// Whether `willHandle` and `didHandle` are called; an observer that only samples says no, and the
  /// loop then never holds the world out to it.
  static var seesEvents: Bool { get }

  /// When `sample` wants to be called next, or nil for never.
  var nextSample: Instant? { get }

  /// An event is about to happen.
  mutating func willHandle(_ event: Watched.Event, at instant: Instant, in world: Watched)

  /// An event has happened.
  mutating func didHandle(_ event: Watched.Event, at instant: Instant, in world: Watched)

  /// Looks at the world as it is when everything before `instant` has happened and nothing at it.
  ///
  /// Takes no event, so sampling does not depend on what the world does, and costs the queue
  /// nothing. Called for each instant that `nextSample` names, up to the next event or the instant
  /// that the run was asked to reach.
  ///
  /// - Postcondition: `nextSample` is later than `instant`, or nil.
  mutating func sample(at instant: Instant, of world: Watched)
}

extension Observer {
  @inlinable public static var seesEvents: Bool { true }
  @inlinable public var nextSample: Instant? { nil }
  @inlinable
  public mutating func willHandle(_ event: Watched.Event, at instant: Instant, in world: Watched) {}
  @inlinable
  public mutating func didHandle(_ event: Watched.Event, at instant: Instant, in world: Watched) {}
  @inlinable
  public mutating func sample(at instant: Instant, of world: Watched) {}
}

/// Watches nothing and costs nothing.
@frozen
public struct NoObserver<Watched: World>: Observer, Sendable {
  @inlinable public static var seesEvents: Bool { false }

  @inlinable
  public init() {}
}

/// Two observers, the first called first.
@frozen
public struct ObserverPair<First: Observer, Second: Observer<First.Watched>>: Observer {
  public typealias Watched = First.Watched

  @inlinable public static var seesEvents: Bool { First.seesEvents || Second.seesEvents }

  public var first: First
  public var second: Second

  @inlinable
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  @inlinable
  public var nextSample: Instant? {
    guard let left = first.nextSample else { return second.nextSample }
    guard let right = second.nextSample else { return left }
    return min(left, right)
  }

  @inlinable
  public mutating func willHandle(_ event: Watched.Event, at instant: Instant, in world: Watched) {
    first.willHandle(event, at: instant, in: world)
    second.willHandle(event, at: instant, in: world)
  }

  @inlinable
  public mutating func didHandle(_ event: Watched.Event, at instant: Instant, in world: Watched) {
    first.didHandle(event, at: instant, in: world)
    second.didHandle(event, at: instant, in: world)
  }

  @inlinable
  public mutating func sample(at instant: Instant, of world: Watched) {
    if first.nextSample == instant { first.sample(at: instant, of: world) }
    if second.nextSample == instant { second.sample(at: instant, of: world) }
  }
}

extension ObserverPair: Sendable where First: Sendable, Second: Sendable {}

/// The instants of a fixed period, for an observer to keep.
@frozen
public struct SampleClock: Hashable, Sendable, BitwiseCopyable {
  public let period: Duration
  /// The next instant, or nil when it would lie past the end of time.
  public private(set) var next: Instant?

  /// - Precondition: `period` is longer than zero.
  public init(every period: Duration, from first: Instant = .start) {
    precondition(period > .zero, "a sampling period is longer than zero: \(period)")
    self.period = period
    next = first
  }

  /// Moves on by one period.
  public mutating func advance() {
    next = next?.adding(period)
  }
}
