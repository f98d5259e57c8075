import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("RuntimeSettings")
struct RuntimeSettingsTests {
  private static func document(_ rest: String = "") throws -> ScenarioDocument {
    try ScenarioDocument(
      name: "test.json",
      text: #"{ "scenario": "s", "end": "00:20:00", "scale": "1/100000"\#(rest) }"#)
  }

  private static func patch(_ text: String) throws -> DocumentValue {
    try ScenarioDocument(name: "patch.json", text: text).root
  }

  private static func complaint(about patch: String) throws -> String {
    do {
      _ = try RuntimeChange(try Self.patch(patch), on: try document())
      return ""
    } catch let error as ScenarioErrors {
      return error.description
    }
  }

  /// A bound of the range is a value that is allowed, and one of the two is not the default.
  private static func bound(of declaration: ParameterDeclaration) -> String {
    [declaration.lowerText, declaration.upperText].compactMap { $0 }
      .first { $0 != declaration.valueText } ?? ""
  }

  /// A value other than the default, within the parameter's range.
  private static func other(than declaration: ParameterDeclaration) -> String {
    switch declaration.kind {
    case .choice: "\"\(declaration.choices.first { $0 != declaration.valueText } ?? "")\""
    case .flag: declaration.valueText == "true" ? "false" : "true"
    case .rate: "\"77/s\""
    case .integer, .number: bound(of: declaration)
    default: "\"\(bound(of: declaration))\""
    }
  }

  @Test(
    "Every path of the table is a parameter, and its entry changes it, tells it and restores it")
  func table() throws {
    let document = try Self.document()
    let scenario = try OutageScenario(document)
    let start = scenario.simulation(seed: 1).world
    for path in RuntimeSettings.paths {
      let declaration = try #require(
        scenario.declarations.first { $0.path == path }, "\(path) is a parameter")
      var text = Self.other(than: declaration)
      // Scale-in and size limits stand beside each other.
      if path == "api.nodes.min" { text = "99" }
      if path == "api.nodes.max" { text = "1001" }
      if path == "guilds.retryDelay.max" { text = "\"11s\"" }
      let keys = path.split(separator: ".")
      let patch = keys.reversed().reduce(text) { "{ \"\($1)\": \($0) }" }
      let change = try RuntimeChange(try Self.patch(patch), on: document)
      var world = start
      for place in change.places {
        let setting = RuntimeSettings.all[place]
        // What is in force differs from what comes; then it is what came; then what was.
        var before = change.configuration
        setting.save(world, &before)
        #expect(Self.text(of: before) != Self.text(of: change.configuration), "\(path) = \(text)")
        setting.install(change.configuration, &world)
        var during = before
        setting.save(world, &during)
        #expect(Self.text(of: during) == Self.text(of: change.configuration), "\(path)")
        setting.install(before, &world)
        var after = change.configuration
        setting.save(world, &after)
        #expect(Self.text(of: after) == Self.text(of: before), "\(path)")
        var copied = change.configuration
        setting.copy(before, &copied)
        #expect(Self.text(of: copied) == Self.text(of: before), "\(path)")
      }
    }
  }

  private static func text(of configuration: OutageConfiguration) -> String {
    "\(configuration)"
  }

  @Test(
    "What cannot change any more is refused with the reason, at its place, with what can",
    arguments: [
      (
        #"{ "clients": { "backoff": { "cap": "5s" } } }"#, "clients run on users' machines",
        "nothing of clients can; settings of these can: announce, api, etcd, watcher,"
      ),
      (
        #"{ "elixir": { "clusters": { "guilds": 9 } } }"#, "built from it when the run starts",
        "of elixir these can: elixir.backlogBound, elixir.restart\n"
      ),
      (
        #"{ "network": { "loss": "1%" } }"#, "only faults change",
        "nothing of network can; settings of these can: announce,"
      ),
      (
        #"{ "watcher": { "cycle": { "median": "10ms" } } }"#, "how fast the nodes are",
        "of watcher these can: watcher.onBadValue,"
      ),
      (
        #"{ "api": { "workers": 3 }, "announce": { "segments": 1 } }"#, "'api.workers' cannot",
        "of api these can: api.queueBound,"
      ),
      (#"{ "scenario": "t" }"#, "it is no setting of a system", "'scenario' cannot"),
      (#"{ "title": "T" }"#, "it is no setting of a system", "'title' cannot"),
      (
        #"{ "compare": { "until": "00:10:00" } }"#, "about comparisons, not about this run",
        "'compare.until' cannot"
      ),
    ])
  func refusals(patch: String, message: String, help: String) throws {
    let found = try Self.complaint(about: patch)
    #expect(found.contains(message), "\(found)")
    #expect(found.contains("patch.json:1:") && found.contains(help), "\(found)")
  }

  @Test(
    "A wrong value, an unknown name and an empty patch are errors of their own",
    arguments: [
      (#"{ "announce": { "segments": 3 } }"#, "allowed: 1 to 2"),
      (#"{ "announce": { "segmnts": 1 } }"#, "announce.segments"),
      (#"{ "api": { "nodes": { "min": 5000 } } }"#, "above 'api.nodes.max'"),
      (#"{ "announce": 5 }"#, "takes an object"), ("{}", "nothing is changed"),
    ])
  func wrong(patch: String, message: String) throws {
    let found = try Self.complaint(about: patch)
    #expect(found.contains(message), "\(found)")
    #expect(!found.contains("cannot change"), "\(found)")
  }

  @Test("An alias changes every cluster that it speaks of; null brings the default back")
  func aliasAndNull() throws {
    let change = try RuntimeChange(
      try Self.patch(#"{ "repair": { "running": false }, "announce": { "ttl": null } }"#),
      on: try Self.document(#", "announce": { "ttl": "30s" }"#))
    #expect(
      change.paths == [
        "scylla.sessions.repair.running", "scylla.guilds.repair.running", "announce.ttl",
      ])
    #expect(change.configuration.etcd.ttl == 60)
    #expect(!change.configuration.guildsDatabase.repairRunning)
  }
}

@Suite("Releases")
struct ReleasesTests {
  /// Runs with these operators, and gives the world at each of the instants.
  private func worlds(_ operators: String, at instants: [Int64]) throws -> [OutageWorld] {
    let scenario = try OutageScenario(
      ScenarioDocument(
        name: "test.json",
        text: """
          { "scenario": "s", "end": "00:20:00", "scale": "1/100000",
            "elixir": { "clusters": { "sessions": 2, "guilds": 2, "presence": 1, "other": 1 } },
            "api": { "nodes": { "initial": 5, "min": 1 } }, "operators": \(operators) }
          """))
    var simulation = scenario.simulation(seed: 1)
    return instants.map { instant in
      _ = simulation.run(until: second(instant))
      return simulation.world
    }
  }

  @Test("A deployment holds from its time on, and what it replaced returns when it is undone")
  func deployAndUndo() throws {
    let worlds = try worlds(
      """
      { "fix": { "at": "00:01:00", "action": "deploy", "set": {
          "announce": { "segments": 1, "interval": "30s" }, "gateway": { "queueBound": 10 },
          "scylla": { "guilds": { "repair": { "running": false } } },
          "throttle": { "rate": "500/s" } } },
        "back": { "at": "00:01:30", "delay": "30s", "action": "rollBack", "deployment": "fix" } }
      """, at: [59, 61, 121])
    #expect(worlds.map(\.network.configuration.segments) == [2, 1, 2])
    #expect(worlds.map(\.api.configuration.announceInterval) == [20, 30, 20].map(Duration.seconds))
    #expect(worlds.map(\.guildsDatabase.isRepairing) == [true, false, true])
    #expect(worlds.map(\.sessionsDatabase.isRepairing) == [true, true, true])
    #expect(worlds.map(\.gateway.configuration.throttleRate) == [nil, 500, nil])
    #expect(worlds.map(\.gateway.admission.bound) == [1, 1, 1], "a hundred-thousandth, at least 1")
    #expect(worlds[2].people.takenAt == [second(60), second(120)])
  }

  @Test("Of two deployments of one setting the later counts, whichever is undone first")
  func stacked() throws {
    func steps(_ undone: [String]) -> String {
      """
      { "a": { "at": "00:01:00", "action": "deploy", "set": { "announce": { "ttl": "61s" } } },
        "b": { "at": "00:02:00", "action": "deploy", "set": { "announce": { "ttl": "62s" } } },
        "x": { "at": "00:03:00", "action": "rollBack", "deployment": "\(undone[0])" },
        "y": { "at": "00:04:00", "action": "rollBack", "deployment": "\(undone[1])" },
        "z": { "at": "00:05:00", "action": "rollBack", "deployment": "\(undone[1])" } }
      """
    }
    let instants = [61, 121, 181, 241, 301] as [Int64]
    let inOrder = try worlds(steps(["b", "a"]), at: instants)
    #expect(inOrder.map(\.etcd.configuration.ttl) == [61, 62, 61, 60, 60])
    let crosswise = try worlds(steps(["a", "b"]), at: instants)
    #expect(crosswise.map(\.etcd.configuration.ttl) == [61, 62, 62, 60, 60])
  }

  @Test("Undoing what was not deployed yet changes nothing, and the deployment still comes")
  func tooEarly() throws {
    let worlds = try worlds(
      """
      { "x": { "at": "00:01:00", "action": "rollBack", "deployment": "a" },
        "a": { "at": "00:02:00", "action": "deploy", "set": { "announce": { "ttl": "61s" } } } }
      """, at: [61, 121])
    #expect(worlds.map(\.etcd.configuration.ttl) == [60, 61])
  }

  @Test("A change from outside of the run is made by its event, like a deployment")
  func planned() throws {
    let document = try ScenarioDocument(
      name: "test.json", text: #"{ "scenario": "s", "end": "00:20:00", "scale": "1/100000" }"#)
    let change = try RuntimeChange(
      try ScenarioDocument(name: "p", text: #"{ "supervision": { "maxRestarts": 10 } }"#).root,
      on: document)
    var simulation = try OutageScenario(document).simulation(seed: 1)
    _ = simulation.run(until: second(2))
    let event = simulation.world.plan(change)
    simulation.schedule(event, at: simulation.now)
    #expect(simulation.world.discovery.configuration.maxRestarts == 3)
    _ = simulation.run(until: second(3))
    #expect(simulation.world.discovery.configuration.maxRestarts == 10)
  }

  @Test(
    "A deployment that cannot be, or an undoing of nothing, is an error of the scenario",
    arguments: [
      (#""set": { "api": { "workers": 3 } }"#, "'api.workers' cannot change"),
      (#""set": { "announce": { "segments": 3 } }"#, "allowed: 1 to 2"),
      (#""set": { "announce": { "segmnts": 1 } }"#, "announce.segments"),
      (#""set": 5"#, "'set' takes an object"), (#""note": "forgotten""#, "'set' is missing"),
    ])
  func wrongDeployments(set: String, message: String) throws {
    do {
      _ = try worlds(#"{ "a": { "at": "00:01:00", "action": "deploy", \#(set) } }"#, at: [])
      Issue.record("it is an error")
    } catch let error as ScenarioErrors {
      #expect(error.count == 1 && error.description.contains(message), "\(error)")
    }
  }

  @Test("An undoing that does not say of what is one error, at its step")
  func namelessUndoing() throws {
    do {
      _ = try worlds(#"{ "x": { "at": "00:02:00", "action": "rollBack" } }"#, at: [])
      Issue.record("it is an error")
    } catch let error as ScenarioErrors {
      #expect(error.count == 1 && error.description.contains("deployment' is missing"), "\(error)")
    }
  }

  @Test("A deployment is undone by its name; another name is an error with the nearest")
  func wrongName() throws {
    do {
      _ = try worlds(
        """
        { "fix": { "at": "00:01:00", "action": "deploy", "set": { "announce": { "ttl": "61s" } } },
          "x": { "at": "00:02:00", "action": "rollBack", "deployment": "fixx" } }
        """, at: [])
      Issue.record("it is an error")
    } catch let error as ScenarioErrors {
      #expect(error.description.contains("there is no deployment 'fixx'"), "\(error)")
      #expect(error.description.contains("did you mean 'fix'?"), "\(error)")
    }
  }
}
