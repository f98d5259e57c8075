import Observation
import SimulationKernel
import Testing

@Suite("Metrics")
struct MetricTests {
  @Test("Metrics are kept by name, whatever the order in which they were set; the last one counts")
  func sorted() {
    var metrics = Metrics()
    for name in ["b", "c", "a"] { metrics.set(name, .count, 1) }
    metrics.set("b", .seconds, 2)
    #expect(metrics.all.map(\.name) == ["a", "b", "c"])
    #expect(metrics["b"] == 2 && metrics.unit(of: "b") == .seconds)
    #expect(metrics["d"] == nil && metrics.unit(of: "d") == nil)
  }

  @Test("What has no value is absent", arguments: [nil, .nan, .infinity, -.infinity] as [Double?])
  func absent(value: Double?) {
    var metrics = Metrics()
    metrics.set("recovered", .clock, value)
    #expect(metrics.all.isEmpty && metrics["recovered"] == nil)
  }

  @Test("A series has the value of the last sample at or before an instant")
  func series() {
    let start = Instant.start + .hours(14)
    let series = TimeSeries(
      name: "x", unit: .count, start: start, step: .seconds(10), values: [1, 2, 3])
    #expect(series.value(at: start - .nanoseconds(1)) == nil)
    #expect(series.value(at: start) == 1)
    #expect(series.value(at: start + .seconds(10) - .nanoseconds(1)) == 1)
    #expect(series.value(at: start + .seconds(10)) == 2)
    #expect(series.value(at: start + .hours(9)) == 3)
    #expect(series.instant(of: 2) == start + .seconds(20))
    #expect(
      TimeSeries(name: "x", unit: .count, start: start, step: .seconds(1)).value(at: start) == nil)
  }
}
