import SimulationKernel
import Systems

extension CauseChain {
  /// Links of a chain that are told together: one, or a cycle that went round several times.
  public struct Step: Sendable, Equatable {
    /// All of them, in order.
    public let links: [Link]
    /// How many links one round has.
    public let period: Int

    public var rounds: Int { links.count / period }
    /// The links of the first round.
    public var round: ArraySlice<Link> { links.prefix(period) }
    public var start: Instant { links[0].moment.time }
    public var end: Instant { links[links.count - 1].moment.time }

    /// How many links are of a kind.
    public func count(_ kind: Occurrence.Kind) -> Int {
      links.reduce(0) { $0 + ($1.moment.occurrence.kind == kind ? 1 : 0) }
    }
  }

  /// Longest cycle that is looked for: a retry passes through about ten events.
  private static let periodMax = 16

  /// The chain with its cycles merged.
  public var steps: [Step] {
    let marks = links.map(Mark.init)
    var steps: [Step] = []
    var start = 0
    while start < links.count {
      var best = (period: 1, rounds: 1)
      for period in 1...Self.periodMax where start + 2 * period <= links.count {
        var rounds = 1
        while start + (rounds + 1) * period <= links.count,
          (0..<period).allSatisfy({
            marks[start + $0] == marks[start + rounds * period + $0]
          })
        { rounds += 1 }
        // Of equally long ones the shorter cycle says it better.
        if rounds > 1, rounds * period > best.period * best.rounds || best.rounds == 1 {
          best = (period, rounds)
        }
      }
      let end = start + best.period * best.rounds
      steps.append(Step(links: Array(links[start..<end]), period: best.period))
      start = end
    }
    return steps
  }

  /// What makes two links the same but for their time.
  private struct Mark: Equatable {
    let kind: Occurrence.Kind
    let subject: Occurrence.Subject
    /// What a watcher crashed on.
    let trigger: UInt32

    init(_ link: Link) {
      let occurrence = link.moment.occurrence
      trigger = occurrence.kind.isCrash ? occurrence.detail : 0
      // Whether a supervisor gave up in between does not break a crash loop.
      kind = occurrence.kind == .supervisorGaveUp ? .watcherCrashed : occurrence.kind
      // Each read has a number of its own.
      subject = occurrence.subject.sort == .read ? .company : occurrence.subject
    }
  }
}
