/// A simulated world: a value that takes events.
public protocol World: Sendable {
  associatedtype Event: SimulationEvent
  mutating func handle(_ event: Event, in context: inout Context<Event>)
}
