/// Why a run came back.
public enum EndReason: String, Hashable, Sendable, CaseIterable {
  /// The instant that was asked for: everything before it has happened.
  case reachedInstant
  /// The number of events that was asked for.
  case reachedCount
  /// The condition to go on no longer held.
  case conditionFailed
  /// No event is pending.
  case ranOut
  /// The world asked to stop.
  case stopped
  /// All events that the budget allows have happened, and more are pending.
  case eventBudget
  /// The simulated time that the budget allows is over, and events are pending.
  case timeBudget
  /// More events happened at one instant than the budget allows: the world goes round in circles.
  case instantBudget
}
