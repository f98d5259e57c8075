/// Independent pieces of work on several threads, whose results stand in the order of the pieces.
public enum ParallelRuns {
  /// Does `count` pieces of work, at most `jobs` at a time, in order.
  ///
  /// What comes out does not depend on `jobs`: a piece knows its index and nothing else.
  ///
  /// - Parameters:
  ///   - count: Pieces; zero or more.
  ///   - jobs: At a time, above zero. More than there are processors gain nothing.
  ///   - isStopped: Asked before each piece is begun; once true, no further piece is.
  ///   - work: One piece, by its index. It ought to ask `isStopped` too when it takes long.
  ///   - finished: Told of each result as it comes, in the order of completion, on one thread.
  /// - Returns: One element per piece; nil for those that were not begun.
  public static func map<Result: Sendable>(
    count: Int, jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false },
    work: @escaping @Sendable (Int) -> Result, finished: (Int, Result) -> Void = { _, _ in }
  ) async -> [Result?] {
    precondition(count >= 0, "pieces of work are zero or more: \(count)")
    var results = [Result?](repeating: nil, count: count)
    var pending = 0..<count
    await stream(
      jobs: jobs, isStopped: isStopped, next: { pending.popFirst() }, work: work,
      finished: { index, result in
        results[index] = result
        finished(index, result)
      })
    return results
  }

  /// Does pieces of work as they come, at most `jobs` at a time, and keeps none of the results.
  ///
  /// - Parameters:
  ///   - jobs: At a time, above zero.
  ///   - isStopped: Asked before each piece is begun; once true, no further piece is.
  ///   - next: The next piece; nil when there is none before another one is finished. Asked on one
  ///     thread, as `finished` is told.
  ///   - work: Does one piece.
  ///   - finished: Told of each result as it comes, in the order of completion.
  public static func stream<Piece: Sendable, Result: Sendable>(
    jobs: Int, isStopped: @escaping @Sendable () -> Bool = { false }, next: () -> Piece?,
    work: @escaping @Sendable (Piece) -> Result, finished: (Piece, Result) -> Void
  ) async {
    precondition(jobs > 0, "at least one job works at a time: \(jobs)")
    await withTaskGroup(of: (Piece, Result).self) { group in
      var running = 0
      func begin() {
        while running < jobs, !isStopped(), let piece = next() {
          running += 1
          group.addTask { (piece, work(piece)) }
        }
      }
      begin()
      while let (piece, result) = await group.next() {
        running -= 1
        finished(piece, result)
        begin()
      }
    }
  }
}
