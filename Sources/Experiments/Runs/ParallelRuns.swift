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
    precondition(jobs > 0, "at least one job works at a time: \(jobs)")
    var results = [Result?](repeating: nil, count: count)
    await withTaskGroup(of: (Int, Result).self) { group in
      var next = 0
      func begin() {
        guard next < count, !isStopped() else { return }
        let index = next
        next += 1
        group.addTask { (index, work(index)) }
      }
      for _ in 0..<min(jobs, count) { begin() }
      while let (index, result) = await group.next() {
        results[index] = result
        finished(index, result)
        begin()
      }
    }
    return results
  }
}
