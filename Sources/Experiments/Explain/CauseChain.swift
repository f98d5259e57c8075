import Observation
import SimulationKernel
import Systems

/// How one event came about: from the first cause to it.
///
/// An event's cause is the event that scheduled it, with four exceptions, in which that one only gave
/// the occasion:
///
/// - What waited in a queue was let in by somebody else who had finished. The cause is what befell it
///   before.
/// - A watcher that lists the entries crashes on one that somebody wrote earlier. Within a crash loop
///   the cause is the crash before; at its beginning it is the write.
/// - An alert is found by a look of the monitoring. The cause is what last moved its measure before the
///   condition began to hold, and when it clears what brought it back.
/// - A connection that a throttle refuses was refused by the limit that was set last, which is named
///   beside it.
public struct CauseChain: Sendable, Equatable {
  /// One event of a run.
  public struct Moment: Sendable, Equatable {
    /// Its place among all events of the run, from 1.
    public let number: UInt32
    public let time: Instant
    public let occurrence: Occurrence

    public init(number: UInt32, time: Instant, occurrence: Occurrence) {
      self.number = number
      self.time = time
      self.occurrence = occurrence
    }

    init(_ entry: CauseLog.Entry) {
      self.init(number: entry.number, time: entry.time, occurrence: Occurrence(entry))
    }
  }

  /// One event of the chain, and how the one before it led to it.
  public struct Link: Sendable, Equatable {
    public let moment: Moment
    /// Who let it in when its turn came; nil where it did not wait in a queue.
    public let letInBy: Moment?
    /// What else it took: the throttle that was set, the look that found it.
    public let also: Moment?
    /// The fault that struck here, by its slot.
    public let fault: UInt32?

    public init(
      _ moment: Moment, letInBy: Moment? = nil, also: Moment? = nil, fault: UInt32? = nil
    ) {
      self.moment = moment
      self.letInBy = letInBy
      self.also = also
      self.fault = fault
    }
  }

  /// The first cause first; never empty.
  public let links: [Link]

  public init(links: [Link]) { self.links = links }

  public var first: Moment { links[0].moment }
  public var last: Moment { links[links.count - 1].moment }
  /// Faults that struck on the way, by their slots, in the order of the chain.
  public var faults: [UInt32] {
    var slots: [UInt32] = []
    for case let slot? in links.map(\.fault) where !slots.contains(slot) { slots.append(slot) }
    return slots
  }

  /// Walks back from an event.
  ///
  /// - Parameters:
  ///   - number: The event, from 1.
  ///   - log: Of the run.
  ///   - alerts: What the measure of each alert is, and how long its condition holds before it fires.
  /// - Precondition: The log has the event.
  public init(
    to number: UInt32, in log: CauseLog, alerts: [(measure: String, duration: Duration)] = []
  ) {
    var walk = Walk(log: log, alerts: alerts)
    var links: [Link] = []
    var next: UInt32? = number
    while let number = next {
      let (link, previous) = walk.link(to: number)
      links.append(link)
      next = previous
    }
    self.links = links.reversed()
  }
}

/// One walk back through a log.
private struct Walk {
  let log: CauseLog
  let alerts: [(measure: String, duration: Duration)]
  /// The client or guild that the chain is about.
  private var focus: Occurrence.Subject?

  init(log: CauseLog, alerts: [(measure: String, duration: Duration)]) {
    self.log = log
    self.alerts = alerts
  }

  /// An event, and the number of the one that led to it; nil when it is a first cause.
  mutating func link(to number: UInt32) -> (CauseChain.Link, previous: UInt32?) {
    let entry = log[number]
    let moment = CauseChain.Moment(entry)
    let subject = moment.occurrence.subject
    if subject.sort == .client || subject.sort == .guild { focus = subject }
    guard entry.cause > 0 else { return (.init(moment), nil) }
    let sender = CauseChain.Moment(log[entry.cause])
    if moment.occurrence.kind.isFirstCause {
      // An operator who was called: the alert is part of the story.
      let isCalled =
        moment.occurrence.kind == .operatorActed && sender.occurrence.kind == .alertFired
      return (.init(moment), isCalled ? sender.number : nil)
    }
    switch moment.occurrence.kind {
    case .announceHit:
      return (.init(moment, fault: moment.occurrence.detail), sender.number)
    case .connectionThrottled:
      let limit = last(before: number) { $0.kind == .throttleSet }
      return queued(moment, sender, also: limit)
    case .alertFired, .alertCleared:
      if let mover = mover(of: moment) { return (.init(moment, also: sender), mover) }
    case .watcherCrashed, .supervisorGaveUp, .discoveryEnded:
      if let write = write(behind: moment, sender) {
        return (.init(moment, also: sender), write.number)
      }
    default: break
    }
    return queued(moment, sender)
  }

  /// Follows the subject where somebody else gave it its turn.
  private func queued(
    _ moment: CauseChain.Moment, _ sender: CauseChain.Moment, also: CauseChain.Moment? = nil
  ) -> (CauseChain.Link, UInt32?) {
    let (subject, other) = (moment.occurrence.subject, sender.occurrence.subject)
    let isQueued =
      subject.sort == other.sort && subject != other
      && (subject.sort == .client || subject.sort == .guild || subject.sort == .read)
    guard isQueued else { return (.init(moment, also: also), sender.number) }
    // A read that waited for a worker has no story of its own yet; who asked for it has. What the log
    // has of its slot befell others who used it before.
    let isFirst = moment.occurrence.kind == .readArrived
    let own = isFirst ? nil : last(before: moment.number) { $0.subject == subject }
    let asker = subject.sort == .read ? focus : nil
    guard
      let previous = own
        ?? asker.flatMap({ asker in
          last(before: moment.number) { $0.subject == asker }
        })
    else { return (.init(moment, also: also), sender.number) }
    return (.init(moment, letInBy: sender, also: also), previous.number)
  }

  private func last(
    before number: UInt32, where isWanted: (Occurrence) -> Bool
  ) -> CauseChain.Moment? {
    log.last(before: number) { isWanted(Occurrence($0)) }.map { CauseChain.Moment($0) }
  }

  /// The write of the entry that a watcher crashed on, where its crash begins a loop.
  private func write(
    behind crash: CauseChain.Moment, _ sender: CauseChain.Moment
  ) -> CauseChain.Moment? {
    switch sender.occurrence.kind {
    case .listRequested:
      let cause = log[sender.number].cause
      if cause > 0, Occurrence(log[cause]).kind.isCrash { return nil }
    // The history told the watcher of a change that it had missed.
    case .watchRequested: break
    default: return nil
    }
    return last(before: crash.number) { $0.kind == .entryCorrupted }
  }

  /// What last moved an alert's measure before its condition began to hold, or brought it back.
  private func mover(of moment: CauseChain.Moment) -> UInt32? {
    let index = Int(moment.occurrence.subject.number)
    guard index < alerts.count else { return nil }
    let (measure, duration) = alerts[index]
    let isFiring = moment.occurrence.kind == .alertFired
    let witness =
      isFiring ? CauseWitness(moving: measure) : CauseWitness(restoring: measure)
    let earliest = isFiring ? moment.time - duration : moment.time
    return log.last(before: moment.number) {
      $0.time < earliest && witness.sees(Occurrence($0))
    }?.number
  }
}
