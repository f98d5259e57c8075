import Observation
import SimulationKernel

/// The series of a run in InfluxDB's line protocol, with times in nanoseconds.
///
/// A measurement per series, a field `value`, and the tags `run`, `scenario`, `seed` and `unit`.
public enum InfluxLines {
  /// How a file of ours begins: a comment, which readers pass over.
  public static let mark = "# hindsight: "

  /// Writes the lines, series by series.
  ///
  /// - Throws: What the sink throws.
  public static func write<Failure: Error>(
    _ series: [TimeSeries], of run: RunLabels, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var output = FormatBytes()
    output.add(mark)
    output.add(safe(run.clock.description))
    output.add("\n")
    for one in series {
      // Tags in the order of their keys, as InfluxDB recommends.
      let head =
        measurement(one.name) + ",run=\(tag(run.run)),scenario=\(tag(run.scenario))"
        + ",seed=\(run.seed),unit=\(tag(one.unit.rawValue)) value="
      for (index, value) in one.values.enumerated() where value.isFinite {
        output.add(head)
        output.add(value)
        output.add(" ")
        let time = run.clock.unixNanoseconds(of: one.instant(of: index))
        output.add(min(time, UInt64(Int64.max)))
        output.add("\n")
        try output.flushIfFull(to: sink)
      }
    }
    try output.flush(to: sink)
  }

  static func measurement(_ text: String) -> String { escaped(text, [",", " "]) }
  /// A tag's key or value; an empty one cannot be written.
  static func tag(_ text: String) -> String {
    text.isEmpty ? "none" : escaped(text, [",", "=", " "])
  }

  private static func escaped(_ text: String, _ special: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    for scalar in safe(text).unicodeScalars {
      if special.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// The protocol has no way to write a control character in a name, and readers differ about
  /// backslashes: an underscore stands for either.
  private static func safe(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      result.append(isControl || scalar == "\\" ? "_" : scalar)
    }
    return String(result)
  }
}
