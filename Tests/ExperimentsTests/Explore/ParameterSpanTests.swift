import Experiments
import Scenarios
import SimulationKernel
import Testing

@Suite("ParameterSpan and ParameterQuantity")
struct ParameterSpanTests {
  private func span(_ text: String) throws -> ParameterSpan {
    try ParameterSpan(parsing: text, option: "--cliff", in: TinyExploration.trials())
  }

  private func message(_ text: String) -> String {
    do {
      _ = try span(text)
      return "no error"
    } catch let error as ScenarioErrors {
      return error.errors.map { $0.message + ($0.help.map { "; " + $0 } ?? "") }.joined()
    } catch {
      return "another error"
    }
  }

  @Test("A range is walked evenly by factors, and its ends are as they were written")
  func logarithmic() throws {
    let span = try span("announce.retryDelay=100ms..10s")
    #expect(span.isLogarithmic && span.quantity == .duration)
    #expect(span.values(count: 5).map(span.text) == ["100ms", "316.2ms", "1s", "3.162s", "10s"])
    #expect(span.set(at: span.coordinates.upperBound) == "announce.retryDelay=10s")
    #expect(span.present == 0.75e9 || span.present != nil)
  }

  @Test("A range from zero is walked as it is, whole numbers in whole steps, none twice")
  func linear() throws {
    let span = try span("clients.resumeAttempts=0..4")
    #expect(!span.isLogarithmic)
    #expect(span.values(count: 9).map(span.text) == ["0", "1", "2", "3", "4"])
    #expect(
      try self.span("faults.stop.count=1..4").values(count: 9).map { Int($0) } == [1, 2, 3, 4])
  }

  @Test("Without a range it is a tenth to tenfold, as far as the scenario accepts it")
  func usual() throws {
    let span = try span("faults.stop.count")
    #expect(span.present == 2 && span.low >= 0 && span.low <= 1)
    // More than the four nodes cannot stop.
    #expect(span.high >= 2 && span.high <= 20)
    try TinyExploration.trials().check([span.set(at: span.coordinates.upperBound)])
    let delay = try self.span("announce.retryDelay")
    let present = try #require(delay.present)
    #expect(delay.low >= present / 10 && delay.high <= present * 10)
  }

  @Test(
    "What is no range of a quantity is refused",
    arguments: [
      ("users.onlin=1..2", "there is no parameter"), ("supervision=1..2", "there is no parameter"),
      ("watcher.onBadValue", "is no number"), ("faults.stop.count=1", "is no range"),
      ("faults.stop.count=x..2", "is no whole number"),
      ("announce.retryDelay=1..2", "is no duration"), ("faults.stop.count=3..1", "is empty"),
      ("faults.stop.count=2..2", "is empty"), ("faults.stop.count=-1..2", "at or above zero"),
      ("faults.stop.count=1..4000000000", "allowed"),
    ])
  func refused(text: String, part: String) {
    #expect(message(text).contains(part), "\(message(text))")
  }

  @Test("A quantity reads what it writes", arguments: [0, 1, 999, 1_234_567, 0.000_123_4, 9e17])
  func roundTrip(number: Double) throws {
    for quantity in [ParameterQuantity.duration, .rate, .whole, .real] {
      let rounded = quantity.rounded(number, digits: 4)
      #expect(quantity.number(quantity.text(rounded, digits: 4)) == rounded)
      if number >= 1_000 { #expect((rounded / number - 1).magnitude < 1e-3) }
    }
    #expect(ParameterQuantity.real.number("1/4") == 0.25)
    #expect(ParameterQuantity.real.number("25%") == 0.25)
    #expect(ParameterQuantity.rate.text(1_234.5) == "1230/s")
    #expect(ParameterQuantity.whole.number("many") == nil)
    #expect(ParameterQuantity.real.number("inf") == nil)
  }
}
