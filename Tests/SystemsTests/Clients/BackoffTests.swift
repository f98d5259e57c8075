import SimulationKernel
import Testing

@testable import Systems

@Suite("Backoff")
struct BackoffTests {
  private static func attempt(
    _ failures: Int, client: UInt32 = 0, number: Int? = nil, kind: Attempt.Kind = .identify
  ) -> Attempt {
    Attempt(
      client: ClientID(client), number: UInt16(number ?? failures), failures: UInt8(failures),
      kind: kind)
  }

  private static func settings(
    _ jitter: Backoff.Jitter, base: String = "100ms", cap: String = "10s"
  ) -> String {
    """
    { "backoff": { "jitter": "\(jitter.rawValue)", "base": "\(base)", "cap": "\(cap)" } }
    """
  }

  @Test("Ten tries with full jitter take 21.35 s on average, the exact result")
  func fullJitterSum() throws {
    let means = try (0..<20 as Range<UInt64>).map { seed in
      let backoff = try Backoff(settings: Self.settings(.full), seed: seed)
      let sum = (0..<500 as Range<UInt32>).reduce(0.0) { sum, client in
        (0..<10).reduce(sum) { $0 + backoff.delay(of: Self.attempt($1, client: client)).seconds }
      }
      return sum / 500
    }
    let interval = Interval(of: means)
    #expect(interval.contains(21.35), "\(interval)")
    #expect(interval.isSharp(21.35, within: 0.02), "\(interval)")
  }

  @Test("The ceiling doubles from the base up to the cap, and stays there after 63 failures")
  func ceiling() throws {
    let backoff = try Backoff(settings: Self.settings(.none))
    let delays = (0..<64).map { backoff.delay(of: Self.attempt($0)) }
    #expect(delays[..<7].map(\.nanoseconds) == (0..<7).map { 100_000_000 << $0 })
    #expect(delays[7...].allSatisfy { $0 == .seconds(10) })
  }

  @Test("A base above the cap is the cap", arguments: Backoff.Jitter.allCases)
  func baseAboveCap(jitter: Backoff.Jitter) throws {
    let backoff = try Backoff(settings: Self.settings(jitter, base: "60s", cap: "1s"))
    for failures in 0..<64 {
      #expect(backoff.delay(of: Self.attempt(failures)) <= .seconds(1))
    }
  }

  @Test(
    "Each jitter stays in its range and fills it",
    arguments: [(.full, 0, 1.6), (.equal, 0.8, 1.6)] as [(Backoff.Jitter, Double, Double)])
  func ranges(jitter: Backoff.Jitter, low: Double, high: Double) throws {
    let backoff = try Backoff(settings: Self.settings(jitter))
    let delays = (0..<4_000 as Range<UInt32>).map {
      backoff.delay(of: Self.attempt(4, client: $0))
    }
    let spread = KolmogorovSmirnov(delays, uniformOver: low...high)
    #expect(spread.isClose, "\(spread)")
    #expect(delays.allSatisfy { $0.seconds >= low && $0.seconds <= high })
  }

  @Test("Decorrelated jitter lies between the base and three times the previous, under the cap")
  func decorrelated() throws {
    let backoff = try Backoff(settings: Self.settings(.decorrelated))
    let first = (0..<4_000 as Range<UInt32>).map {
      backoff.delay(of: Self.attempt(0, client: $0))
    }
    let spread = KolmogorovSmirnov(first, uniformOver: 0.1...0.3)
    #expect(spread.isClose, "\(spread)")
    var longest = Duration.zero
    for client in 0..<400 as Range<UInt32> {
      var previous = Duration.milliseconds(100)
      // The walk back is complete for eight failures.
      for failures in 0...8 {
        let delay = backoff.delay(of: Self.attempt(failures, client: client))
        #expect(delay >= .milliseconds(100) && delay <= min(previous * 3, .seconds(10)))
        longest = max(longest, delay)
        previous = delay
      }
      let late = backoff.delay(of: Self.attempt(63, client: client))
      #expect(late >= .milliseconds(100) && late <= .seconds(10))
    }
    #expect(longest > .seconds(9))
  }

  @Test("A delay belongs to its attempt: asked again it is the same, another's is another")
  func keyed() throws {
    let backoff = try Backoff(settings: Self.settings(.full))
    let delays = (0..<1_000 as Range<UInt32>).map {
      backoff.delay(of: Self.attempt(9, client: $0))
    }
    let again = (0..<1_000 as Range<UInt32>).reversed().map {
      backoff.delay(of: Self.attempt(9, client: $0))
    }
    #expect(delays == again.reversed())
    #expect(Set(delays).count == 1_000)
    let numbers = (0..<1_000).map { backoff.delay(of: Self.attempt(9, number: $0)) }
    #expect(Set(numbers).count == 1_000)
    let other = try Backoff(settings: Self.settings(.full), seed: 2)
    #expect(other.delay(of: Self.attempt(9)) != delays[0])
  }

  @Test("What follows a failed attempt waits as that attempt says, and failures stop at 63")
  func next() throws {
    let backoff = try Backoff(settings: Self.settings(.full))
    let failed = Self.attempt(63, client: 5, number: 65_535)
    let (next, delay) = backoff.next(after: failed)
    #expect(next == Attempt(client: ClientID(5), number: 0, failures: 63, kind: .identify))
    #expect(delay == backoff.delay(of: next))
  }

  @Test(
    "The given share of the clients leaves for a while at the given failure, and only then",
    arguments: [6, 2])
  func givingUp(after failuresMax: Int) throws {
    let settings = """
      { "backoff": { "jitter": "none", "base": "1s", "cap": "1s" }, "giveUp": "20%",
        "giveUpAfter": \(failuresMax), "giveUpTime": "15m" }
      """
    let shares = try (0..<20 as Range<UInt64>).map { seed in
      let backoff = try Backoff(settings: settings, seed: seed)
      let gone = (0..<500 as Range<UInt32>).filter { client in
        for failures in 0..<12 where failures != failuresMax - 1 {
          let delay = backoff.next(after: Self.attempt(failures, client: client)).delay
          #expect(delay == .seconds(1))
        }
        let last = Self.attempt(failuresMax - 1, client: client)
        let delay = backoff.next(after: last).delay
        #expect(delay == .seconds(1) || delay == .seconds(901))
        return delay > .seconds(1)
      }
      return Double(gone.count) / 500
    }
    let interval = Interval(of: shares)
    #expect(interval.contains(0.2), "\(interval)")
    #expect(interval.isSharp(0.2, within: 0.1), "\(interval)")
  }
}
