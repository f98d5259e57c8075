/// How many times as much of a parameter there could be before an outage becomes likelier than not.
///
/// Of a parameter whose growth brings the outage, the edge over today's value; of one whose
/// growth keeps it away, today's value over the edge. So above 1 there is room left, and below 1 the
/// edge is passed.
public struct CliffMargin: Sendable, Equatable {
  /// nil where the edge is not in the range that was searched.
  public let value: Double?
  /// At least; zero where nothing was shown.
  public let low: Double
  /// At most; nil where nothing was shown.
  public let high: Double?
}

extension Cliff {
  /// Nil where the scenario's own value is zero or absent, or where more cannot be told from less.
  public var margin: CliffMargin? {
    guard let present = span.present, present > 0 else { return nil }
    switch finding {
    case .never: return neverMargin(present)
    case .always: return alwaysMargin(present)
    case .found, .unclear: break
    }
    switch search.direction {
    case .rising:
      return CliffMargin(
        value: estimate.map { $0 / present }, low: (low ?? 0) / present,
        high: high.map { $0 / present })
    case .falling:
      return CliffMargin(
        value: estimate.flatMap { $0 > 0 ? present / $0 : nil },
        low: high.map { present / $0 } ?? 0,
        high: low.flatMap { $0 > 0 ? present / $0 : nil })
    case nil: return nil
    }
  }

  /// No outage up to the ends of the range: so much room at least.
  private func neverMargin(_ present: Double) -> CliffMargin? {
    let up = span.high / present
    let down = span.low > 0 ? present / span.low : nil
    switch search.direction {
    case .rising: return CliffMargin(value: nil, low: up, high: nil)
    // Down to nothing, there is no number for it.
    case .falling: return down.map { CliffMargin(value: nil, low: $0, high: nil) }
    case nil: return CliffMargin(value: nil, low: min(up, down ?? up), high: nil)
    }
  }

  /// An outage everywhere: nowhere in the range is there room.
  private func alwaysMargin(_ present: Double) -> CliffMargin? {
    let (rising, falling) = (span.low / present, present / span.high)
    switch search.direction {
    case .rising: return CliffMargin(value: nil, low: 0, high: rising)
    case .falling: return CliffMargin(value: nil, low: 0, high: falling)
    case nil: return CliffMargin(value: nil, low: 0, high: max(rising, falling))
    }
  }
}
