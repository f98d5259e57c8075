/// What faults have struck: figures of a run that no event depends on.
extension Faults {
  /// What one fault has struck, other than single connections, which the network counts itself.
  struct Strike: Sendable, Equatable {
    let slot: UInt16
    /// What the counter of its kind showed when it began.
    let before: Int
    /// What it showed when the fault was over; nil while it lasts.
    var after: Int?

    /// What it struck, by what the counter shows now.
    func count(_ now: Int) -> Int { max(0, (after ?? now) - before) }
  }

  /// Notes that a fault begins, or is over.
  ///
  /// - Parameters:
  ///   - event: Before it is handled.
  ///   - counter: What the counter of a kind of fault shows; nil for kinds that nobody counts here.
  ///   - reached: How many a fault strikes at once; nil for kinds that last.
  mutating func note(
    _ event: Event, counter: (Kind) -> Int?, reached: (Kind) -> Int?
  ) {
    switch event {
    case .due(let slot):
      guard let kind = injection(slot)?.kind else { return }
      if let reached = reached(kind) {
        strikes.append(Strike(slot: slot, before: 0, after: reached))
      } else if let counter = counter(kind) {
        // An election ends by itself; the next one is another fault's.
        if kind == .etcd(.leaderLost) { close(kind, at: counter) }
        strikes.append(Strike(slot: slot, before: counter))
      }
    case .over(let slot):
      guard let kind = injection(slot)?.kind, let counter = counter(kind),
        let index = strikes.lastIndex(where: { $0.slot == slot && $0.after == nil })
      else { return }
      strikes[index].after = counter
    }
  }

  private mutating func close(_ kind: Kind, at counter: Int) {
    for index in strikes.indices
    where strikes[index].after == nil && injection(strikes[index].slot)?.kind == kind {
      strikes[index].after = counter
    }
  }
}
