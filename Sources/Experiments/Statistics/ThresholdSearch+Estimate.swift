extension ThresholdSearch {
  /// Where the threshold seems to be, or nil where it is not seen within the range.
  ///
  /// There the probability, fitted to all trials so that it never turns around, passes one half.
  ///
  /// - Note: Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions", 1972:
  ///   pooling adjacent violators; between two values the fit is straight.
  public var estimate: Double? {
    let sign = direction == .falling ? -1.0 : 1.0
    var blocks: [(successes: Int, trials: Int, first: Double, last: Double)] = []
    for answer in answers.sorted(by: { sign * $0.value < sign * $1.value })
    where answer.seen.trials > 0 {
      var block = (answer.seen.successes, answer.seen.trials, answer.value, answer.value)
      while let before = blocks.last, before.successes * block.1 >= block.0 * before.trials {
        block = (before.successes + block.0, before.trials + block.1, before.first, block.3)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    guard let upper = blocks.firstIndex(where: { 2 * $0.successes >= $0.trials }) else {
      return nil
    }
    let above = blocks[upper]
    if 2 * above.successes == above.trials { return (above.first + above.last) / 2 }
    guard upper > 0 else { return nil }
    let below = blocks[upper - 1]
    let belowShare = Double(below.successes) / Double(below.trials)
    let aboveShare = Double(above.successes) / Double(above.trials)
    let part = (0.5 - belowShare) / (aboveShare - belowShare)
    return below.last + part * (above.first - below.last)
  }
}
