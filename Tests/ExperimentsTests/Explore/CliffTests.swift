import Reports
import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("Cliff")
struct CliffTests {
  private func cliff(
    _ text: String = "faults.stop.count=1..5", jobs: Int = 2, budget: Int = 400,
    direction: ThresholdSearch.Direction? = nil, tolerance: Double = 0.05
  ) async throws -> Cliff {
    var options = Cliff.Options()
    options.budget = budget
    options.direction = direction
    options.tolerance = tolerance
    return try await Cliff.search(
      TinyExploration.span(text), of: TinyExploration.trials(), options: options, jobs: jobs)
  }

  @Test("The nodes whose stop takes most users down are found, for any number of jobs")
  func found() async throws {
    let cliff = try await cliff()
    #expect(cliff.finding == .found && !cliff.isIncomplete)
    let low = try #require(cliff.low)
    let high = try #require(cliff.high)
    // Five nodes carry the users.
    #expect(low == 2 && high == 3, "\(low) to \(high)")
    let margin = try #require(cliff.margin)
    #expect(margin.low == low / 2 && margin.high == high / 2)
    #expect(try #require(cliff.today).seen.trials > 0)
    let alone = try await self.cliff(jobs: 1)
    #expect(CliffJSON.text(of: alone) == CliffJSON.text(of: cliff))
  }

  @Test("A range without an edge says so, and how far away it is at least")
  func never() async throws {
    let cliff = try await cliff("announce.retryDelay=100ms..1s")
    #expect(cliff.finding == .never && cliff.estimate == nil)
    let margin = try #require(cliff.margin)
    #expect(margin.value == nil && margin.high == nil && (margin.low - 4 / 3).magnitude < 1e-9)
    let text = CliffText(cliff, style: TextStyle(width: 80), reproduce: ["x"]).text
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("never likelier than not"))
    let always = try await self.cliff("faults.stop.count=3..5", direction: .rising)
    #expect(always.finding == .always && always.search.answers.count == 1)
    #expect(try #require(always.margin).high == 1.5)
  }

  @Test(
    "Of today's value, out of the range, nothing is said but on which side the edge is",
    arguments: [ThresholdSearch.Direction.rising, nil])
  func outside(direction: ThresholdSearch.Direction?) async throws {
    let cliff = try await cliff("faults.stop.count=3..5", direction: direction)
    #expect(cliff.finding == .always && cliff.span.presentSide == .below && cliff.today == nil)
    let text = CliffText(cliff, style: TextStyle(width: 80), reproduce: ["x"]).text
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(!words.contains("past the edge"))
    #expect(words.contains("Today it is 2, below the range, and was not tried; the edge is"))
    #expect(words.contains("the edge is below 3.") == (direction == .rising))
    #expect(CliffJSON.text(of: cliff).contains(#""inRange": false"#))
    let inside = try await self.cliff("faults.stop.count=2..5", budget: 8)
    #expect(CliffJSON.text(of: inside).contains(#""inRange": true"#))
  }

  @Test("A budget that is used up leaves what was shown")
  func budget() async throws {
    let cliff = try await cliff(budget: 10)
    #expect(cliff.isIncomplete && cliff.search.trials == 10 && cliff.finding == .unclear)
    let text = CliffText(cliff, style: TextStyle(width: 80), reproduce: ["x"]).text
    #expect(text.contains("budget of 10 runs is used up") && text.contains("10 runs from seed 3"))
  }

  @Test("Stopped, it keeps whole batches only")
  func stopped() async throws {
    let cliff = try await Cliff.search(
      TinyExploration.span("faults.stop.count=1..5"), of: TinyExploration.trials(), jobs: 1,
      isStopped: { true })
    #expect(cliff.isInterrupted && cliff.search.trials == 0 && cliff.finding == .unclear)
    #expect(CliffJSON.text(of: cliff).contains("\"incomplete\": true"))
  }

  @Test("A run that ends with its outage had one, and no other run is cut")
  func early() async throws {
    let trials = try TinyExploration.trials()
    for count in [1, 5] {
      let batch = [ScenarioTrials.Trial(["faults.stop.count=\(count)"], seed: 5)]
      let whole = try #require(await trials.outcomes(of: batch, jobs: 1))
      let cut = try #require(await trials.outcomes(of: batch, endsWithOutage: true, jobs: 1))
      #expect(whole[0].isOutage == cut[0].isOutage && whole[0].isOutage == (count == 5))
      if count == 1 { #expect(whole[0] == cut[0]) }
    }
  }

  @Test("The margin turns round with the direction")
  func falling() async throws {
    // The more nodes there are, the fewer of the users two of them take with them.
    let cliff = try await cliff("elixir.clusters.sessions=3..8", tolerance: 0.7)
    #expect(cliff.finding == .found && cliff.search.direction == .falling)
    let margin = try #require(cliff.margin)
    let (low, high) = (try #require(cliff.low), try #require(cliff.high))
    #expect(margin.low == 5 / high && margin.high == 5 / low)
    let text = CliffText(cliff, style: TextStyle(width: 80), reproduce: ["x"]).text
    #expect(text.contains("divided by") && text.contains("up to"))
    #expect(text.split(separator: "\n").allSatisfy { TerminalText.width(String($0)) <= 80 })
  }
}
