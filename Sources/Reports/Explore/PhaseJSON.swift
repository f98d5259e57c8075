import Experiments
import Scenarios

/// A phase diagram for programs: `hindsight.phase/1`.
public enum PhaseJSON {
  public static func value(of diagram: PhaseDiagram) -> JSONValue {
    ExploreJSON.object(
      "hindsight.phase", diagram.header, version: diagram.version, patches: diagram.patches,
      until: diagram.until, seed: diagram.firstSeed,
      [
        ("columns", axis(diagram.columns)), ("rows", axis(diagram.rows)),
        // By row, then by column.
        ("cells", .array(diagram.cells.map { .array($0.map(cell)) })),
        ("certified", ExploreJSON.count(diagram.certified)),
        ("open", ExploreJSON.count(diagram.open)),
        ("falseShare", .number(diagram.options.falseShare)),
        ("runs", ExploreJSON.count(diagram.runs)),
        ("incomplete", .bool(diagram.isIncomplete)),
      ])
  }

  /// The text of `value`, ending in a line break.
  public static func text(of diagram: PhaseDiagram) -> String {
    JSONWriter.pretty(value(of: diagram)) + "\n"
  }

  private static func axis(_ axis: PhaseDiagram.Axis) -> JSONValue {
    ["path": .string(axis.path), "values": .array(axis.values.map { .string($0) })]
  }

  private static func cell(_ cell: PhaseDiagram.Cell) -> JSONValue {
    [
      "outage": cell.isOutage.map { .bool($0) } ?? .null,
      "tried": .bool(cell.wasTried),
      "seen": cell.wasTried ? ExploreJSON.proportion(cell.outages) : .null,
      "recoveryMinutes": ExploreJSON.number(cell.recoveryMinutes),
      "unrecovered": ExploreJSON.count(cell.unrecovered),
    ]
  }
}
