import Observation
import SimulationKernel

/// Remembers of every event of a run what it came to, to whom, and what caused it.
public struct CauseRecorder: CauseObserver, Sendable {
  public typealias Watched = OutageWorld

  public private(set) var log: CauseLog
  /// What the run need not go on after.
  private let goal: Goal?
  public private(set) var hasReachedGoal = false
  private var reader = OccurrenceReader()

  /// The first occurrence of a kind that befalls a subject.
  public struct Goal: Sendable {
    let kind: Occurrence.Kind
    let subject: Occurrence.Subject?

    /// - Parameters:
    ///   - kind: What happens.
    ///   - subject: To whom; nil: anybody.
    public init(_ kind: Occurrence.Kind, of subject: Occurrence.Subject?) {
      self.kind = kind
      self.subject = subject
    }
  }

  /// - Parameters:
  ///   - limit: How many events are remembered; the run ends there.
  ///   - goal: nil: the run goes on to its end.
  public init(limit: Int, until goal: Goal? = nil) {
    log = CauseLog(limit: limit)
    self.goal = goal
  }

  public var isDone: Bool { hasReachedGoal || log.isFull }

  public mutating func didHandle(
    _ event: OutageEvent, number: UInt64, cause: UInt64, at instant: Instant, in world: OutageWorld
  ) {
    precondition(number == UInt64(log.count) + 1, "a recorder sees a run from its first event on")
    let cause = UInt32(cause)
    let occurrence = reader.read(
      event, at: instant, in: world,
      sender: cause > 0 ? Occurrence(log[cause]).subject : .company)
    log.append(
      time: instant, cause: cause, subject: occurrence.subject.number, content: occurrence.content)
    guard let goal, goal.kind == occurrence.kind else { return }
    hasReachedGoal = goal.subject.map { $0 == occurrence.subject } ?? true
  }
}

extension Occurrence {
  /// What a log holds of an event.
  public init(_ entry: CauseLog.Entry) {
    self.init(content: entry.content, subject: entry.subject)
  }
}
