import Observation
import SimulationKernel

/// Every series as one long table: `time,series,unit,value`, a row per sample.
///
/// RFC 4180 with bare line feeds; times as in RFC 3339. Reading a value back gives the same number.
public enum SeriesCSV {
  public static let header = "time,series,unit,value\n"

  /// Writes the table.
  ///
  /// - Throws: What the sink throws.
  public static func write<Failure: Error>(
    _ series: [TimeSeries], clock: FileClock, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var output = FormatBytes()
    output.add(header)
    for one in series {
      let middle = ",\(field(one.name)),\(field(one.unit.rawValue)),"
      for (index, value) in one.values.enumerated() where value.isFinite {
        output.add(clock.timestamp(of: one.instant(of: index)))
        output.add(middle)
        output.add(value.description)
        output.add("\n")
        try output.flushIfFull(to: sink)
      }
    }
    try output.flush(to: sink)
  }

  /// A field, in quotes where it would be read as something else.
  static func field(_ text: String) -> String {
    let isPlain = !text.utf8.contains { byte in
      byte == 0x22 || byte == 0x2C || byte == 0x0A || byte == 0x0D
    }
    if isPlain { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
