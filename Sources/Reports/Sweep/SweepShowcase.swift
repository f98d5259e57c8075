import Experiments

/// The points of a sweep that a page has room for: all of a few, else those that lost the fewest and
/// the most user-minutes.
public struct SweepShowcase: Sendable {
  static let pointsMax = 40
  static let endsMax = 10

  private(set) var first: [SweepPointSummary] = []
  /// Those with the fewest user-minutes lost, the fewest first.
  private(set) var least: [SweepPointSummary] = []
  /// Those with the most, the most first.
  private(set) var most: [SweepPointSummary] = []
  private(set) var count = 0
  /// Points that are not known as well as was asked for.
  public private(set) var wideCount = 0
  /// Of a grid over two axes.
  private(set) var map: SweepMap?

  public init(of plan: SweepPlan) {
    map = SweepMap(of: plan)
  }

  /// Takes the next point that has a finished run.
  public mutating func add(_ summary: SweepPointSummary) {
    guard summary.seeds > 0 else { return }
    count += 1
    map?.add(summary)
    if !summary.isNarrow { wideCount += 1 }
    if first.count < Self.pointsMax { first.append(summary) }
    Self.insert(summary, into: &least) { $0 < $1 }
    Self.insert(summary, into: &most) { $0 > $1 }
  }

  private static func insert(
    _ summary: SweepPointSummary, into list: inout [SweepPointSummary],
    isBefore: (Double, Double) -> Bool
  ) {
    func lost(_ summary: SweepPointSummary) -> Double {
      summary.figure(.userMinutesLost)?.mean ?? 0
    }
    // Equal ones stay in the order of their numbers.
    let place = list.firstIndex { isBefore(lost(summary), lost($0)) } ?? list.count
    guard place < endsMax else { return }
    list.insert(summary, at: place)
    if list.count > endsMax { list.removeLast() }
  }
}
