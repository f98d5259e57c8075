import Reports
import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("Phase diagrams, hysteresis and sensitivity of a scenario")
struct ExploreTests {
  private func diagram(jobs: Int = 2) async throws -> PhaseDiagram {
    let trials = try TinyExploration.trials()
    return try await PhaseDiagram.search(
      columns: PhaseDiagram.Axis(option: "faults.stop.count=1..3/3", in: trials),
      rows: PhaseDiagram.Axis(option: "elixir.clusters.sessions=3..9/3", in: trials), of: trials,
      jobs: jobs)
  }

  @Test("A plane of stopped nodes and of all nodes is in outage where most of them stop")
  func phase() async throws {
    let diagram = try await diagram()
    #expect(diagram.columns.values == ["1", "2", "3"] && diagram.rows.values == ["3", "6", "9"])
    // All of three nodes, and not two of nine.
    #expect(diagram.cells[0][2].isOutage == true && diagram.cells[2][1].isOutage == false)
    #expect(diagram.cells.allSatisfy { $0[0].isOutage == false })
    #expect(diagram.cells[0][0].recoveryMinutes != nil)
    #expect(diagram.certified + diagram.open <= 9 && !diagram.isIncomplete)
    let alone = try await self.diagram(jobs: 1)
    #expect(PhaseJSON.text(of: alone) == PhaseJSON.text(of: diagram))
    for style in [TextStyle(width: 80), TextStyle(width: 80, hasUnicode: false)] {
      let text = PhaseText(diagram, style: style, reproduce: ["x"]).text
      #expect(text.split(separator: "\n").allSatisfy { TerminalText.width(String($0)) <= 80 })
      #expect(style.hasUnicode || text.utf8.allSatisfy { $0 < 128 })
      #expect(text.contains(style.hasUnicode ? "████" : "####"))
    }
  }

  @Test("Axes have bounds", arguments: ["faults.stop.count=1", "throttle.burst=1..1000/65"])
  func axes(text: String) throws {
    let trials = try TinyExploration.trials()
    #expect(throws: ScenarioErrors.self) { try PhaseDiagram.Axis(option: text, in: trials) }
  }

  @Test("Stopped nodes stay down until somebody restarts them, early enough to be seen")
  func hysteresis() async throws {
    let trials = try TinyExploration.trials()
    var plan = Hysteresis.Plan(
      trigger: try TinyExploration.span("faults.stop.count=1..5"),
      push: try ParameterSpan(
        parsing: "clients.backoff.cap=1s..2s", option: "--push", in: trials))
    plan.size = 5
    var options = Cliff.Options()
    options.budget = 200
    let found = try await Hysteresis.search(plan, of: trials, options: options, jobs: 2)
    let alone = try await Hysteresis.search(plan, of: trials, options: options, jobs: 1)
    #expect(HysteresisJSON.text(of: found) == HysteresisJSON.text(of: alone))
    #expect(found.search.size == found.plan.trigger.coordinate(of: 5))
    #expect(found.search.falling.answers.count >= 2)
    // A number of nodes and a time have no difference.
    #expect(found.width == nil)
    let text = HysteresisText(found, style: TextStyle(width: 80), reproduce: ["x"]).text
    #expect(text.contains("no width"))
    #expect(text.contains("'faults.stop.count' (in nodes)"), "\(text)")
  }

  @Test(
    "A width is between amounts of the same thing",
    arguments: [
      ("faults.stop.count=1..5", "faults.stop.count=2..4", true),
      ("faults.stop.count=1..5", "elixir.clusters.sessions=5..20", true),
      ("faults.stop.count=1..5", "clients.online=1000..2000", false),
      ("clients.backoff.cap=1s..2s", "announce.retryDelay=1s..2s", true),
      ("clients.backoff.cap=1s..2s", "faults.stop.count=1..5", false),
    ])
  func amounts(trigger: String, push: String, isSame: Bool) throws {
    let (trigger, push) = (try TinyExploration.span(trigger), try TinyExploration.span(push))
    #expect(trigger.isAmount(of: push) == isSame && push.isAmount(of: trigger) == isSame)
  }

  @Test("A budget is of both searches together", arguments: [1, 9])
  func hysteresisBudget(budget: Int) async throws {
    let plan = Hysteresis.Plan(
      trigger: try TinyExploration.span("faults.stop.count=1..5"),
      push: try TinyExploration.span("clients.backoff.cap=1s..2s"))
    var options = Cliff.Options()
    options.budget = budget
    let found = try await Hysteresis.search(
      plan, of: TinyExploration.trials(), options: options, jobs: 2)
    #expect(found.isIncomplete && found.search.trials <= budget)
    let text = HysteresisText(found, style: TextStyle(width: 80), reproduce: ["x"]).text
    #expect(text.contains("budget of \(budget) run"))
  }

  @Test("A push in the middle of a run is one that can change then")
  func push() throws {
    let trials = try TinyExploration.trials()
    let at = Instant.start + .seconds(15)
    try trials.check([], push: .init(at: at, ["throttle.rate=100/s"]))
    #expect(throws: ScenarioErrors.self) {
      try trials.check([], push: .init(at: at, ["etcd.listTimePerEntry=1us"]))
    }
  }

  @Test("A push that comes too late for a fault is refused before a run, and in one")
  func late() async throws {
    let trials = try TinyExploration.trials()
    let text = "faults.stop.count=1..5"
    func push(at second: Int64) throws -> ParameterSpan {
      try ParameterSpan(
        parsing: text, option: "--push", in: trials, pushAt: .start + .seconds(second))
    }
    let error = try #require(throws: ScenarioErrors.self) { try push(at: 15) }
    #expect(error.errors[0].message.contains("'faults.stop' is past"))
    #expect(error.errors[0].location?.description == "--push:1:19")
    #expect(try push(at: 5).high == 5)

    var plan = Hysteresis.Plan(
      trigger: try TinyExploration.span(text), push: try TinyExploration.span(text))
    plan.size = 5
    plan.pushAt = .start + .seconds(15)
    var options = Cliff.Options()
    options.budget = 20
    await #expect(throws: ScenarioErrors.self) {
      _ = try await Hysteresis.search(plan, of: trials, options: options, jobs: 2)
    }
  }

  /// Two of four nodes stop, with every assumption chosen but a few, one of which a hypothesis sets.
  private func trials(varying paths: [String]) throws -> ScenarioTrials {
    let rest = """
      "hypothesis": "quick", "hypotheses": {
        "quick": { "summary": "Short.", "patch": { "announce": { "retryDelay": "750ms" } } },
        "slow": { "summary": "Long.", "patch": { "announce": { "retryDelay": "60s" } } } },
      "operators": { "help": { "at": "00:00:29", "action": "restartNodes" } },
      """
    let all = try TinyExploration.trials(rest, [])
    let assumptions = AssumptionSet(of: all.base, in: all.file, hypotheses: .assumption)
      .assumptions
    return try TinyExploration.trials(
      rest,
      assumptions.filter { !paths.contains($0.path) }.map { .set("\($0.path)=\($0.value)") })
  }

  @Test("What decides the loss is screened and has indices; the same for any number of jobs")
  func sensitivity() async throws {
    let paths = ["elixir.clusters.sessions", "announce.retryDelay", "throttle.burst"]
    let trials = try trials(varying: paths)
    var options = SensitivityAnalysis.Options()
    (options.trajectories, options.basePoints, options.most) = (2, 4, 1)
    var texts: [String] = []
    for jobs in [1, 2] {
      let analysis = try #require(
        await SensitivityAnalysis.run(trials, options: options, jobs: jobs))
      // Also what a hypothesis sets, over the parameter's range.
      #expect(Set(analysis.screening.findings.map(\.assumption.path)) == Set(paths))
      #expect(!analysis.screening.omitted.contains { $0.reason == .hypothesis })
      #expect(analysis.assumptions.map(\.path) == [paths[0]] && analysis.basePoints == 4)
      let lost = try #require(analysis.results.first)
      #expect(lost.metric == .userMinutesLost)
      let index = try #require(lost.indices?.first)
      #expect(index.total > 0 && lost.moments.deviation > 0)
      texts.append(SensitivityJSON.text(of: analysis))
      let text = SensitivityText(analysis, style: TextStyle(width: 80), reproduce: ["x"]).text
      #expect(text.contains("elixir.clusters.sessions"))
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      // What people do is no assumption; what was chosen is one.
      #expect(words.contains("The scenario's own and no assumptions:"))
      #expect(words.contains("set on the command line") && !words.contains("cannot be varied"))
    }
    #expect(texts[0] == texts[1])
    let rest = try #require(texts[0].split(separator: "\"notAssumptions\"").last)
    let json = try #require(rest.split(separator: "\"omitted\"").first)
    #expect(json.contains(#""reason": "plan""#) && !json.contains(#""reason": "chosen""#))
  }
}
