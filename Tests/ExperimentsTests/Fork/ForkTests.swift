import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Fork")
struct ForkTests {
  private func fork(_ plan: ForkPlan, jobs: Int = 1) async throws -> Fork {
    guard case .forked(let fork) = try await Fork.run(plan, jobs: jobs, version: "test") else {
      throw Missing()
    }
    return fork
  }
  private struct Missing: Error {}

  @Test("Futures are run from one prefix, and part at the first event that the change makes")
  func futures() async throws {
    let plan = try ForkRuns.plan(
      at: "14:18:05",
      [
        ForkRuns.request("sooner", ["operators.throttle.at=14:18:20"]),
        ForkRuns.request("bound", ["gateway.queueBound=900"]),
        ForkRuns.request("never", ["operators.throttle-off.at=16:01"]),
      ])
    let fork = try await fork(plan)
    let scenario = try ForkRuns.scenario()
    expectSame(fork.baseline, Replay.run(scenario, version: "test"))
    #expect(fork.savedEvents == 3 * fork.prefixEvents && fork.prefixEvents > 1_000)

    let sooner = try #require(fork.futures[0].difference)
    #expect(sooner.right?.event == "operators.throttle")
    #expect(sooner.right?.time == Instant(parsing: "14:18:20"))
    let changed = try ForkRuns.scenario(["operators.throttle.at=14:18:20"])
    let straight = Simulation.firstDifference(
      of: { scenario.simulation(seed: scenario.header.seed) },
      and: { changed.simulation(seed: scenario.header.seed) }, until: scenario.header.end)
    #expect(straight?.index == sooner.index && straight?.left?.time == sooner.left?.time)

    let bound = try #require(fork.futures[1].difference)
    #expect(bound.right?.event == "settings change" && bound.right?.time == fork.at)
    #expect(bound.index == fork.prefixEvents)
    #expect(fork.futures[2].difference == nil, "it comes after the end")
    expectSame(fork.futures[2].record, fork.baseline)

    // Neither the number of jobs nor another run changes a byte.
    let again = try await self.fork(plan, jobs: 2)
    #expect(ForkJSON.text(of: again) == ForkJSON.text(of: fork))
    let style = TextStyle(width: 90)
    #expect(
      ForkText(again, style: style, reproduce: ["x"]).text
        == ForkText(fork, style: style, reproduce: ["x"]).text)
  }

  @Test("Two futures that set the throttle otherwise part at rates that can be told apart")
  func rates() async throws {
    let plan = try ForkRuns.plan(
      at: "14:18:05", [ForkRuns.request("wider", ["operators.throttle.rate=777/s"])])
    let fork = try await fork(plan)
    let difference = try #require(fork.futures[0].difference)
    #expect(difference.left?.event == "throttle set to 500/s")
    #expect(difference.right?.event == "throttle set to 777/s")
  }

  @Test("With a step the text has every series that differs, and without it says how many")
  func everySeries() async throws {
    let plan = try ForkRuns.plan(
      at: "14:18:20", [ForkRuns.request("f", ["faults.later.share=0.9"])])
    let fork = try await fork(plan)
    let different = fork.courses(every: .seconds(10)).filter(\.differs).map(\.name)
    #expect(different.count > 4)
    let style = TextStyle(width: 120)
    let all = ForkText(fork, step: .seconds(10), style: style, reproduce: ["x"]).text
    // Those that have a name for people, or one too long for a column, cannot be looked for.
    let labelled = ["users.served", "gateway.queue", "guilds.loaded", "elixir.nodes.up"]
    for name in different where !labelled.contains(name) && name.count < 26 {
      #expect(name.hasSuffix(".utilisation") || all.contains(" \(name)"), "\(name)")
    }
    #expect(!all.contains("more series differ"))
    let few = ForkText(fork, style: style, reproduce: ["x"]).text
    #expect(few.contains("more series differ; --step 10s shows all of them"), "\(few)")
  }

  @Test("What is counted has a course as well, which ends with the metric of the whole run")
  func totals() async throws {
    let plan = try ForkRuns.plan(
      at: "14:18:20", [ForkRuns.request("f", ["faults.later.share=0.9"])])
    let fork = try await fork(plan)
    let courses = fork.courses(every: .seconds(10))
    #expect(Set(courses.map(\.name)).count == courses.count)
    for name in [
      "users.unserved.minutes", "outage.minutes", "scylla.sessions.wasted", "scylla.guilds.wasted",
      "clients.timeouts", "elixir.watchers.crashes",
    ] {
      let course = try #require(courses.first { $0.name == name })
      let ends = [course.baseline, course.futures[0]]
      let records = [fork.baseline, fork.futures[0].record]
      for (values, record) in zip(ends, records) {
        #expect(values.count == 5 && values.last == record.metrics[name] ?? 0, "\(name)")
        #expect(values == values.sorted(), "\(name)")
      }
      #expect(ends[0][0] == ends[1][0], "\(name): nothing has changed at the fork")
    }
    let lost = try #require(courses.first { $0.name == "users.unserved.minutes" })
    #expect(lost.differs && lost.unit == .userMinutes)
    // What a run ended at 14:18:40 would have lost, which does not know what comes later.
    let cut = Replay.run(
      try ForkRuns.scenario(),
      options: .init(until: Instant(parsing: "14:18:40")), version: "test")
    #expect(lost.baseline[2] == cut.metrics["users.unserved.minutes"])
    #expect(!courses.contains { $0.name == "throttle.set.at" })
  }

  @Test("Columns of tables never touch, however long their numbers are", arguments: [60, 80, 120])
  func tables(width: Int) async throws {
    let fork = try await fork(
      ForkRuns.plan(at: "14:18:20", [ForkRuns.request("f", ["faults.later.share=0.9"])]))
    let text = ForkText(
      fork, step: .seconds(10), style: TextStyle(width: width), reproduce: ["x"]
    ).text
    let lines = text.split(separator: "\n").map(String.init)
    // The figures at the end have numbers that take what they take.
    for line in lines.prefix(while: { !$0.hasPrefix("  at the end") }) {
      #expect(TerminalText.width(line) <= width, "\(line)")
    }
    let heading = try #require(lines.firstIndex { $0.contains("as it was, and what is different") })
    let rows = lines[heading...].filter { $0.hasPrefix("  14:18:") || $0.hasPrefix("  14:19:") }
    #expect(rows.count > 10)
    for row in rows {
      #expect(TerminalText.width(row) <= width, "\(row)")
      // A time, and for each quantity a value, perhaps with a unit, and a difference or its absence.
      let words = row.split(separator: " ").dropFirst()
      for word in words {
        let commas = word.split(separator: ",", omittingEmptySubsequences: false)
        #expect(commas.dropFirst().allSatisfy { $0.prefix(3).allSatisfy(\.isNumber) }, "\(row)")
        #expect(commas.dropFirst().allSatisfy { $0.prefix { $0.isNumber }.count == 3 }, "\(row)")
        #expect(word.dropFirst().allSatisfy { $0 != "-" && $0 != "+" && $0 != "–" }, "\(row)")
      }
      #expect(row.dropFirst(10).first == " ", "\(row)")
    }
  }

  @Test("Courses begin alike, differ after the change, and are those of the records")
  func courses() async throws {
    let plan = try ForkRuns.plan(
      at: "14:18:20", [ForkRuns.request("f", ["faults.later.share=0.9"])])
    let fork = try await fork(plan)
    let courses = fork.courses(every: .seconds(10))
    let served = try #require(courses.first { $0.name == "users.connected" })
    #expect(served.differs && served.baseline.count == 5)
    let first = served.baseline.indices.first { served.baseline[$0] != served.futures[0][$0] }
    let instant = fork.instants(every: .seconds(10))[try #require(first)]
    #expect(instant == Instant(parsing: "14:18:40"))
    #expect(fork.rounded(.seconds(11)) == .seconds(20) && fork.rounded(.zero) == .seconds(10))
  }

  /// A patch that comes too late at 14:18:20 or is not possible at all, and what is said of it.
  static let refused: [(patch: String, message: String, place: String)] = [
    (
      "operators.restart-nodes.perMinute=99",
      "'operators.restart-nodes' is past at 14:18:20: it was done at 14:18:10", "99"
    ),
    (
      "operators.restart-nodes=null",
      "'operators.restart-nodes' is past at 14:18:20: it was done at 14:18:10", "null"
    ),
    ("operators.throttle.at=14:18:19.9", "14:18:19.9 is past at 14:18:20", "14:18:19.9"),
    (
      "faults.first-announce-cut.afterSegment=2",
      "'faults.first-announce-cut' is past at 14:18:20: it struck at 14:18:00", "2"
    ),
    ("faults.later.at=14:18:10", "14:18:10 is past at 14:18:20", "14:18:10"),
    (
      "clients.online=2000000",
      "'clients.online' cannot change while the company runs: clients run on users' machines, "
        + "where nobody deploys", "2000000"
    ),
    (
      "operators=null",
      "'operators.restart-nodes' is past at 14:18:20: it was done at 14:18:10", "null"
    ),
  ]

  @Test("What cannot change any more is refused with the reason, at its place")
  func refusals() async throws {
    for (patch, message, place) in Self.refused {
      let errors = await #expect(throws: ScenarioErrors.self) {
        let plan = try ForkRuns.plan(at: "14:18:20", [ForkRuns.request("f", [patch])])
        _ = try await Fork.run(plan, version: "test")
      }
      let error = try #require(errors?.errors.first)
      #expect(error.message == message)
      #expect(error.location?.text == place && error.location?.fileName == "--set")
    }
  }

  @Test("A step that waits for an alert that has fired needs a time; before that it can change")
  func alerts() throws {
    let step = #"operators.late={"afterAlert":"nodes-up","delay":"10m","action":"liftThrottle"}"#
    let base = try ForkRuns.scenario([step, "alerts.nodes-up.for=5s"])
    var run = OngoingRun(base)
    run.advance(to: try #require(Instant(parsing: "14:18:02")))
    var early = run
    try early.apply(ForkRuns.change(["operators.late.delay=10s"], on: base))
    early.advance(to: base.header.end)
    let fired = try #require(early.simulation.world.people.alerts[1].firedAt)
    #expect(early.simulation.world.people.takenAt.last == fired + .seconds(10))

    run.advance(to: try #require(Instant(parsing: "14:18:30")))
    #expect(run.simulation.world.people.alerts[1].firedAt == fired && fired < run.simulation.now)
    let before = run.simulation.digest
    let errors = #expect(throws: ScenarioErrors.self) {
      try run.apply(ForkRuns.change(["operators.late.delay=10s"], on: base))
    }
    #expect(
      errors?.errors.first?.message
        == "'operators.late' waits for an alert that paged somebody at \(fired), before 14:18:30")
    // The hands are held back, or do something else.
    var away = run
    try away.apply(ForkRuns.change(["operators.late=null"], on: base))
    #expect(away.simulation.pendingEvents == run.simulation.pendingEvents - 1)
    try run.apply(
      ForkRuns.change(
        [
          "operators.late.afterAlert=null", "operators.late.at=14:18:50",
          "operators.late.delay=null",
        ], on: base))
    #expect(run.simulation.digest == before)
    run.advance(to: base.header.end)
    #expect(run.simulation.world.people.takenAt.last == Instant(parsing: "14:18:50"))
  }

  @Test("A condition may include its bound")
  func inclusive() async throws {
    let future = ForkRuns.request("f", ["gateway.queueBound=900"])
    // Everybody is served at the first look, and nobody is more than that.
    let fork = try await fork(ForkRuns.plan(at: "users.served >= 100%", [future]))
    #expect(fork.at == Instant(parsing: "14:17:41"))
    let never = try await Fork.run(
      ForkRuns.plan(at: "users.served > 100%", [future]), version: "test")
    guard case .neverHeld = never else {
      Issue.record("no share is above 100 %")
      return
    }
  }

  @Test("A condition forks at the first second at which it holds")
  func condition() async throws {
    let future = ForkRuns.request("f", ["gateway.queueBound=900"])
    let fork = try await fork(ForkRuns.plan(at: "elixir.nodes.up < 90%", [future]))
    // Looked for with another step and no shortcut.
    let scenario = try ForkRuns.scenario()
    var run = OngoingRun(scenario)
    var instant = scenario.header.start
    repeat {
      instant = instant + .seconds(1)
      run.advance(to: instant)
    } while run.simulation.world.elixir.nodesUp * 10 >= run.simulation.world.elixir.nodeCount * 9
    #expect(fork.at == instant && fork.condition == "elixir.nodes.up < 90%")
    #expect(fork.prefixEvents == run.simulation.eventCount)

    let never = try await Fork.run(
      ForkRuns.plan(at: "elixir.nodes.up < 2%", [future]), version: "test")
    guard case .neverHeld(let nearest) = never else {
      Issue.record("it cannot hold")
      return
    }
    #expect(nearest.value > 0.02 && nearest.value < 0.9 && nearest.at >= fork.at)
  }

  @Test(
    "A wrong instant is refused at its place",
    arguments: [
      ("tomorrow", "this is neither a time nor a condition"),
      ("users.sirved < 1", "there is no measure 'users.sirved'"),
      ("users.served < many", "'many' is not a number or a share"),
      ("users.served >== 1", "'= 1' is not a number or a share"),
    ] as [(String, String)])
  func points(text: String, message: String) throws {
    let errors = #expect(throws: ScenarioErrors.self) { try ForkPoint(parsing: text) }
    #expect(errors?.errors.map(\.message) == [message])
    #expect(errors?.errors.first?.location?.fileName == "--at")
  }

  @Test("Of all mitigations, those that come too late are listed with the reason")
  func optional() async throws {
    let names = ["throttle-from-the-start", "long-backoff", "bounded-queue"]
    let requests = names.map {
      ForkPlan.Request(name: $0, patches: [.mitigation($0)], isOptional: true)
    }
    let fork = try await fork(ForkRuns.plan(at: "14:18:35", requests))
    #expect(fork.futures.map(\.name) == ["bounded-queue"])
    // The first is refused by the scenario alone, the second by what has happened.
    #expect(fork.refusals.map(\.name) == ["long-backoff", "throttle-from-the-start"])
    #expect(fork.refusals.map(\.isLate) == [false, true])
    let text = ForkText(fork, style: TextStyle(width: 100), reproduce: ["x"]).text
    let late = try #require(text.range(of: "Too late at 14:18:35\n  throttle-from-the-start"))
    let never = try #require(
      text.range(of: "Can never change while the company runs\n  long-backoff"))
    #expect(late.upperBound < never.lowerBound)
    #expect(
      fork.refusals.last?.reason
        == "'operators.throttle' is past at 14:18:35: it was done at 14:18:30")
  }
}
