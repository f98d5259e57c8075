import SimulationKernel

/// Watches all invariants of a scenario: at equal steps of simulated time, nothing in between.
public struct InvariantMonitors: Sendable {
  /// Invariants that are looked at together.
  private struct Group: Sendable {
    var clock: SampleClock
    var monitors: [InvariantMonitor]
    /// Places of the monitors in the scenario's order.
    var places: [Int]
    /// By the signals' numbers.
    var earlier: [LatencyHistogram?]
  }

  private var groups: [Group] = []
  private let signals: Int
  private let count: Int

  /// Monitors of a run from its start; the first look is one step after it, as the systems begin with
  /// the first event.
  public init(_ invariants: [Invariant], of catalogue: SignalCatalogue, from start: Instant) {
    signals = catalogue.signals.count
    count = invariants.count
    for (place, invariant) in invariants.enumerated() {
      let monitor = InvariantMonitor(invariant, from: start)
      if let index = groups.firstIndex(where: { $0.clock.period == invariant.every }) {
        groups[index].monitors.append(monitor)
        groups[index].places.append(place)
        continue
      }
      var clock = SampleClock(every: invariant.every, from: start)
      clock.advance()
      groups.append(
        Group(
          clock: clock, monitors: [monitor], places: [place],
          earlier: Array(repeating: nil, count: signals)))
    }
  }

  /// When something is looked at next; nil when everything has been decided.
  public var nextLook: Instant? {
    groups.compactMap { group in
      group.monitors.allSatisfy(\.hasDecided) ? nil : group.clock.next
    }.min()
  }

  /// Looks at a run, if something is due.
  public mutating func look<Source: SignalSource>(at instant: Instant, of source: Source) {
    for index in groups.indices where groups[index].clock.next == instant {
      groups[index].clock.advance()
      look(index, at: instant, of: source)
    }
  }

  /// These monitors after a last look at the very end of a run, off their steps, by those that are
  /// about it, or about a time since their last look.
  ///
  /// Functions over time stay what they were at the last look: their samples are a step apart.
  public func closed<Source: SignalSource>(
    at end: Instant, of source: Source
  ) -> InvariantMonitors {
    var closed = self
    for index in groups.indices {
      for place in groups[index].monitors.indices
      where groups[index].monitors[place].isDue(atEnd: end) {
        var values = Array(repeating: Double.nan, count: signals)
        for number in groups[index].monitors[place].invariant.plan.values {
          if let value = source.value(of: number, at: end), value.isFinite {
            values[number] = value
          }
        }
        closed.groups[index].monitors[place].lookLast(at: end, values: values)
      }
    }
    return closed
  }

  private mutating func look<Source: SignalSource>(
    _ index: Int, at instant: Instant, of source: Source
  ) {
    var values = Array(repeating: Double.nan, count: signals)
    var isRead = Array(repeating: false, count: signals)
    var changes: [LatencyHistogram?] = Array(repeating: nil, count: signals)
    for monitor in groups[index].monitors where !monitor.hasDecided {
      for number in monitor.invariant.plan.values where !isRead[number] {
        isRead[number] = true
        if let value = source.value(of: number, at: instant), value.isFinite {
          values[number] = value
        }
      }
      for number in monitor.invariant.plan.distributions where changes[number] == nil {
        let now = source.distribution(of: number)
        changes[number] = now.since(groups[index].earlier[number] ?? LatencyHistogram())
        groups[index].earlier[number] = now
      }
    }
    for place in groups[index].monitors.indices {
      groups[index].monitors[place].look(at: instant, values: values, changes: changes)
    }
  }

  /// How each invariant stands when the run is over, in the scenario's order.
  ///
  /// - Parameters:
  ///   - end: Where the run ended.
  ///   - isWhole: Whether that is where the scenario ends.
  /// - Returns: One verdict each.
  public func verdicts(at end: Instant, isWhole: Bool) -> [InvariantVerdict] {
    var verdicts: [InvariantVerdict?] = Array(repeating: nil, count: count)
    for group in groups {
      for (monitor, place) in zip(group.monitors, group.places) {
        verdicts[place] = monitor.verdict(at: end, isWhole: isWhole)
      }
    }
    return verdicts.compactMap { $0 }
  }
}
