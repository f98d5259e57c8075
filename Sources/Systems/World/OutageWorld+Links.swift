import SimulationKernel

/// What faults of links do to messages; see `OutageEvent.message`, on the page of the wiring.
extension OutageWorld {
  /// Handles an event while a link is impaired, or what it did is not over.
  mutating func carry(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
    guard let message = event.message else { return dispatch(event, in: &context) }
    let fate = network.fate(of: message, at: context.now)
    if fate != .arrives { network.meet(on: message.link) }
    switch fate {
    case .arrives: deliver(event, in: &context)
    case .comesTwice:
      if let call = event.awaited { doubled.add(call) }
      context.schedule(.inTransit(inTransit.add(event)), after: .zero)
      dispatch(event, in: &context)
    case .comesLate(let delay):
      if case .discovery(.listed(_, let listing)) = event {
        etcd.listings.keep(listing, until: context.now + delay)
      }
      context.schedule(.inTransit(inTransit.add(event)), after: delay)
      guard network.doubles(message) else { return }
      if let call = event.awaited { doubled.add(call) }
      context.schedule(.inTransit(inTransit.add(event)), after: delay)
    case .vanishes: lose(event, in: &context)
    }
  }

  /// Hands a message over, unless it answers a call that has had its answer.
  mutating func deliver(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
    if !doubled.isEmpty, let call = event.answered, !doubled.passes(call) { return }
    dispatch(event, in: &context)
  }

  private mutating func lose(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
    switch event.whenLost(in: context) {
    case .hasTimeout: break
    case .isHeld: inTransit.hold(event)
    case .fails(let failure, let delay):
      context.schedule(.inTransit(inTransit.add(failure)), after: delay)
    }
  }

  /// A fault of a link begins or is over: what waits tries again.
  mutating func linksChanged(in context: inout Context<OutageEvent>) {
    looksAtMessages = !network.areOtherLinksSound || !doubled.isEmpty
    for event in inTransit.releaseHeld() { context.schedule(event, after: .zero) }
  }
}
