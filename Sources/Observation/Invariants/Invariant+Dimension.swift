extension Invariant {
  /// What a quantity counts, and how often seconds are a factor of it: users, users per second,
  /// seconds, a plain ratio.
  struct Dimension: Sendable, Equatable {
    enum Thing: Sendable {
      /// A bare number, which may count anything.
      case any
      /// Whatever it is held against, as a literal rate is: `4000/s` of users or of attempts.
      case something
      /// Nothing: shares, ratios and times.
      case none
      case users, nodes, count
    }

    var thing: Thing
    var seconds: Int

    static let ratio = Dimension(thing: .none, seconds: 0)
    static let time = Dimension(thing: .none, seconds: 1)
    static let number = Dimension(thing: .any, seconds: 0)
    static let rate = Dimension(thing: .something, seconds: -1)

    init(thing: Thing, seconds: Int) {
      self.thing = thing
      self.seconds = seconds
    }

    init(_ unit: MetricUnit) {
      switch unit {
      case .users: self = Dimension(thing: .users, seconds: 0)
      case .nodes: self = Dimension(thing: .nodes, seconds: 0)
      case .count, .clusters: self = Dimension(thing: .count, seconds: 0)
      case .share, .ratio: self = .ratio
      case .seconds, .minutes, .clock: self = .time
      case .userMinutes: self = Dimension(thing: .users, seconds: 1)
      case .perSecond: self = .rate
      }
    }

    /// The common dimension of two quantities that are added or compared; nil when there is none.
    func joined(with other: Dimension) -> Dimension? {
      guard seconds == other.seconds else { return nil }
      if thing == other.thing || other.thing == .any { return self }
      if thing == .any || thing == .something { return other }
      return other.thing == .something ? self : nil
    }

    func times(_ other: Dimension) -> Dimension? {
      let seconds = self.seconds + other.seconds
      switch (thing, other.thing) {
      // A multiple. A literal rate times a time is so many of whatever the rate is of.
      case (.any, let thing), (let thing, .any), (.none, let thing), (let thing, .none):
        return Dimension(thing: thing, seconds: seconds)
      // So many per second of each of them.
      case (.something, let thing), (let thing, .something):
        return Dimension(thing: thing, seconds: seconds)
      case (.users, _), (.nodes, _), (.count, _): return nil
      }
    }

    /// Things over things, alike or not, are a ratio: attempts per user.
    ///
    /// Over a literal rate, which is one of the same things, they are the time that it takes.
    func over(_ other: Dimension) -> Dimension? {
      let seconds = self.seconds - other.seconds
      switch (thing, other.thing) {
      case (.any, .none):
        return Dimension(thing: seconds == 0 ? .any : .something, seconds: seconds)
      case (let thing, .any), (let thing, .none): return Dimension(thing: thing, seconds: seconds)
      case (.something, .something) where seconds == 0: return .number
      case (.any, .something), (.none, .something), (.something, _), (.users, _), (.nodes, _),
        (.count, _):
        return Dimension(thing: .none, seconds: seconds)
      case (.any, _), (.none, _): return nil
      }
    }

    /// In the plural, as it stands in errors: `users per second`.
    var text: String {
      let things =
        switch thing {
        case .any, .something: "a number"
        case .none: seconds == 0 ? "a share or ratio" : "a number"
        case .users: "users"
        case .nodes: "nodes"
        case .count: "a count"
        }
      switch seconds {
      case 0: return things
      case 1: return thing == .none ? "a time" : "\(things) times seconds"
      case -1:
        let isOfAnything = thing == .none || thing == .any || thing == .something
        return isOfAnything ? "a rate" : "\(things) per second"
      default: return "\(things) by seconds to the power of \(seconds)"
      }
    }
  }
}
