import SimulationKernel
import Testing

@testable import Systems

@Suite("AdaptiveThrottle")
struct AdaptiveThrottleTests {
  private let draws = RandomStream(seed: 1, name: "adaptive")

  private func attempt(_ client: UInt32) -> Attempt {
    Attempt(client: ClientID(client), number: 1, failures: 0, kind: .identify)
  }

  @Test("The share that is refused is (tried - K x opened) / (tried + 1)")
  func share() {
    // 2,000 tried, 500 opened, K = 2: one half of what comes next.
    var throttle = AdaptiveThrottle()
    for client in 0..<2_000 as Range<UInt32> {
      _ = throttle.rejects(attempt(client), multiple: 2, at: .start, draws: draws)
      if client % 4 == 0 { throttle.opened(at: .start) }
    }
    var refused = 0
    for client in 10_000..<12_000 as Range<UInt32> {
      var copy = throttle
      if copy.rejects(attempt(client), multiple: 2, at: .start, draws: draws) { refused += 1 }
    }
    // Four standard deviations of a binomial count.
    #expect(abs(Double(refused) - 1_000) < 4 * 500.0.squareRoot())
  }

  @Test("What is older than two minutes is forgotten, the last full minute is not")
  func forgets() {
    var throttle = AdaptiveThrottle()
    for client in 0..<1_000 as Range<UInt32> {
      _ = throttle.rejects(attempt(client), multiple: 1, at: second(59), draws: draws)
    }
    var next = throttle
    let soon = (0..<100 as Range<UInt32>).filter {
      next.rejects(attempt(5_000 + $0), multiple: 1, at: second(61), draws: draws)
    }
    #expect(soon.count > 95)
    for _ in 0..<1_000 { throttle.opened(at: second(200)) }
    let late = (0..<100 as Range<UInt32>).filter {
      throttle.rejects(attempt(5_000 + $0), multiple: 1, at: second(201), draws: draws)
    }
    #expect(late.isEmpty)
  }
}
