import Observation
import SimulationKernel
import Testing

@Suite("Metrics")
struct MetricTests {
  @Test("Metrics stay sorted by name, and a later value replaces an earlier one")
  func sorted() {
    var metrics = Metrics()
    metrics.set("b", .count, 2)
    metrics.set("a", .share, 0.5)
    metrics.set("c", .clock, 3)
    metrics.set("b", .count, 4)
    #expect(metrics.all.map(\.name) == ["a", "b", "c"])
    #expect(metrics["b"] == 4)
    #expect(metrics.unit(of: "a") == .share)
    #expect(metrics["d"] == nil)
  }

  @Test(
    "A figure that does not exist is absent, not zero", arguments: [nil, Double.nan, .infinity])
  func absent(value: Double?) {
    var metrics = Metrics()
    metrics.set("a", .count, value)
    #expect(metrics.all.isEmpty)
  }

  @Test("A series gives the last sample at or before an instant, and nothing before its start")
  func seriesLookup() {
    let start = Instant(nanoseconds: 100_000_000_000)
    let series = TimeSeries(
      name: "a", unit: .users, start: start, step: .seconds(10), values: [1, 2, 3])
    #expect(series.value(at: start - .nanoseconds(1)) == nil)
    #expect(series.value(at: start) == 1)
    #expect(series.value(at: start + .seconds(19)) == 2)
    #expect(series.value(at: start + .hours(1)) == 3)
    #expect(series.instant(of: 2) == start + .seconds(20))
  }
}
