import Observation
import SimulationKernel

/// The series of a run as OTLP metrics: gauges, and sums of what is counted from the run's start.
enum OTLPMetrics {
  /// Points of one request at most, so that its line stays short.
  private static let batch = 1_000

  static func write<Failure: Error>(
    _ series: [TimeSeries], notes: TraceNotes, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var output = FormatBytes()
    for one in series {
      let places = Swift.stride(from: 0, to: one.values.count, by: notes.stride).filter {
        one.values[$0].isFinite
      }
      var first = 0
      while first < places.count {
        let last = min(first + batch, places.count)
        addRequest(one, places[first..<last], notes, to: &output)
        first = last
        try output.flushIfFull(to: sink)
      }
    }
    try output.flush(to: sink)
  }

  private static func addRequest(
    _ series: TimeSeries, _ places: ArraySlice<Int>, _ notes: TraceNotes,
    to output: inout FormatBytes
  ) {
    let clock = notes.run.clock
    let isCounter = SeriesCatalogue.isCounter(series.name)
    output.add("{\"resourceMetrics\":[{\"resource\":")
    OTLPResource.add(SeriesCatalogue.system(of: series.name), notes, to: &output)
    output.add(",\"scopeMetrics\":[{\"scope\":")
    OTLPResource.addScope(notes, to: &output)
    output.add(",\"metrics\":[{\"name\":")
    output.add(json: "hindsight." + series.name)
    output.add(",\"description\":")
    output.add(json: SeriesCatalogue.help(of: series.name))
    output.add(",\"unit\":")
    output.add(json: unit(series.unit))
    output.add(isCounter ? ",\"sum\":{\"dataPoints\":[" : ",\"gauge\":{\"dataPoints\":[")
    for (number, place) in places.enumerated() {
      if number > 0 { output.add(",") }
      output.add("{\"startTimeUnixNano\":\"")
      output.add(clock.unixNanoseconds(of: series.start))
      output.add("\",\"timeUnixNano\":\"")
      output.add(clock.unixNanoseconds(of: series.instant(of: place)))
      output.add("\",\"asDouble\":")
      output.add(series.values[place])
      output.add("}")
    }
    output.add("]")
    // AGGREGATION_TEMPORALITY_CUMULATIVE is 2.
    if isCounter { output.add(",\"aggregationTemporality\":2,\"isMonotonic\":true") }
    output.add("}}]}]}]}\n")
  }

  /// As UCUM writes it.
  static func unit(_ unit: MetricUnit) -> String {
    switch unit {
    case .users: "{user}"
    case .userMinutes: "min.{user}"
    case .minutes: "min"
    case .seconds, .clock: "s"
    case .nodes: "{node}"
    case .clusters: "{cluster}"
    case .count: "{count}"
    case .ratio, .share: "1"
    case .perSecond: "1/s"
    }
  }
}
