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
    precondition(numbers.lowerBound > 0, "events are counted from 1: \(numbers.lowerBound)")
    let words = EventWords(scenario, scenario)
    let until = options.until ?? scenario.header.end
    var budget = RunBudget()
    budget.simulatedTime = until - scenario.header.start
    if let limit = options.eventLimit { budget.events = limit }
    var simulation = scenario.simulation(
      seed: options.seed ?? scenario.header.seed, budget: budget)
    simulation.run(events: numbers.lowerBound - 1)
    guard simulation.eventCount == numbers.lowerBound - 1 else { return }
    while simulation.eventCount < numbers.upperBound, let (time, event) = simulation.step() {
      try list(
        ListedEvent(
          number: simulation.eventCount, time: time, event: words.text(event),
          digest: simulation.digest))
    }
  }
}
