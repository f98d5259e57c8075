import Experiments

/// The progress of a comparison over all that it does: the runs, the screening, and the ends of
/// assumptions, of which nobody knows how many there are before the screening.
struct ComparePhases {
  private var bar: ProgressBar
  /// What each phase takes, in runs of the comparison.
  private var weights: [Double]
  private var phase = 0

  /// - Parameters:
  ///   - plan: The comparison.
  ///   - seeds: At most.
  ///   - assumptions: How many are to be run at their ends.
  ///   - console: Where it is shown.
  init(
    _ plan: ComparisonPlan, seeds: Int, assumptions: CompareCommand.AssumptionCount,
    on console: Console
  ) {
    bar = ProgressBar("compare", on: console)
    let perSetting = plan.arms.count + 1
    weights = [Double(plan.settings.count * perSetting * seeds)]
    guard !assumptions.isNone else { return }
    let count = min(assumptions.limit ?? Self.matteringUsual, Self.matteringUsual)
    weights.append(AssumptionScreening.weight(of: plan))
    weights.append(
      Double(2 * count * perSetting * min(CompareCommand.endSeedsMax, seeds)))
  }

  /// Assumptions that matter, until it is known how many do.
  private static let matteringUsual = 10

  /// What the phase that begins takes.
  mutating func expect(runs: Int) { weights[phase] = Double(runs) }

  /// How far the planning of the phase is, of which no run is done yet.
  mutating func plan(_ share: Double) {
    let done = weights[..<phase].reduce(0, +)
    bar.update(
      done / max(1, weights.reduce(0, +)), doing: "planning the screening, \(Int(share * 100))%")
  }

  mutating func update(_ share: Double) {
    let done = weights[..<phase].reduce(0, +) + share * weights[phase]
    bar.update(done / max(1, weights.reduce(0, +)))
  }

  mutating func next() { phase = min(phase + 1, weights.count - 1) }

  func finish() { bar.finish() }
}
