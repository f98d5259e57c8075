import Observation
import SimulationKernel

/// The series and figures of a run in the OpenMetrics text format, version 1.0.
///
/// A family per series, named `hindsight_` and the series' name with its unit, every sample with its
/// time; figures of the whole run and verdicts on facts at its end. Labels: `run`, the digest,
/// `scenario`, `seed`.
public enum OpenMetricsText {
  /// How a file of ours begins.
  public static let mark = "# HELP hindsight_run "

  /// Writes all families and the end mark.
  ///
  /// - Throws: What the sink throws.
  public static func write<Failure: Error>(
    _ record: RunRecord, of run: RunLabels, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let labels =
      "run=\(quoted(run.run)),scenario=\(quoted(run.scenario)),seed=\(quoted("\(run.seed)"))"
    var output = FormatBytes()
    family(
      "hindsight_run", "info", "", "The run; its clock is \(run.clock.description)", &output)
    output.add(
      "hindsight_run_info{\(labels),version=\(quoted(run.version)),scale=\(quoted(run.scale))"
        + ",patches=\(quoted(run.patches.joined(separator: " ")))} 1 ")
    output.add(time(of: run.end, run.clock))
    output.add("\n")
    for one in record.series {
      let name = Name(one)
      family(
        name.family, name.isCounter ? "counter" : "gauge", name.unit,
        SeriesCatalogue.help(of: one.name), &output)
      let head = "\(name.sample){\(labels)} "
      for (index, value) in one.values.enumerated() where value.isFinite {
        output.add(head)
        output.add(value)
        output.add(" ")
        output.add(time(of: one.instant(of: index), run.clock))
        output.add("\n")
        try output.flushIfFull(to: sink)
      }
    }
    addFigures(of: record, labels, at: time(of: run.end, run.clock), &output)
    output.add("# EOF\n")
    try output.flush(to: sink)
  }

  private static func addFigures(
    of record: RunRecord, _ labels: String, at time: String, _ output: inout FormatBytes
  ) {
    family("hindsight_figure", "gauge", "", "Figures of the whole run, by name", &output)
    for metric in record.metrics.all where metric.value.isFinite {
      output.add(
        "hindsight_figure{\(labels),name=\(quoted(metric.name)),"
          + "unit=\(quoted(metric.unit.rawValue))} ")
      output.add(metric.value)
      output.add(" \(time)\n")
    }
    family(
      "hindsight_fact_held", "gauge", "",
      "Whether a fact of the account held: 1 or 0; absent where the run ended too early", &output)
    for verdict in record.facts {
      let outcome = record.outcome(of: verdict)
      guard outcome != .notReached else { continue }
      output.add(
        "hindsight_fact_held{\(labels),fact=\(quoted(verdict.fact.id))} "
          + "\(outcome == .held ? 1 : 0) \(time)\n")
    }
  }

  private static func family(
    _ name: String, _ type: String, _ unit: String, _ help: String, _ output: inout FormatBytes
  ) {
    output.add("# HELP \(name) \(escaped(help))\n# TYPE \(name) \(type)\n")
    if !unit.isEmpty { output.add("# UNIT \(name) \(unit)\n") }
  }

  /// What a series is called.
  public struct Name: Sendable, Equatable {
    /// Ends with the unit where there is one.
    public let family: String
    /// As expressions call it: counters end with `_total`.
    public let sample: String
    public let unit: String
    public let isCounter: Bool

    public init(_ series: TimeSeries) {
      unit = Self.unit(series.unit)
      isCounter = SeriesCatalogue.isCounter(series.name)
      let name = "hindsight_" + OpenMetricsText.word(series.name)
      family = unit.isEmpty || name.hasSuffix("_" + unit) ? name : "\(name)_\(unit)"
      sample = isCounter ? family + "_total" : family
    }

    private static func unit(_ unit: MetricUnit) -> String {
      switch unit {
      case .seconds, .clock: "seconds"
      case .minutes: "minutes"
      case .share, .ratio: "ratio"
      case .users, .userMinutes, .nodes, .count, .clusters, .perSecond: ""
      }
    }
  }

  /// Seconds, with as many decimals as it takes.
  static func time(of instant: Instant, _ clock: FileClock) -> String {
    let nanoseconds = clock.unixNanoseconds(of: instant)
    var digits = String(nanoseconds % 1_000_000_000)
    digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
    while digits.last == "0" { digits.removeLast() }
    let whole = "\(nanoseconds / 1_000_000_000)"
    return digits.isEmpty ? whole : whole + "." + digits
  }

  /// Small letters, digits and underscores: `remoteDisconnected` is `remote_disconnected`.
  static func word(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        result += [UInt8(ascii: "_"), byte | 0x20]
      default: result.append(UInt8(ascii: "_"))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A label's value.
  static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// A label's value or a help without its quotes.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
      case "\"": result.append(contentsOf: "\\\"".unicodeScalars)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
