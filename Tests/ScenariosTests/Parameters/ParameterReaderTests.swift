import Scenarios
import SimulationKernel
import Testing

@Suite("ParameterReader")
struct ParameterReaderTests {
  enum Policy: String, CaseIterable, Sendable { case managedGroup, horizontalPod, off }
  enum Phase: String, CaseIterable, Sendable { case perNode }

  /// The errors of reading `text` with `body`, as printed.
  private func messages(
    _ text: String, _ body: (inout ParameterReader) -> Void
  ) throws -> String {
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    body(&reader)
    do throws(ScenarioErrors) {
      try reader.finish()
      return ""
    } catch {
      return error.description
    }
  }

  @Test("Every kind of value is read from its place")
  func readsAllKinds() throws {
    let text = """
      { "a": { "duration": "1.5s", "integer": 1e3, "number": -0.0, "share": "7%",
               "probability": 1e-7, "rate": "120/m", "flag": true, "policy": "horizontalPod",
               "phase": "200ms", "clock": "1d 00:30:00", "text": "x", "scale": "2/20" } }
      """
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    let source = ParameterSource.assumption("guess")
    reader.scoped("a") { reader in
      let duration = reader.duration("duration", default: .zero, source, "D.")
      #expect(duration == .milliseconds(1_500))
      let integer = reader.integer("integer", default: 1, in: 0...1_000, source, "I.")
      #expect(integer == 1_000)
      let number = reader.number("number", default: 1, source, "N.")
      #expect(number == 0 && number.sign == .plus)
      let share = reader.share("share", default: 1, source, "S.")
      #expect(share == 0.07)
      let probability = reader.probability("probability", default: .zero, source, "P.")
      #expect(probability == .oneIn(10_000_000))
      let rate = reader.rate("rate", default: 1, source, "R.")
      #expect(rate == 2)
      let flag = reader.flag("flag", default: false, source, "F.")
      #expect(flag)
      let policy = reader.choice("policy", default: Policy.off, source, "C.")
      #expect(policy == .horizontalPod)
      let phase = reader.choiceOrDuration(
        "phase", default: .choice(Phase.perNode), in: .zero ... .milliseconds(999), source, "P.")
      #expect(phase == .duration(.milliseconds(200)))
      let clock = reader.clock("clock", default: .start, source, "C.")
      #expect(clock == Instant(nanoseconds: 88_200_000_000_000))
      let text = reader.text("text", default: "", source, "T.")
      #expect(text == "x")
      let scale = reader.scale("scale", default: .one, in: .zero ... .one, source, "S.")
      #expect(scale == .oneIn(10))
    }
    try reader.finish()
    #expect(reader.assumptions.count == 12)
    #expect(reader.declarations.map(\.path).first == "a.duration")
  }

  @Test("All errors of a document are reported at once, unknown keys with the nearest name")
  func reportsAll() throws {
    let text = """
      {
        "maxRestarts": 3,
        "clients": { "timeuot": "10s", "timeout": 10 },
        "clients.timeout": "10s",
        "clientz": {},
        "supervision": 7,
        "operators": [ { "at": "14:18:00", "doo": "x" }, 3, { } ],
        "facts": [ { "whatever": 1 } ]
      }
      """
    let found = try messages(text) { reader in
      reader.claim("facts")
      _ = reader.duration("clients.timeout", default: .zero, .postmortem(), "X.")
      _ = reader.integer("supervision.maxRestarts", default: 3, .postmortem(), "X.")
      _ = reader.integer("supervision.maxSeconds", default: 3, .postmortem(), "X.")
      let operators = reader.list("operators") { reader -> String? in
        _ = reader.required("at", as: .clock, .scenario, "When it happens.")
        return reader.text("do", default: "", .scenario, "What they do.")
      }
      #expect(operators.count == 2)
    }
    #expect(
      found == """
        s.json:2:3: error: there is no parameter 'maxRestarts'
         2 |   "maxRestarts": 3,
           |   ^~~~~~~~~~~~~
            help: did you mean 'supervision.maxRestarts'?
        s.json:3:16: error: there is no parameter 'clients.timeuot'
         3 |   "clients": { "timeuot": "10s", "timeout": 10 },
           |                ^~~~~~~~~
            help: did you mean 'clients.timeout'?
        s.json:3:45: error: 'clients.timeout' takes a duration, not the number 10
         3 |   "clients": { "timeuot": "10s", "timeout": 10 },
           |                                             ^~
            help: write a unit, such as "10s"
        s.json:4:3: error: there is no parameter '"clients.timeout"'
         4 |   "clients.timeout": "10s",
           |   ^~~~~~~~~~~~~~~~~
            help: each part of a path is an object of its own: {"clients": {"timeout": …}}
        s.json:5:3: error: there is no parameter 'clientz'
         5 |   "clientz": {},
           |   ^~~~~~~~~
            help: did you mean 'clients'?
        s.json:6:18: error: 'supervision' takes an object, not the number 7
         6 |   "supervision": 7,
           |                  ^
            help: it holds parameters such as 'supervision.maxRestarts'
        s.json:7:38: error: there is no parameter 'operators[0].doo'
         7 |   "operators": [ { "at": "14:18:00", "doo": "x" }, 3, { } ],
           |                                      ^~~~~
            help: did you mean 'operators[0].do'?
        s.json:7:52: error: 'operators[1]' takes an object, not the number 3
         7 |   "operators": [ { "at": "14:18:00", "doo": "x" }, 3, { } ],
           |                                                    ^
        s.json:7:55: error: 'operators[2].at' is missing: When it happens.
         7 |   "operators": [ { "at": "14:18:00", "doo": "x" }, 3, { } ],
           |                                                       ^~~

        """)
  }

  @Test("Declarations tell what was asked for and what was set")
  func declares() throws {
    var reader = ParameterReader(
      try ScenarioDocument(name: "s.json", text: #"{"a": {"t": "90s"}, "steps": ["20m", "45m"]}"#))
    _ = reader.duration(
      "a.t", default: .seconds(60), in: .zero ... .hours(1), .assumption("guess"), "T.")
    _ = reader.share("a.s", default: 0.5, .recorded("etcd"), "S.")
    _ = reader.integer("a.i", default: 4, in: 1 ... .max, unit: "nodes", .operations, "I.")
    // The same parameter may be asked for twice; it is still one.
    _ = reader.integer("a.i", default: 4, in: 1 ... .max, unit: "nodes", .operations, "I.")
    let steps = reader.values("steps", as: .duration, default: [.seconds(1)], .operations, "Steps.")
    #expect(steps == [.minutes(20), .minutes(45)])
    try reader.finish()
    try #require(reader.declarations.count == 4)
    let first = reader.declarations[0]
    #expect(first.path == "a.t" && first.kind == .duration && first.isSet)
    #expect(first.defaultText == "1m" && first.valueText == "90s" && first.rangeText == "0s to 1h")
    #expect(first.location?.description == "s.json:1:13")
    let second = reader.declarations[1]
    #expect(second.valueText == "50%" && second.value == .number(0.5) && !second.isSet)
    #expect(second.location == nil && second.source == .recorded("etcd"))
    #expect(reader.declarations[2].rangeText == "at least 1")
    #expect(reader.declarations[2].upperText == nil && reader.declarations[2].unit == "nodes")
    #expect(reader.declarations[3].isList && reader.declarations[3].valueText == "[20m, 45m]")
    #expect(reader.assumptions.map(\.path) == ["a.t"])
  }

  @Test("A text may stand for an object that has a short form")
  func shortForms() throws {
    let text = #"{ "rules": { "a": "x", "b": { "that": "y", "on": false }, "c": null } }"#
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    let rules = reader.dictionary("rules", short: "that") { entry, _ in
      let that = entry.required("that", as: .text, .scenario, "What.")
      let place = entry.location(of: "that")?.column
      return "\(that) \(entry.flag("on", default: true, .scenario, "On.")) \(place ?? 0)"
    }
    try reader.finish()
    #expect(rules.map(\.name) == ["a", "b"])
    #expect(rules.map(\.value) == ["x true 19", "y false 39"])
    let message = try messages(#"{ "rules": { "a": "x" } }"#) {
      _ = $0.dictionary("rules") { entry, _ in entry.flag("on", default: true, .scenario, "On.") }
    }
    #expect(message.contains("'rules.a' takes an object, not the text 'x'"))
  }

  @Test("Scopes, lists and dictionaries read with relative paths")
  func reads() throws {
    let text = """
      { "scylla": { "sessions": { "nodes": 3 }, "guilds": { } },
        "rules": { "cpu": { "above": 5 }, "gone": null, "a.b": { "above": 7 } } }
      """
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: text))
    let nodes = ["sessions", "guilds"].map { name in
      reader.scoped("scylla.\(name)") { reader in
        reader.integer("nodes", default: 9, .assumption(), "N.")
      }
    }
    #expect(nodes == [3, 9])
    let rules = reader.dictionary("rules") { reader, name in
      reader.integer("above", default: 0, .scenario, "A.")
    }
    #expect(rules.map(\.name) == ["cpu", "a.b"] && rules.map(\.value) == [5, 7])
    try reader.finish()
    #expect(
      reader.declarations.map(\.path) == [
        "scylla.sessions.nodes", "scylla.guilds.nodes", "rules.cpu.above", "rules.\"a.b\".above",
      ])
    #expect(reader.declarations.map(\.isElement) == [false, false, true, true])
  }

  @Test("A describing reader declares everything, elements of lists included, and finds no errors")
  func describes() throws {
    var reader = ParameterReader.describing()
    _ = reader.required("name", as: .text, .scenario, "N.")
    let list = reader.list("operators") { reader in
      reader.required("at", as: .clock, .scenario, "A.")
    }
    let rules = reader.dictionary("rules") { reader, _ in
      reader.integer("above", default: 0, .scenario, "A.")
    }
    #expect(list.isEmpty && rules.isEmpty)
    try reader.finish()
    #expect(reader.declarations.map(\.path) == ["name", "operators[].at", "rules.*.above"])
    #expect(reader.declarations[0].defaultText == nil)
  }

  @Test("A caller may report what it finds itself, at the place of the parameter")
  func reportsForCallers() throws {
    let found = try messages(#"{"a": {"min": 5, "max": 3}}"#) { reader in
      let low = reader.integer("a.min", default: 0, .scenario, "L.")
      let high = reader.integer("a.max", default: 9, .scenario, "H.")
      if high < low { reader.fail("a.max", "'a.max' is below 'a.min'") }
    }
    #expect(found.hasPrefix("s.json:1:25: error: 'a.max' is below 'a.min'\n"))
  }

  @Test(
    "A lower end above the upper one is an error at the end that was set, by its whole path",
    arguments: [
      (#"{"a": {"b": {"min": 5, "max": 3}}}"#, 1, 21), (#"{"a": {"b": {"max": -1}}}"#, 1, 21),
      (#"{"a": {"b": {"min": 3, "max": 3}}}"#, 0, 0), ("{}", 0, 0),
    ])
  func requiresOrder(text: String, line: Int, column: Int) throws {
    let found = try messages(text) { reader in
      reader.scoped("a") { reader in
        let low = reader.integer("b.min", default: 0, .scenario, "L.")
        let high = reader.integer("b.max", default: 9, .scenario, "H.")
        reader.requireOrder("b", min: low, max: high)
      }
    }
    let expected = "s.json:\(line):\(column): error: 'a.b.min' is above 'a.b.max'\n"
    #expect(line == 0 ? found.isEmpty : found.hasPrefix(expected), "\(found)")
  }

  @Test("A default outside of its range is our own mistake, and stops")
  func fencesDefaults() async {
    await #expect(processExitsWith: .failure) {
      var reader = ParameterReader.describing()
      _ = reader.integer("a", default: 0, in: 1...2, .operations, "A.")
    }
  }

  @Test("Thousands of unknown keys give some errors and the place of the next")
  func limitsUnknownKeys() throws {
    let keys = (0..<5_000).map { "\"k\($0)\": 1" }.joined(separator: ",\n")
    var reader = ParameterReader(try ScenarioDocument(name: "s", text: "{\(keys)}"))
    _ = reader.integer("clients.online", default: 1, .operations, "X.")
    do throws(ScenarioErrors) {
      try reader.finish()
      Issue.record("unknown keys were accepted")
    } catch {
      #expect(error.count == 51)
      #expect(error.errors.last?.location?.line == 51)
    }
  }

  @Test("A document that is not an object is an error, not a trap")
  func refusesOthers() throws {
    let value = try ScenarioParser.parse(SourceText(name: "s", text: "[1]"))
    var reader = ParameterReader(ScenarioDocument(root: value))
    _ = reader.integer("a.b", default: 1, .scenario, "X.")
    #expect(throws: ScenarioErrors.self) { try reader.finish() }
  }

  @Test("Random documents never stop a reading")
  func survivesMutations() {
    for seed in 0..<1_000 as Range<UInt64> {
      let source = SourceText(name: "f", bytes: ScenarioParserFuzzTests.mutated(seed: seed))
      guard let document = try? ScenarioDocument(parsing: source) else { continue }
      var reader = ParameterReader(document)
      _ = ScenarioHeader(reading: &reader)
      _ = reader.duration("clients.timeout", default: .zero, .scenario, "X.")
      _ = reader.integer("clients.online", default: 1, .scenario, "X.")
      _ = reader.probability("clients.giveUp", default: .zero, .scenario, "X.")
      _ = reader.list("operators") { $0.required("at", as: .clock, .scenario, "X.") }
      _ = reader.list("list") { $0.rate("at", default: 1, .scenario, "X.") }
      _ = try? reader.finish()
      _ = try? ScenarioFile(document).resolve([.set("a=1")])
    }
  }
}
