extension Simulation {
  /// Takes events that wait back, and schedules others ahead of what is due at their instants.
  ///
  /// A fork that changes what was planned from the start needs both: the changed plan's events then
  /// stand where they would stand had they been in the plan all the time. Everything else keeps its
  /// order.
  ///
  /// - Parameters:
  ///   - isTakenBack: Asked once about each event that waits, in their order.
  ///   - events: In their order; those at one instant stay in it, in front of what waits there.
  /// - Precondition: No event is due before `now`.
  /// - Complexity: O(events that wait).
  public mutating func reschedule(
    takingBack isTakenBack: (W.Event) -> Bool, adding events: [(time: Instant, event: W.Event)]
  ) {
    var waiting = core.queue
    var queue = EventQueue<W.Event>(startingAt: now)
    let added = events.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    var next = added.startIndex
    while let (time, event) = waiting.pop() {
      while next < added.endIndex, added[next].time <= time {
        queue.push(added[next].event, at: added[next].time)
        next += 1
      }
      if !isTakenBack(event) { queue.push(event, at: time) }
    }
    for (time, event) in added[next...] { queue.push(event, at: time) }
    core.queue = queue
  }
}
