import SimulationKernel
import Systems

extension Replay {
  /// An event of a run, with its number and what the run was after it.
  public struct ListedEvent: Sendable, Equatable {
    /// Counted from 1.
    public let number: UInt64
    public let time: Instant
    /// In words.
    public let event: String
    /// After the event: two versions that list the same one have run alike so far.
    public let digest: Digest

    /// As `replay --events` prints it.
    public var line: String { "\(number) \(time) \(digest) \(event)" }
  }

  /// Lists events of a run, to be laid beside those of another version.
  ///
  /// - Parameters:
  ///   - numbers: Which, counted from 1; those after the run's end are left out.
  ///   - scenario: What to run.
  ///   - options: Seed and end.
  ///   - list: Is given one event after the other.
  /// - Throws: What `list` throws.
  public static func list<Failure: Error>(
    events numbers: ClosedRange<UInt64>, of scenario: OutageScenario,
    options: Options = Options(), _ list: (ListedEvent) throws(Failure) -> Void
  ) throws(Failure) {
    var listing = EventListing(numbers, of: scenario, options: options)
    while let event = listing.next() { try list(listing.listed(event)) }
  }
}

/// Events of a run, one after the other.
struct EventListing {
  /// An event that nobody has put into words yet, which takes longer than the event.
  struct Event {
    let number: UInt64
    let time: Instant
    let event: OutageEvent
    let digest: Digest

    /// The line of `replay --events` up to the words.
    var mark: String { "\(number) \(time) \(digest)" }
  }

  private let words: EventWords
  private let last: UInt64
  private var simulation: Simulation<OutageWorld>

  /// - Parameters:
  ///   - numbers: Which, counted from 1; those after the run's end are left out.
  ///   - scenario: What to run.
  ///   - options: Seed and end.
  init(
    _ numbers: ClosedRange<UInt64>, of scenario: OutageScenario,
    options: Replay.Options = Replay.Options()
  ) {
    precondition(numbers.lowerBound > 0, "events are counted from 1: \(numbers.lowerBound)")
    words = EventWords(scenario, scenario)
    let until = options.until ?? scenario.header.end
    var budget = RunBudget()
    budget.simulatedTime = until - scenario.header.start
    if let limit = options.eventLimit { budget.events = limit }
    simulation = scenario.simulation(
      seed: options.seed ?? scenario.header.seed, budget: budget)
    simulation.run(events: numbers.lowerBound - 1)
    last = simulation.eventCount == numbers.lowerBound - 1 ? numbers.upperBound : 0
  }

  mutating func next() -> Event? {
    guard simulation.eventCount < last, let (time, event) = simulation.step() else { return nil }
    return Event(
      number: simulation.eventCount, time: time, event: event, digest: simulation.digest)
  }

  func listed(_ event: Event) -> Replay.ListedEvent {
    Replay.ListedEvent(
      number: event.number, time: event.time, event: words.text(event.event),
      digest: event.digest)
  }
}
