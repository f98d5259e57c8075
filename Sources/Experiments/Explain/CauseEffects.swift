import Observation
import SimulationKernel
import Systems

/// All that came of a cause, merged where the same befell many.
public struct CauseEffects: Sendable, Equatable {
  /// What befell the members of a group.
  public struct Happening: Sendable, Equatable {
    public let kind: Occurrence.Kind
    /// How many members it befell: all of them where it is notable.
    public internal(set) var members = 1
    /// Over all members.
    public internal(set) var total: Int
    /// Of one member that it befell.
    public internal(set) var least: Int
    public internal(set) var most: Int
    public internal(set) var first: Instant
    public internal(set) var last: Instant
    /// The longest time that one member went through it again and again.
    public internal(set) var longest = Duration.zero

    init(_ kind: Occurrence.Kind, at time: Instant) {
      self.kind = kind
      (total, least, most) = (1, 1, 1)
      (first, last) = (time, time)
    }

    /// Once more to the same member.
    mutating func repeatAt(_ time: Instant) {
      total += 1
      (least, most) = (total, total)
      last = time
      longest = last - first
    }

    /// To other members too.
    mutating func merge(_ other: Happening) {
      members += other.members
      total += other.total
      least = min(least, other.least)
      most = max(most, other.most)
      first = min(first, other.first)
      last = max(last, other.last)
      longest = max(longest, other.longest)
    }
  }

  /// Subjects that the same befell.
  public struct Group: Sendable, Equatable {
    public let sort: Occurrence.Subject.Sort
    public internal(set) var count = 0
    /// The first members.
    public internal(set) var examples: [Occurrence.Subject] = []
    /// In the order in which they first came.
    public internal(set) var happenings: [Happening] = []

    public var first: Instant { happenings.map(\.first).min() ?? .start }
    public var last: Instant { happenings.map(\.last).max() ?? .start }
    /// What one would note in a postmortem.
    public var notable: [Happening] { happenings.filter(\.kind.isNotable) }

    static let examplesMax = 3
  }

  /// The events that all of it came of, in their order.
  public let causes: [CauseChain.Moment]
  /// Events that came of them.
  public let events: Int
  /// By what they are, then the largest first.
  public let groups: [Group]

  public init(causes: [CauseChain.Moment], events: Int, groups: [Group]) {
    self.causes = causes
    self.events = events
    self.groups = groups
  }

  /// Goes through a run for what came of some of its events: what they scheduled and so on, watchers
  /// that crashed on an entry that was written, and connections that a throttle refused.
  ///
  /// - Precondition: The numbers are those of events of the log.
  /// - Complexity: O(events).
  public init(of numbers: [UInt32], in log: CauseLog) {
    let roots = Set(numbers)
    var marks = [UInt64](repeating: 0, count: log.count / 64 + 1)
    func isMarked(_ number: UInt32) -> Bool {
      marks[Int(number >> 6)] >> UInt64(number & 63) & 1 == 1
    }
    var tally = Tally()
    var events = 0
    // The last write of a corrupt entry, and the limit in force.
    var corruption: UInt32 = 0
    var limit: UInt32 = 0
    log.forEach(from: numbers.min() ?? 1) { entry in
      let occurrence = Occurrence(entry)
      let behind: UInt32 =
        switch occurrence.kind {
        case .watcherCrashed, .supervisorGaveUp, .discoveryEnded:
          occurrence.detail == Occurrence.Trigger.listTimeout.rawValue ? 0 : corruption
        case .connectionThrottled: limit
        default: 0
        }
      if occurrence.kind == .entryCorrupted { corruption = entry.number }
      if occurrence.kind == .throttleSet { limit = entry.number }
      let isRoot = roots.contains(entry.number)
      guard isRoot || entry.cause > 0 && isMarked(entry.cause) || behind > 0 && isMarked(behind)
      else { return }
      marks[Int(entry.number >> 6)] |= 1 << UInt64(entry.number & 63)
      guard !isRoot, occurrence.kind != .overtaken else { return }
      events += 1
      tally.add(occurrence.kind, to: occurrence.subject, at: entry.time)
      // A supervisor that gives up does so over a watcher that crashed.
      guard occurrence.kind.isCrash, occurrence.kind != .watcherCrashed else { return }
      tally.add(.watcherCrashed, to: occurrence.subject, at: entry.time)
    }
    self.init(
      causes: numbers.sorted().map { CauseChain.Moment(log[$0]) }, events: events,
      groups: tally.groups)
  }
}

/// What befell each subject.
private struct Tally {
  private struct Member {
    let subject: Occurrence.Subject
    var happenings: [CauseEffects.Happening] = []
  }

  private var members: [Member] = []
  /// Only ever looked up.
  private var places: [Occurrence.Subject: Int] = [:]

  mutating func add(
    _ kind: Occurrence.Kind, to subject: Occurrence.Subject, at time: Instant
  ) {
    // A read's number says nothing to anybody.
    let subject = subject.sort == .read ? .company : subject
    let place: Int
    if let known = places[subject] {
      place = known
    } else {
      place = members.count
      places[subject] = place
      members.append(Member(subject: subject))
    }
    guard
      let index = members[place].happenings.firstIndex(where: { $0.kind == kind })
    else {
      members[place].happenings.append(CauseEffects.Happening(kind, at: time))
      return
    }
    members[place].happenings[index].repeatAt(time)
  }

  /// Members with the same notable happenings, together.
  var groups: [CauseEffects.Group] {
    struct Key: Hashable {
      let sort: Occurrence.Subject.Sort
      let kinds: [UInt8]
    }
    var groups: [CauseEffects.Group] = []
    var places: [Key: Int] = [:]
    for member in members {
      let kinds = member.happenings.map(\.kind).filter(\.isNotable).map(\.rawValue).sorted()
      let key = Key(sort: member.subject.sort, kinds: kinds)
      let place: Int
      if let known = places[key] {
        place = known
      } else {
        place = groups.count
        places[key] = place
        groups.append(CauseEffects.Group(sort: member.subject.sort))
      }
      groups[place].add(member.subject, member.happenings)
    }
    for index in groups.indices {
      groups[index].happenings.sort { ($0.first, $0.kind.rawValue) < ($1.first, $1.kind.rawValue) }
    }
    return groups.enumerated().sorted { left, right in
      (left.element.rank, -left.element.count, left.offset)
        < (right.element.rank, -right.element.count, right.offset)
    }.map(\.element)
  }
}

extension CauseEffects.Group {
  /// Nodes before users, and what has no number of its own last.
  fileprivate var rank: Int {
    switch sort {
    case .elixirNode: 0
    case .apiNode: 1
    case .client: 2
    case .guild: 3
    case .database: 4
    case .etcd: 5
    case .link: 6
    case .alert: 7
    case .step, .fault: 8
    case .read, .company: 9
    }
  }

  fileprivate mutating func add(
    _ member: Occurrence.Subject, _ happenings: [CauseEffects.Happening]
  ) {
    count += 1
    if examples.count < Self.examplesMax { examples.append(member) }
    for happening in happenings {
      if let index = self.happenings.firstIndex(where: { $0.kind == happening.kind }) {
        self.happenings[index].merge(happening)
      } else {
        self.happenings.append(happening)
      }
    }
  }
}
