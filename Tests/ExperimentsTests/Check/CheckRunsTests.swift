import Observation
import Reports
import Scenarios
import SimulationKernel
import Synchronization
import Systems
import Testing

@testable import Experiments

@Suite("Check")
struct CheckRunsTests {
  @Test("Every job count gives the same bytes")
  func isRepeatable() async throws {
    let other = try TinyCheck.subject(path: "s/other.json")
    let subject = try TinyCheck.subject()
    let texts = [
      await TinyCheck.check(subject, other, seeds: 3, jobs: 1),
      await TinyCheck.check(subject, other, seeds: 3, jobs: 3),
    ].map(CheckJSON.text)
    #expect(texts[0] == texts[1])
    #expect(texts[0].contains("\"result\": \"passed\""))
  }

  @Test("A failure names the smallest seed that fails, and how many do")
  func smallestSeed() async throws {
    // A draw decides who loses a connection; some seeds lose more than others.
    func text(_ bound: Double) -> String {
      TinyCheck.text(
        facts: """
          { "id": "lost", "claim": "Many are lost", "source": "a test",
            "measure": "clients.connections.lost", "min": \(bound) }
          """
      ).replacing(
        "\"faults\": {",
        with: """
          "faults": { "drop": { "kind": "connections", "at": "00:00:20", "share": "50%" },
          """)
    }
    let all = await TinyCheck.check(try TinyCheck.subject(text(0)), seeds: 12)
    let lost = all.scenarios[0].runs.records.compactMap { $0.metrics["clients.connections.lost"] }
    let check = await TinyCheck.check(
      try TinyCheck.subject(text(lost.sorted()[11])), seeds: 12)
    let found = try #require(check.only("lost"))
    let failing = check.scenarios[0].runs.records.filter { !$0.facts[0].pass }.map(\.seed)
    try #require(!failing.isEmpty && failing.count < 12, "the bound lies among the seeds")
    #expect(found.outcome == .failed && found.seed == failing.min())
    #expect(found.frequency == Proportion(failing.count, of: 12))
    #expect(found.location?.line == 6)
    #expect(check.result == .failed)
    let reproduce = CheckWords.reproduce(found, check.scenarios[0])
    #expect(
      reproduce.prefix(5) == ["hindsight", "replay", "s/tiny.json", "--seed", "\(failing[0])"])
  }

  @Test("Every tenth run is done twice, and what differs is found with its first different event")
  func nondeterminism() async throws {
    let subject = try TinyCheck.subject()
    let runs = await CheckRuns.run(
      [subject], options: .init(seeds: 11, jobs: 2, version: "test"),
      begin: { scenario, seed, time in
        // The eleventh seed's second run has other luck.
        OngoingRun(scenario, seed: time == 1 && seed == 13 ? 99 : seed)
      }, isStopped: { false }, progress: { _, _ in })
    #expect(runs[0].repeated == 2 && runs[0].nondeterminism.count == 1)
    let found = try #require(runs[0].nondeterminism.first)
    #expect(found.seed == 13 && found.digests[0] != found.digests[1])
    let difference = try #require(found.difference)
    #expect(difference.index >= found.agreed && difference.left != difference.right)
    let check = Check(runs.map(ScenarioCheck.init), version: "test")
    #expect(check.result == .nondeterministic)
    let repeats = try #require(check.only("repeats"))
    #expect(
      CheckWords.finding(repeats).contains("event \(NumberText.grouped(difference.index + 1)) is "))
    let text = CheckText(check, style: TextStyle(), reproduce: ["hindsight"]).text
    #expect(text.contains("FAIL determinism repeats"))
    #expect(text.contains("check s/tiny.json --seed 13 --seeds 1"))
  }

  @Test("Figures that differ although the events do not are nondeterminism too")
  func figures() throws {
    let scenario = try TinyCheck.subject().scenario
    var run = OngoingRun(scenario)
    let end = run.advance(to: scenario.header.end)
    let record = Replay.record(of: run, patches: [], end: end, version: "test")
    var other = record
    other.metrics.set("users.unserved.peak", .users, 1e9)
    let begin = { (_: Int) in OngoingRun(scenario) }
    #expect(
      Nondeterminism.between(
        (run, record), (run, record), until: scenario.header.end, begin: begin) == nil)
    let found = Nondeterminism.between(
      (run, record), (run, other), until: scenario.header.end, begin: begin)
    #expect(found?.figures == ["users.unserved.peak"] && found?.difference == nil)
  }

  @Test("A run that does not come to its end has judged nothing")
  func stuck() async throws {
    let runs = await CheckRuns.run(
      [try TinyCheck.subject()], options: .init(seeds: 1, jobs: 1, version: "test"),
      begin: { scenario, seed, _ in
        OngoingRun(scenario, seed: seed, budget: RunBudget(events: 50))
      }, isStopped: { false }, progress: { _, _ in })
    let check = Check(runs.map(ScenarioCheck.init), version: "test")
    #expect(check.result == .incomplete)
    #expect(check.only("ends")?.outcome == .failed && check.only("stopped")?.outcome == .notReached)
    #expect(JUnitXML.text(of: check).contains("errors=\"1\""))
    #expect(check.only("ends").map(CheckWords.finding)?.hasSuffix("its time: eventBudget") == true)
  }

  @Test("What was not run is missing, and what was run is judged")
  func stops() async throws {
    let begun = Atomic<Int>(0)
    let runs = await CheckRuns.run(
      [try TinyCheck.subject(), try TinyCheck.subject(path: "s/b.json")],
      options: .init(seeds: 5, jobs: 1, version: "test"),
      begin: { scenario, seed, _ in
        begun.add(1, ordering: .relaxed)
        return OngoingRun(scenario, seed: seed)
      },
      // Both first seeds are run twice, then one second seed is.
      isStopped: { begun.load(ordering: .relaxed) >= 6 }, progress: { _, _ in })
    #expect(runs.map(\.records.count) == [2, 1], "one seed of each comes before the second of any")
    #expect(runs.map(\.isIncomplete) == [true, true])
    let check = Check(runs.map(ScenarioCheck.init), version: "test")
    #expect(check.result == .incomplete)
    #expect(CheckWords.total(check).contains("3 seeds of 10"))
    let text = CheckText(check, style: TextStyle(), reproduce: ["hindsight"]).text
    #expect(text.contains("2 of 5 seeds from 3 · stopped early"))
  }

  @Test("A fault that meets nothing, a throttle that lets all in, an idle mitigation are warnings")
  func vacuity() async throws {
    // Nobody's session lives on the nodes that stop, so nobody connects again.
    let text = TinyCheck.text(
      #""throttle": { "rate": "1000/s" },"#
    ).replacing(
      "\"cluster\": \"sessions\"", with: "\"cluster\": \"other\""
    ).replacing(
      "\"faults\": {",
      with: """
        "faults": { "none": { "kind": "fin", "at": "00:00:05", "nth": 1000 },
        """)
    let subject = try TinyCheck.subject(text, [.mitigation("idle")])
    let check = await TinyCheck.check(subject, seeds: 2)
    let warned = check.scenarios[0].cases(.warned)
    #expect(warned.map(\.id) == ["faults.none", "throttle", "idle"])
    #expect(warned.map(\.kind) == [.fault, .throttle, .mitigation])
    #expect(warned.allSatisfy { $0.location != nil })
    #expect(check.only("faults.stop")?.outcome == .passed)
    #expect(check.result == .passed)
    let strict = Check(check.scenarios, version: "test", isStrict: true)
    #expect(strict.result == .failed)
  }

  @Test("A mitigation that alters something is none that does not, whichever else is applied")
  func mitigations() async throws {
    let subject = try TinyCheck.subject(
      TinyCheck.text(facts: ""), [.mitigation("no-stop"), .mitigation("idle")])
    let check = await TinyCheck.check(subject)
    #expect(check.only("no-stop")?.outcome == .passed)
    #expect(check.only("idle")?.outcome == .warned)
  }

  /// Runs `seeds` of a scenario until so many pieces of work are done.
  private func stopped(
    _ subject: CheckSubject, seeds: Int, after pieces: Int
  ) async -> CheckRuns {
    let isOver = Atomic<Bool>(false)
    return await CheckRuns.run(
      [subject], options: .init(seeds: seeds, jobs: 1, version: "test"),
      isStopped: { isOver.load(ordering: .relaxed) },
      progress: { done, _ in if done >= pieces { isOver.store(true, ordering: .relaxed) } })[0]
  }

  @Test("A mitigation whose runs without it were stopped has not passed")
  func stoppedMitigation() async throws {
    let subject = try TinyCheck.subject(TinyCheck.text(), [.mitigation("idle")])
    let runs = await stopped(subject, seeds: 1, after: 1)
    #expect(runs.records.count == 1 && runs.openMitigations == ["idle"] && runs.isIncomplete)
    let check = Check([ScenarioCheck(runs)], version: "test")
    #expect(check.only("idle")?.outcome == .notReached && check.result == .incomplete)
    let text = CheckText(check, style: TextStyle(), reproduce: ["hindsight"]).text
    #expect(text.contains("not reached: idle"))
  }

  @Test(
    "What some seed has to show is not reached when seeds are missing, and neither wrong nor idle")
  func stoppedSeeds() async throws {
    let text = TinyCheck.text(
      """
      "throttle": { "rate": "1000/s" },
      "invariants": {
        "covered": "sometimes(elixir.nodes.stopped > 100)",
        "led": "leadsTo(elixir.nodes.stopped > 100, users.served >= 1%)" },
      """
    ).replacing("\"cluster\": \"sessions\"", with: "\"cluster\": \"other\"").replacing(
      "\"faults\": {",
      with: """
        "faults": { "none": { "kind": "fin", "at": "00:00:05", "nth": 1000 },
        """)
    let subject = try TinyCheck.subject(text)
    let names = ["covered", "led", "faults.none", "throttle"]
    let all = Check(
      [ScenarioCheck(await stopped(subject, seeds: 1, after: 9))], version: "test")
    #expect(names.map { all.only($0)?.outcome } == [.failed, .warned, .warned, .warned])
    let check = Check(
      [ScenarioCheck(await stopped(subject, seeds: 5, after: 1))], version: "test", isStrict: true)
    #expect(check.seedCount == 1 && check.result == .incomplete)
    for name in names { #expect(check.only(name)?.outcome == .notReached, "\(name)") }
    #expect(check.only("faults.stop")?.outcome == .passed, "one seed is enough to show it")
  }

  @Test("A fact that a cut run cannot judge fails nothing")
  func cut() async throws {
    let whole = try TinyCheck.subject()
    let subject = CheckSubject(
      path: whole.path, file: whole.file, scenario: whole.scenario, patches: [],
      until: .start + .seconds(5))
    let check = await TinyCheck.check(subject)
    #expect(check.only("stopped")?.outcome == .notReached)
    #expect(check.only("faults.stop") == nil, "it was not due")
    #expect(check.result == .passed)
  }

  @Test("Coverage needs one seed; an own invariant without an occasion is a warning")
  func invariants() async throws {
    let subject = try TinyCheck.subject()
    var runs = await CheckRuns.run(
      [subject], options: .init(seeds: 3, jobs: 1, version: "test"))
    let place = SourceText(name: "--set", text: "always(x)").location(0..<0)
    func judge(
      _ verdicts: [InvariantVerdict.Verdict], isCoverage: Bool, isOwn: Bool = true,
      details: [String] = ["x"]
    ) -> CheckCase? {
      for (index, verdict) in verdicts.enumerated() {
        runs[0].records[index].invariants = [
          InvariantVerdict(
            id: "own", verdict: verdict, at: .start + .seconds(7),
            detail: details[min(index, details.count - 1)],
            claim: isOwn
              ? .init(expression: "x", why: "Y", isCoverage: isCoverage, location: place) : nil)
        ]
      }
      return ScenarioCheck(runs[0]).cases.first { $0.id == "own" }
    }
    #expect(judge([.vacuous, .held, .vacuous], isCoverage: true)?.outcome == .passed)
    let never = judge([.vacuous, .vacuous, .vacuous], isCoverage: true)
    #expect(never?.outcome == .failed && never?.kind == .coverage)
    #expect(never.map(CheckWords.finding) == "did not happen in 3 seeds")
    let broken = judge([.held, .broken, .broken], isCoverage: false)
    #expect(broken?.outcome == .failed && broken?.seed == 4)
    #expect(broken.map(CheckWords.finding) == "broken at 00:00:07: x")
    #expect(broken?.frequency == Proportion(2, of: 3))
    #expect(broken?.title == "Y" && broken?.location == place, "the file says nothing of it")
    let idle = judge([.vacuous, .vacuous, .vacuous], isCoverage: false)
    #expect(idle?.outcome == .warned)
    #expect(idle.map(CheckWords.finding) == "never put to the test in any of 3 seeds: x")
    let unheld = "clients.attempts > 5 \(InvariantVerdict.neverHeld)"
    #expect(
      judge([.vacuous, .vacuous, .vacuous], isCoverage: false, details: [unheld]).map(
        CheckWords.finding)
        == "never put to the test: clients.attempts > 5 never held in any of 3 seeds")
    #expect(
      judge([.vacuous, .vacuous, .vacuous], isCoverage: false, details: [unheld, "open"]).map(
        CheckWords.finding) == "never put to the test in any of 3 seeds: open",
      "in the second seed it held")
    // Nobody states it: it is one of those that every run has.
    let promise = judge([.vacuous, .vacuous, .vacuous], isCoverage: false, isOwn: false)
    #expect(promise?.outcome == .notExercised && promise?.location == nil)
    for index in runs[0].records.indices { runs[0].records[index].endedAt = .start + .seconds(8) }
    #expect(judge([.vacuous, .vacuous, .held], isCoverage: false)?.outcome == .passed)
    for isCoverage in [true, false] {
      let cut = judge([.vacuous, .vacuous, .vacuous], isCoverage: isCoverage)
      #expect(cut?.outcome == .notReached, "the runs ended too early to tell")
    }
  }

  @Test("The seed of the command line is the first")
  func seeds() async throws {
    let check = await TinyCheck.check(try TinyCheck.subject(), seeds: 2, first: .max)
    #expect(check.scenarios[0].runs.records.map(\.seed) == [.max, 0], "seeds go round")
  }

  @Test("An API node that vanishes leaves its key, which puts etcd's expiry to the test")
  func expiry() async throws {
    let kill = "\"kill\": { \"kind\": \"apiNodes\", \"at\": \"00:00:05\" }, "
    let text = TinyCheck.text().replacing("00:00:30", with: "00:01:30")
    for (text, outcome) in [
      (text, CheckCase.Outcome.notExercised),
      (text.replacing("\"stop\": { \"kind\"", with: kill + "\"stop\": { \"kind\""), .passed),
    ] {
      let check = await TinyCheck.check(try TinyCheck.subject(text))
      #expect(check.only("etcd.expiry")?.outcome == outcome)
    }
  }
}
