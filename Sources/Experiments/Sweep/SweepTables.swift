import Scenarios

/// The tidy long tables of a sweep: one row per point, seed and metric.
///
/// Values are copied from the journal digit by digit: reading them back gives the same doubles.
public struct SweepTables: Sendable {
  private struct Column: Sendable {
    let name: String
    let isNumeric: Bool
    let isDecimal: Bool
  }

  private let columns: [Column]

  public init(_ plan: SweepPlan) {
    columns = plan.axes.map {
      Column(name: $0.name, isNumeric: $0.isNumeric, isDecimal: $0.isDecimal)
    }
  }

  /// The first line of the CSV.
  public var header: [UInt8] {
    let names = ["point"] + columns.map(\.name) + ["seed", "metric", "value"]
    return Array((names.map(Self.csvField).joined(separator: ",") + "\n").utf8)
  }

  /// The rows of a point, as CSV (RFC 4180, but with bare line feeds) and as JSON Lines.
  public func rows(
    of summary: SweepPointSummary, _ records: [SweepRecord]
  ) -> (csv: [UInt8], jsonLines: [UInt8]) {
    let values = zip(columns, summary.values).map { column, value in
      column.isDecimal ? Self.decimal(value) : value
    }
    let head = (["\(summary.point)"] + values.map(Self.csvField)).joined(separator: ",")
    let texts = zip(columns, values).map { column, value in
      JSONWriter.compact(.string(column.name)) + ":"
        + (column.isNumeric ? value : JSONWriter.compact(.string(value)))
    }
    let members = (["\"point\":\(summary.point)"] + texts).joined(separator: ",")
    var csv: [UInt8] = []
    var lines: [UInt8] = []
    for record in records {
      let row = Array("\(head),\(record.seed),".utf8)
      let object = Array("{\(members),\"seed\":\(record.seed),\"metric\":\"".utf8)
      for (name, range) in zip(record.names, record.values) {
        let value = record.line[range]
        csv += row
        csv += name.utf8
        csv.append(UInt8(ascii: ","))
        csv += value
        csv.append(0x0A)
        lines += object
        lines += name.utf8
        lines += "\",\"value\":".utf8
        lines += value
        lines += "}\n".utf8
      }
    }
    return (csv, lines)
  }

  /// A number with a decimal point or an exponent, which no reader takes for a whole one.
  static func decimal(_ number: String) -> String {
    let isWhole = number.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 }
    return isWhole ? number + ".0" : number
  }

  /// A field of a CSV; quoted where it would be read as something else.
  static func csvField(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"")
      } && text.utf8.first != 0x20 && text.utf8.last != 0x20
    guard !isPlain else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
