import Scenarios

@testable import Experiments
@testable import Observation
@testable import Reports
@testable import SimulationKernel

/// Pages of each kind, made of values by hand: with plain names, or with a stranger's.
enum PageFixture {
  /// Names that a stranger may give.
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "</style></title><script>", "]]><b>&amp;&lt;", "\u{202E}reversed\u{0}\u{1B}[2J\u{FFFE}\u{FFFF}",
    "a\nb\tc", "javascript:alert(1)", "<!-- --> <![CDATA[ x", "&#0; &quot; %3Cscript%3E",
  ]

  /// All hostile names as one.
  static let all = hostile.joined(separator: " ")

  enum Kind: String, CaseIterable, Sendable {
    case replay, cutShort, compare, fork, manyFutures, phase, sweepLine, sweepMap, sweepTable
  }

  static func page(_ kind: Kind, _ name: String = "plain") throws -> String {
    switch kind {
    case .replay: replay(record(name), name).text
    case .cutShort: replay(RecordFixture.record(endedAt: "14:30"), name).text
    case .compare: try compare(name)
    case .fork: fork(nil, name, count: 2)
    case .manyFutures: fork(nil, name, count: 9)
    case .phase: try phase(name)
    case .sweepLine: try sweep(["faults.stop.count=1,2,3"], name)
    case .sweepMap: try sweep(["faults.stop.count=1,2", "mitigation=none,late,idle"], name)
    case .sweepTable:
      try sweep(["faults.stop.count=1,2", "mitigation=none,late", "hypothesis=soon,late"], name)
    }
  }

  private static func replay(_ record: RunRecord, _ name: String) -> ReplayHTML {
    let at = RecordFixture.at("14:18:26")
    let story = CauseStory(
      question: "Why \(name) stopped", details: [name],
      steps: [
        .init(at: RecordFixture.at("14:18"), "a connection is cut, \(name)"),
        .init(at: at, "3 times", round: ["an empty value is read", name]),
      ], firstCause: "the fault \(name)",
      effects: [
        .init(
          shown: [
            .init(members: name, examples: [name], hasMore: true, from: at, to: at, what: name)
          ], rest: "and 7 more in 2 other ways")
      ])
    return ReplayHTML(record, story: story, reproduce: RecordFixture.reproduce + [name])
  }

  /// The afternoon with a name in every place that a scenario can give one to.
  static func record(_ name: String) -> RunRecord {
    var record = RecordFixture.record()
    record.scenario = name
    record.title += name
    record.patches.append("--set title=\(name)")
    record.scale = name
    record.version = name
    let fact = Fact(
      id: name, claim: name, source: name, reported: nil, measure: name, unit: .nodes, min: 1,
      max: nil)
    record.facts.append(FactVerdict(fact: fact, measured: 0, pass: false))
    record.invariants.append(
      InvariantVerdict(id: name, verdict: .broken, at: record.start, detail: name))
    for kind in [TimelineEntry.Kind.action, .fault, .outcome] {
      record.timeline.append(
        TimelineEntry(
          kind, name, reported: RecordFixture.at("14:20"), simulated: RecordFixture.at("14:20:10")))
    }
    var reader = ParameterReader.describing()
    _ = reader.number(
      "clients.\(name)", default: 1, in: 0...2, unit: name, .assumption(), name)
    record.assumptions += reader.declarations
    return record
  }

  private static func compare(_ name: String) throws -> String {
    let text = ComparisonFixture.text
      .replacing("\"A fixture\"", with: JSONWriter.compact(.string(name)))
      .replacing("\"good\"", with: JSONWriter.compact(.string(name)))
      .replacing("Sends one segment.", with: "Sends one.")
      .replacing("\"Queues less.\"", with: JSONWriter.compact(.string(name)))
      .replacing("\"far\"", with: JSONWriter.compact(.string("far \(name)")))
    let plan = try ComparisonPlan(ComparisonFixture.file(text))
    let minutes: [[[Double]]] = [
      [[60, 62, 58, 61], [0, 0, 0, 0], [60, 62, 58, 61], [70, 66, 71, 69]],
      [[50, 52, 48, 51], [49, 53, 48, 50], [50, 52, 48, 51], [50, 52, 48, 51]],
    ]
    let runs = ComparisonRuns(
      plan, version: "test", seeds: [1, 2, 3, 4],
      outcomes: minutes.map { setting in
        setting.map { run in
          run.map { ComparisonFixture.outcome($0, recovered: $0 > 0 ? $0 + 10 : nil) }
        }
      })
    return CompareHTML(
      Comparison(runs), run: replay(record(name), name), patches: ["--set title=\(name)"],
      reproduce: ["hindsight", "compare", name]
    ).text
  }

  /// A fork of which all futures lose less the sooner they come, and are refused more the later.
  ///
  /// - Parameters:
  ///   - baseline: The run as it was; nil: the afternoon.
  ///   - name: In every place that can have one.
  ///   - count: Of futures.
  /// - Returns: Its page.
  static func fork(_ baseline: RunRecord?, _ name: String, count: Int) -> String {
    var baseline = baseline ?? record(name)
    func refused(_ aSample: Int) -> TimeSeries {
      TimeSeries(
        name: "throttle.refused", unit: .count, start: RecordFixture.at("14:00"),
        step: .seconds(10), values: (0..<721).map { Double($0 * aSample) })
    }
    baseline.series.append(refused(10))
    let futures = (0..<count).map { index in
      var changed = RecordFixture.record()
      changed.metrics.set("users.unserved.minutes", .userMinutes, 1e8 + Double(index) * 1e7)
      if let served = changed.series.first {
        changed.series[0] = TimeSeries(
          name: served.name, unit: served.unit, start: served.start, step: served.step,
          values: served.values.map { min(9_812_300, $0 * (1.5 + Double(index) / 10)) })
      }
      changed.series.append(refused(20 + 10 * index))
      return Fork.Future(
        name: "\(name) \(index)", summary: name, patches: ["--set x=\(name)"], record: changed,
        totals: [],
        difference: EventDifference(
          index: 1_000,
          left: .init(time: baseline.start, event: name), right: nil))
    }
    let fork = Fork(
      at: RecordFixture.at("14:10"), condition: "users.served < 50% \(name)",
      until: RecordFixture.at("16:00"), prefixEvents: 1_000, baseline: baseline,
      baselineTotals: [], futures: futures,
      refusals: [ForkPlan.Refusal(name: name, reason: name, isLate: true)])
    return ForkHTML(fork, reproduce: ["hindsight", "fork", name]).text
  }

  private static func phase(_ name: String) throws -> String {
    let header = try TinyExploration.trials().header
    func cell(_ outages: Int, _ trials: Int, _ isOutage: Bool?, _ minutes: Double?, _ late: Int = 0)
      -> PhaseDiagram.Cell
    {
      PhaseDiagram.Cell(
        outages: Proportion(outages, of: trials), isOutage: isOutage, recoveryMinutes: minutes,
        unrecovered: late)
    }
    let diagram = PhaseDiagram(
      header: header, version: name, patches: [name], until: header.end,
      columns: .init(path: "across \(name)", values: ["1", name, "3"]),
      rows: .init(path: "up", values: ["low", "high"]), options: .init(), firstSeed: 1,
      cells: [
        [cell(0, 9, false, 0), cell(5, 10, nil, 30), cell(9, 9, true, 55, 2)],
        [cell(0, 0, false, nil), cell(0, 0, nil, nil), cell(0, 0, true, nil)],
      ], runs: 37, events: 1, isExhausted: true, isInterrupted: false)
    return PhaseHTML(diagram, reproduce: ["hindsight", "sweep", name]).text
  }

  /// A phase diagram with so many values on each axis, some of every sort.
  static func plane(_ count: Int) throws -> String {
    let header = try TinyExploration.trials().header
    let values = (0..<count).map { "\($0 * 100)ms" }
    let diagram = PhaseDiagram(
      header: header, version: "test", patches: [], until: header.end,
      columns: .init(path: "elixir.clusters.sessions", values: values),
      rows: .init(path: "announce.retryDelay", values: values), options: .init(), firstSeed: 1,
      cells: (0..<count).map { row in
        (0..<count).map { column in
          PhaseDiagram.Cell(
            outages: Proportion(row % 9, of: 9), isOutage: row > column,
            recoveryMinutes: Double(row) + 0.5, unrecovered: column % 2)
        }
      }, runs: 1, events: 1, isExhausted: false, isInterrupted: false)
    return PhaseHTML(diagram, reproduce: ["hindsight"]).text
  }

  private static func sweep(_ axes: [String], _ name: String) throws -> String {
    let plan = try SweepFixture.sweep(
      axes, patches: [.set("title=\(JSONWriter.compact(.string(name)))")]
    ).plan
    let points = (0..<plan.pointCount).map { point in
      SweepPointSummary(
        point, plan,
        [
          ComparisonFixture.outcome(Double(point) * 10, recovered: 40),
          ComparisonFixture.outcome(Double(point) * 12, seed: 2, recovered: 50),
        ])
    }
    var completeness = SweepCompleteness()
    completeness.missing = [0]
    return SweepHTML(
      plan, completeness, points, reproduce: ["hindsight", "sweep", name, "--resume"]
    ).text
  }
}
