import SimulationKernel
import Testing

@testable import Experiments
@testable import Observation
@testable import Reports

@Suite("Heat map of a sweep")
struct SweepMapTests {
  private static let axes = [
    "faults.stop.count=1,4,8", "mitigation=none,one,late,idle",
  ]

  /// The report on points that lost so much; nil: no run.
  private func text(
    _ axes: [String] = axes, lost: [Double?], style: TextStyle = TextStyle()
  ) throws -> [String] {
    let plan = try SweepFixture.sweep(axes).plan
    var showcase = SweepShowcase(of: plan)
    for (point, value) in lost.enumerated() {
      showcase.add(SweepPointSummary(point, plan, lost: value))
    }
    return SweepText(
      plan, SweepCompleteness(), showcase, style: style, files: [], reproduce: ["hindsight"]
    ).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static let rising: [Double?] = [
    0, 25e6, 50e6, 75e6, 100e6, 0, 0, 0, nil, 0, 0, 100e6,
  ]

  @Test("Rows are the first axis from below, columns the second; shades are fifths of the range")
  func draws() throws {
    let lines = try text(lost: Self.rising)
    let place = try #require(lines.firstIndex { $0.hasPrefix("User-minutes lost") })
    #expect(
      lines[(place + 1)..<(place + 8)] == [
        "  faults.stop.count", "  8 │??????············██████",
        "  4 │██████··················", "  1 │······░░░░░░▒▒▒▒▒▒▓▓▓▓▓▓",
        "    └────────────────────────", "     none  one   late  idle", "     mitigation",
      ])
    #expect(lines[place + 8].contains("░ 25 M user-min") && lines[place + 8].contains("? no run"))
    let ascii = try text(lost: Self.rising, style: TextStyle(hasUnicode: false))
    #expect(ascii.contains("  1 |......::::::++++++%%%%%%"))
    #expect(ascii.joined().utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("It keeps to the page, and is left out where a grid has another number of axes")
  func fits() throws {
    for width in [60, 72, 100] {
      for line in try text(lost: Self.rising, style: TextStyle(width: width))
      where !line.hasPrefix("reproduce:") {
        #expect(TerminalText.width(line) <= width, "\(line)")
      }
    }
    func hasMap(_ axes: [String], _ count: Int) throws -> Bool {
      try text(axes, lost: Array(repeating: 1, count: count)).contains {
        $0.contains("mean of each point")
      }
    }
    #expect(try hasMap(Self.axes, 12))
    #expect(try !hasMap(["faults.stop.count=1,4,8"], 3))
    #expect(try !hasMap(["faults.stop.count=1,4,8", "mitigation=one"], 3))
    #expect(try !hasMap(Self.axes + ["hypothesis=soon,late"], 24))
  }

  @Test("Points that lose alike are said to")
  func isEven() throws {
    let lines = try text(lost: Array(repeating: 3e6, count: 12))
    #expect(lines.contains("  every point loses 3 M user-min"))
  }
}

extension SweepPointSummary {
  /// A point that lost so much in its one run; nil: it has none.
  fileprivate init(_ point: Int, _ plan: SweepPlan, lost: Double?) {
    var metrics = Metrics()
    if let lost { metrics.set("users.unserved.minutes", .userMinutes, lost) }
    let outcome = RunOutcome(seed: 1, observed: .minutes(60), metrics: metrics)
    self.init(point, plan, lost == nil ? [] : [outcome])
  }
}
