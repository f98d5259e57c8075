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

  /// One message for one wrong value of a parameter `x`, with the help behind it.
  private func message(
    _ value: String, _ body: (inout ParameterReader) -> Void
  ) throws -> String {
    var reader = ParameterReader(try ScenarioDocument(name: "s", text: "{\"x\": \(value)}"))
    body(&reader)
    do throws(ScenarioErrors) {
      try reader.finish()
      return "none"
    } catch {
      return error.errors.map { "\($0.message)\($0.help.map { " [\($0)]" } ?? "")" }
        .joined(separator: "; ")
    }
  }

  @Test(
    "A wrong duration says what is expected",
    arguments: [
      ("10", "'x' takes a duration, not the number 10 [write a unit, such as \"10s\"]"),
      ("\"10\"", "'x' takes a duration, not the text '10' [write a unit, such as \"60s\"]"),
      ("true", "'x' takes a duration, not true [such as \"60s\"]"),
      ("\"10 sec\"", "'x' has the unknown unit ' sec' [units are ns, us, ms, s, m, h, d]"),
      (
        "\"soon\"",
        "'x' takes a duration, not the text 'soon' [a number and a unit of ns, us, ms, s, m, h, d]"
      ),
      ("\"4s\"", "'x' is 4s; allowed: 5s to 20s"),
      ("\"20001ms\"", "'x' is 20001ms; allowed: 5s to 20s"),
      ("\"1e99s\"", "'x' is '1e99s', too large"),
      ("\"0.1ns\"", "'x' is '0.1ns', finer than a nanosecond"),
      ("[1]", "'x' takes a duration, not a list [such as \"60s\"]"),
      ("null", "none"), ("\"5s\"", "none"), ("\"20s\"", "none"),
    ])
  func explainsDurations(value: String, expected: String) throws {
    let found = try message(value) { reader in
      let read = reader.duration(
        "x", default: .seconds(10), in: .seconds(5) ... .seconds(20), .operations, "X.")
      // A wrong value is replaced by the default, so that what follows makes sense.
      #expect(expected == "none" || read == .seconds(10))
    }
    #expect(found == expected)
  }

  @Test(
    "A wrong whole number says what is expected",
    arguments: [
      ("0", "'x' is 0 nodes; allowed: 1 to 9 nodes"),
      ("10", "'x' is 10 nodes; allowed: 1 to 9 nodes"),
      ("1.5", "'x' takes a whole number, not the number 1.5"),
      ("1e999999999", "'x' is 1e999999999, which 64 bits do not hold"),
      ("\"3\"", "'x' takes a whole number, not the text '3' [leave out the quotes: 3]"),
      ("1e-400", "'x' takes a whole number, not the number 1e-400"), ("9.0", "none"),
    ])
  func explainsIntegers(value: String, expected: String) throws {
    let found = try message(value) { reader in
      _ = reader.integer("x", default: 5, in: 1...9, unit: "nodes", .operations, "X.")
    }
    #expect(found == expected)
  }

  @Test(
    "A wrong rate, share, probability, scale, choice, clock or number says what is expected",
    arguments: [
      ("rate", "4000", "'x' takes a rate, not the number 4000 [write a unit, such as \"4000/s\"]"),
      (
        "rate", "\"4000\"",
        "'x' takes a rate, not the text '4000' [write a unit, such as \"4000/s\"]"
      ),
      ("rate", "\"4/week\"", "'x' has the unknown unit '/week' [units are /s, /m, /h, /d]"),
      ("rate", "\"-1/s\"", "'x' is -1/s; allowed: at least 0/s"),
      ("rate", "\"1e999/s\"", "'x' is '1e999/s', beyond what a double holds"),
      ("share", "\"150%\"", "'x' is 150%; allowed: 0% to 100%"),
      ("share", "-0.1", "'x' is -10%; allowed: 0% to 100%"),
      ("share", "\"half\"", "'x' takes a share, not the text 'half' [such as \"50%\" or 0.5]"),
      (
        "share", "\"5 %\"",
        "'x' has the unknown unit ' %' [write a percentage such as \"50%\", or a number such as 0.5]"
      ),
      ("probability", "2", "'x' is 2; allowed: 0 to 1"),
      ("probability", "-0.5", "'x' is '-0.5', below zero"),
      (
        "probability", "1e-30",
        "'x' is '1e-30', which is no fraction of 64-bit numbers [19 decimal places are the limit]"
      ),
      (
        "probability", "1e-400",
        "'x' is '1e-400', which is no fraction of 64-bit numbers [19 decimal places are the limit]"
      ),
      ("scale", "\"1/0\"", "'x' takes a scale, not the text '1/0' [such as \"1/10\"]"),
      ("scale", "\"-1/2\"", "'x' takes a scale, not the text '-1/2' [such as \"1/10\"]"),
      ("scale", "0", "'x' is 0; allowed: 1/100 to 1"),
      (
        "choice", "\"managedgroup\"",
        "'x' cannot be 'managedgroup' [did you mean 'managedGroup'? allowed: managedGroup, horizontalPod, off]"
      ),
      (
        "choice", "3",
        "'x' takes a word, not the number 3 [allowed: managedGroup, horizontalPod, off]"
      ),
      ("phase", "\"1s\"", "'x' is 1s; allowed: 0s to 999ms"),
      (
        "phase", "\"perNod\"",
        "'x' cannot be 'perNod' [did you mean 'perNode'? allowed: perNode, or a duration]"
      ),
      (
        "clock", "\"25:00:00\"",
        "'x' takes a clock time, not the text '25:00:00' [such as \"14:18:00\", or \"1d 00:30:00\" on the next day]"
      ),
      ("clock", "\"11:00\"", "'x' is 11:00:00; allowed: 12:00:00 to 13:00:00"),
      ("number", "1e999999999", "'x' is '1e999999999', beyond what a double holds"),
      ("number", "\"1\"", "'x' takes a number, not the text '1' [leave out the quotes: 1]"),
      ("flag", "\"true\"", "'x' takes true or false, not the text 'true'"),
      ("text", "1", "'x' takes text, not the number 1 [text is written in double quotes]"),
      ("required", "null", "'x' is missing: X."), ("optional", "null", "none"),
      ("rate", "\"30/h\"", "none"), ("share", "\"0.5%\"", "none"), ("probability", "1e-19", "none"),
    ])
  func explainsOthers(kind: String, value: String, expected: String) throws {
    let found = try message(value) { reader in
      switch kind {
      case "rate": _ = reader.rate("x", default: 1, .operations, "X.")
      case "share": _ = reader.share("x", default: 0, .operations, "X.")
      case "probability": _ = reader.probability("x", default: .zero, .operations, "X.")
      case "scale":
        _ = reader.scale("x", default: .one, in: .oneIn(100) ... .one, .operations, "X.")
      case "choice": _ = reader.choice("x", default: Policy.off, .operations, "X.")
      case "phase":
        _ = reader.choiceOrDuration(
          "x", default: .choice(Phase.perNode), in: .zero ... .milliseconds(999), .operations, "X.")
      case "clock":
        let noon = Instant.start + .hours(12)
        _ = reader.clock("x", default: noon, in: noon...(noon + .hours(1)), .operations, "X.")
      case "number": _ = reader.number("x", default: 0, .operations, "X.")
      case "flag": _ = reader.flag("x", default: false, .operations, "X.")
      case "text": _ = reader.text("x", default: "", .operations, "X.")
      case "required": _ = reader.required("x", as: .duration, .operations, "X.")
      default: _ = reader.optional("x", as: .duration, .operations, "X.")
      }
    }
    #expect(found == expected)
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
    "A printed value reads back as the same",
    arguments: [
      0, 1, 4_000, 2.5, 1.0 / 60, 1.0 / 3_600, 30.0 / 3_600, 0.1, 1e-9, 1e18, 0.123456789,
    ])
  func printsRates(rate: Double) throws {
    var reader = ParameterReader.describing()
    _ = reader.rate("x", default: rate, .operations, "X.")
    _ = reader.share("y", default: min(1, rate), .operations, "Y.")
    let texts = reader.declarations.map(\.valueText)
    let text = "{\"x\": \"\(texts[0])\", \"y\": \"\(texts[1])\"}"
    var again = ParameterReader(try ScenarioDocument(name: "s", text: text))
    let read = again.rate("x", default: 7, .operations, "X.")
    let share = again.share("y", default: 0.7, .operations, "Y.")
    try again.finish()
    #expect(read == rate, "\(texts[0])")
    #expect(share == min(1, rate), "\(texts[1])")
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
