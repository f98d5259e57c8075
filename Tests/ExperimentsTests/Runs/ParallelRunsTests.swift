import Experiments
import Synchronization
import Testing

@Suite("Runs in parallel")
struct ParallelRunsTests {
  @Test(
    "Results stand in the order of the pieces, whatever the number of jobs", arguments: [1, 2, 7])
  func order(jobs: Int) async {
    var told: [Int] = []
    let results = await ParallelRuns.map(
      count: 50, jobs: jobs,
      work: { index -> Int in
        // Later pieces are quicker, so that they overtake.
        (0..<(50 - index) * 200).reduce(0) { max($0, $1 & 0) } + index * index
      }, finished: { index, _ in told.append(index) })
    #expect(results == (0..<50).map { $0 * $0 })
    #expect(told.sorted() == Array(0..<50))
  }

  @Test("No piece gives no result")
  func nothing() async {
    let results = await ParallelRuns.map(count: 0, jobs: 2) { $0 }
    #expect(results.isEmpty)
  }

  @Test("Never more pieces at a time than jobs")
  func limit() async {
    let running = Counter()
    let results = await ParallelRuns.map(count: 40, jobs: 2) { _ -> Int in running.visit() }
    #expect(results.compactMap { $0 }.max() ?? 9 <= 2)
  }

  @Test("After a stop no further piece begins, and what was finished is kept")
  func stop() async {
    let begun = Counter()
    let results = await ParallelRuns.map(
      count: 100, jobs: 1, isStopped: { begun.total >= 5 },
      work: { index -> Int in
        _ = begun.visit()
        return index
      })
    #expect(results.prefix(5).compactMap { $0 } == [0, 1, 2, 3, 4])
    #expect(results.dropFirst(5).allSatisfy { $0 == nil })
  }

  /// Counts visits, and those at the same time.
  private final class Counter: Sendable {
    private let now = Atomic<Int>(0)
    private let all = Atomic<Int>(0)
    var total: Int { all.load(ordering: .sequentiallyConsistent) }

    func visit() -> Int {
      all.add(1, ordering: .sequentiallyConsistent)
      let present = now.add(1, ordering: .sequentiallyConsistent).newValue
      defer { now.subtract(1, ordering: .sequentiallyConsistent) }
      return (0..<2_000).reduce(present) { max($0, $1 & 0) }
    }
  }
}
