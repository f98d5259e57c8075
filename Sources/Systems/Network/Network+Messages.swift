import SimulationKernel

extension Network {
  /// A message on a link, as a fault of the link sees it.
  public struct Message: Sendable {
    let link: Link
    let isAnswer: Bool
    /// What tells it from other messages, for draws.
    let word: UInt64
  }

  /// What becomes of a message that arrives while faults last.
  enum Fate: Equatable {
    case arrives
    case comesTwice
    case comesLate(Duration)
    case vanishes
  }

  /// What faults do to a message that would arrive now.
  ///
  /// A fault acts where a message arrives: what is on its way when the link is cut does not arrive.
  func fate(of message: Message, at now: Instant) -> Fate {
    let state = links[message.link.index]
    if state.isCut || (message.isAnswer && state.losesAnswers) { return .vanishes }
    let resent = Retransmission(timeout: configuration.retransmissionTimeout).delay { tries in
      // A message may come again with the same content, but not at the same time.
      state.loss > 0
        && linkLosses[message.link.index].chance(
          state.loss, in: 1_000_000, for: message.word,
          draw: UInt64(bitPattern: now.nanoseconds) << 4 | tries)
    }
    let delay = state.extraDelay + resent
    if delay > .zero { return .comesLate(delay) }
    return doubles(message) ? .comesTwice : .arrives
  }

  /// Whether a fault doubles this message; one that comes late comes late twice.
  func doubles(_ message: Message) -> Bool {
    links[message.link.index].duplicatesRequests && !message.isAnswer
  }
}
