import Scenarios
import SimulationKernel
import Testing

@Suite("ScenarioFile")
struct ScenarioFileTests {
  static let text = """
    {
      "scenario": "test-1", "title": "T", "description": "D", "seed": "0xFFFFFFFFFFFFFFFF",
      "scale": "1/100", "start": "23:00:00", "end": "1d 01:00:00", "hypothesis": "window",
      "hypotheses": {
        "window": { "summary": "W.", "patch": { "a": { "x": 1 } } },
        "period": { "summary": "P.", "patch": { "a": { "x": 2 } } },
      },
      "mitigations": {
        "double": { "summary": "D.", "patch": { "a": { "y": 20 } } },
        "remove": { "summary": "R.", "patch": { "a": { "x": null } } },
      },
      "facts": [ { "id": "f" } ],
      "a": { "x": 0, "y": 10 },
    }
    """

  private func file(_ text: String = Self.text) throws -> ScenarioFile {
    try ScenarioFile(ScenarioDocument(name: "s.json", text: text))
  }

  private func a(_ selections: [PatchSelection]) throws -> String {
    let resolved = try file().resolve(selections)
    let value = try #require(resolved.document.root["a"])
    let members = value.members ?? []
    return members.map { "\($0.key)=\($0.value.number?.text ?? "-")" }.joined(separator: " ")
  }

  @Test("Patches apply from left to right, the default hypothesis first unless another is named")
  func appliesInOrder() throws {
    #expect(try a([]) == "x=1 y=10")
    #expect(try a([.hypothesis("period")]) == "x=2 y=10")
    #expect(try a([.mitigation("double")]) == "x=1 y=20")
    #expect(try a([.mitigation("remove")]) == "x=- y=10")
    #expect(try a([.mitigation("remove"), .set("a.x=7")]) == "x=7 y=10")
    #expect(try a([.set("a.x=7"), .mitigation("remove")]) == "x=- y=10")
    #expect(try a([.set("a.x=7"), .hypothesis("period")]) == "x=2 y=10")
    #expect(
      try a([.option(name: "--x", path: DocumentPath(["a", "x"]), value: "9")]) == "x=9 y=10")
    let sweep = try ScenarioDocument(name: "sweep.json", text: #"{"a": {"y": 3}}"#)
    #expect(try a([.document(sweep, name: "point 1")]) == "x=1 y=3")
  }

  @Test("Patches of what was resolved come to what all of them together do")
  func appliesLater() throws {
    let file = try file()
    let first = try file.resolve([.mitigation("double")]).document.root
    let later = try file.applying([.set("a.x=7")], to: first)
    #expect(try later == file.resolve([.mitigation("double"), .set("a.x=7")]).document)
    #expect(throws: ScenarioErrors.self) { try file.applying([.set("facts=[]")], to: first) }
  }

  /// Steps and faults that patches take away and change.
  private static let plans = """
    {
      "scenario": "s", "end": "01:00",
      "mitigations": {
        "none": { "summary": "N.", "patch": { "operators": { "t": null, "never": null } } },
        "later": { "summary": "L.", "patch": { "operators": { "t": { "at": "00:30" } } } },
        "anew": { "summary": "A.", "patch": { "operators": { "t": { "action": "x", "at": "1" } } } },
        "calm": { "summary": "C.", "patch": { "faults": null } },
        "short": { "summary": "S.", "patch": { "faults": { "f": { "duration": "1s" } } } }
      },
      "operators": { "t": { "at": "00:20", "action": "x" }, "never": { "action": "y" } },
      "faults": { "f": { "kind": "z" } }
    }
    """

  @Test(
    "A patch that changes what an earlier one takes away is an error that names both",
    arguments: [
      (["none", "later"], "operators.t", #""t""#), (["calm", "short"], "faults.f", #""f""#),
      (["none", "short", "later"], "operators.t", #""t""#), (["later", "none"], nil, ""),
      (["none", "anew"], nil, ""), (["none", "anew", "later"], nil, ""),
      (["none", "none"], nil, ""),
      (["short", "calm"], nil, ""), (["calm", "later"], nil, ""),
    ] as [([String], String?, String)])
  func removed(names: [String], entry: String?, place: String) throws {
    let file = try file(Self.plans)
    let selections = names.map { PatchSelection.mitigation($0) }
    var found: [[ScenarioError]] = []
    do throws(ScenarioErrors) { _ = try file.resolve(selections) } catch {
      found.append(error.errors)
    }
    do throws(ScenarioErrors) {
      _ = try file.combined(selections, on: file.document.root)
    } catch { found.append(error.errors) }
    guard let entry else {
      #expect(found.isEmpty, "\(found)")
      return
    }
    #expect(found.count == 2)
    let last = names[names.count - 1]
    for errors in found {
      #expect(
        errors.map(\.message) == [
          "--mitigation \(last) changes '\(entry)', which --mitigation \(names[0]) takes away"
        ])
      #expect(errors.first?.location?.text == place)
      #expect(errors.first?.notes.first?.location?.text == "null")
    }
  }

  @Test("What was applied can be named again")
  func tellsWhatWasApplied() throws {
    let resolved = try file().resolve([.mitigation("double"), .set("a.x=7")])
    #expect(
      resolved.applied.map(\.description) == [
        "--hypothesis window", "--mitigation double", "--set a.x=7",
      ])
    #expect(try file().resolve(resolved.applied).document == resolved.document)
  }

  @Test("Unknown names are reported together, with the nearest, in the order of the options")
  func reportsUnknownNames() throws {
    do throws(ScenarioErrors) {
      _ = try ScenarioFile(ScenarioDocument(name: "s.json", text: Self.text)).resolve([
        .mitigation("duoble"), .hypothesis("zzz"), .set("a"), .set("facts=[]"),
        .set("hypothesis=period"),
      ])
      Issue.record("wrong names were accepted")
    } catch {
      #expect(
        error.description == """
          --mitigation:1:1: error: there is no mitigation 'duoble'
           1 | duoble
             | ^~~~~~
              help: did you mean 'double'?
          --hypothesis:1:1: error: there is no hypothesis 'zzz'
           1 | zzz
             | ^~~
              help: there are window, period
          --set:1:1: error: a patch may not change 'facts'
           1 | facts=[]
             | ^~~~~
              help: facts are what was reported; a patch changes parameters
          --set:1:1: error: a patch may not change 'hypothesis'
           1 | hypothesis=period
             | ^~~~~~~~~~
              help: name another one with --hypothesis
          --set:1:2: error: expected '=' and a value behind the path
           1 | a
             |  ^
              help: write PATH=VALUE, such as supervision.maxRestarts=10

          """)
    }
  }

  @Test("Every error in the named patches is reported when the file is read")
  func checksNamedPatches() {
    let text = """
      { "hypothesis": "windw", "hypotheses": { "window": { "summary": "W." }, "b": 3 },
        "mitigations": {
          "c": { "summary": 1, "patch": { "facts": [], "x": 1 }, "pach": {} },
          "d": { "summary": "D.", "patch": 3 } } }
      """
    do throws(ScenarioErrors) {
      _ = try ScenarioFile(ScenarioDocument(name: "s.json", text: text))
      Issue.record("wrong patches were accepted")
    } catch {
      #expect(
        error.errors.map { "\($0.location.map(\.line) ?? 0) \($0.message)" } == [
          "1 there is no hypothesis 'windw'",
          "1 'hypotheses.window.patch' is missing",
          "1 'hypotheses.b' takes an object, not the number 3",
          "3 'mitigations.c.summary' takes text, not the number 1",
          "3 a patch may not change 'facts'",
          "3 there is no parameter 'mitigations.c.pach'",
          "4 'mitigations.d.patch' takes an object, not the number 3",
        ])
    }
  }

  @Test("The header is read, and leaves parameters to the systems")
  func readsHeader() throws {
    let resolved = try file().resolve([])
    var reader = ParameterReader(resolved.document)
    let header = ScenarioHeader(reading: &reader)
    #expect(header.name == "test-1" && header.title == "T" && header.description == "D")
    #expect(header.seed == .max && header.scale == .oneIn(100))
    #expect(header.start == .start + .hours(23) && header.end == .start + .hours(25))
    #expect(header.facts?.elements?.count == 1)
    #expect(throws: ScenarioErrors.self) { try reader.finish() }
    _ = reader.integer("a.x", default: 0, .scenario, "X.")
    _ = reader.integer("a.y", default: 0, .scenario, "Y.")
    try reader.finish()
  }

  @Test("A path that a patch sets to null and that nobody reads is still an error, at the patch")
  func reportsUnknownNulls() throws {
    let document = try file().resolve([.set("a.xx=null")]).document
    var reader = ParameterReader(document)
    _ = ScenarioHeader(reading: &reader)
    _ = reader.integer("a.x", default: 0, .scenario, "X.")
    _ = reader.integer("a.y", default: 0, .scenario, "Y.")
    do throws(ScenarioErrors) {
      try reader.finish()
      Issue.record("the unknown path was accepted")
    } catch {
      #expect(
        error.description == """
          --set:1:3: error: there is no parameter 'a.xx'
           1 | a.xx=null
             |   ^~
              help: did you mean 'a.x'?

          """)
    }
  }

  @Test("A value that a mitigation sets wrongly is reported at the mitigation")
  func reportsPatchedValues() throws {
    let text = """
      { "mitigations": { "m": { "summary": "M.",
          "patch": { "a": { "t": 5 } } } },
        "a": { "t": "1s" } }
      """
    var reader = ParameterReader(try file(text).resolve([.mitigation("m")]).document)
    reader.claim("mitigations")
    _ = reader.duration("a.t", default: .zero, .scenario, "T.")
    do throws(ScenarioErrors) {
      try reader.finish()
      Issue.record("the wrong value was accepted")
    } catch {
      #expect(error.description.hasPrefix("s.json:2:28: error: 'a.t' takes a duration"))
    }
  }

  @Test(
    "A wrong header says what is wrong",
    arguments: [
      (#""end": "01:00:00""#, "'scenario' is missing: The scenario's stable name."),
      (#""scenario": "a""#, "'end' is missing: When the run ends."),
      (#""scenario": "a/b", "end": "01:00:00""#, "'scenario' cannot be 'a/b'"),
      (#""scenario": "", "end": "01:00:00""#, "'scenario' cannot be ''"),
      (
        #""scenario": "a", "start": "02:00:00", "end": "01:00:00""#,
        "'end' is 01:00:00, which is not after 'start', 02:00:00"
      ),
      (
        #""scenario": "a", "start": "106751d 10:00", "end": "106751d 12:01""#,
        "'end' is 106751d 12:01:00, after 104500d 00:00:00"
      ),
      (#""scenario": "a", "end": "01:00:00", "seed": -1"#, "'seed' is -1, which is no seed"),
      (
        #""scenario": "a", "end": "01:00:00", "seed": 18446744073709551616"#,
        "'seed' is 18446744073709551616, which is no seed"
      ),
      (
        #""scenario": "a", "end": "01:00:00", "seed": "0x-1""#,
        "'seed' takes a seed, not the text '0x-1'"
      ),
      (
        #""scenario": "a", "end": "01:00:00", "seed": "0x""#,
        "'seed' takes a seed, not the text '0x'"
      ),
      (
        #""scenario": "a", "end": "01:00:00", "scale": "2""#,
        "'scale' is 2; allowed: 1/1000000 to 1"
      ),
      (#""scenario": "a", "end": "01:00:00", "scale": 0"#, "'scale' is 0; allowed: 1/1000000 to 1"),
    ])
  func refusesHeaders(text: String, expected: String) throws {
    var reader = ParameterReader(try ScenarioDocument(name: "s.json", text: "{\(text)}"))
    _ = ScenarioHeader(reading: &reader)
    do throws(ScenarioErrors) {
      try reader.finish()
      Issue.record("\(text) was accepted")
    } catch {
      #expect(error.errors.map(\.message) == [expected])
    }
  }

  private static let named = """
    {
      "scenario": "named", "end": "01:00:00",
      "mitigations": {
        "stop": { "summary": "S.", "patch": { "operators": { "throttle": null } } },
        "again": { "summary": "A.", "patch": { "operators": { "throttle": null } } },
        "all-of-it": { "summary": "L.", "patch": { "operators": null } },
        "wrong": { "summary": "W.", "patch": { "faults": { "cutt": null } } }
      },
      "operators": { "throttle": { "at": "00:10:00" } }, "faults": { "cut": {} }
    }
    """

  @Test(
    "A patch that takes away a step, fault or alert that there is not is an error at its place",
    arguments: [
      (.set("operators.throtle=null"), "operators.throtle", "did you mean 'operators.throttle'?"),
      (.set(#"operators={"throtle":null}"#), "operators.throtle", "did you mean"),
      (.mitigation("wrong"), "faults.cutt", "did you mean 'faults.cut'?"),
      (.set("alerts.down=null"), "alerts.down", "the scenario has no alerts"),
    ] as [(PatchSelection, String, String)])
  func removesNothing(selection: PatchSelection, path: String, help: String) throws {
    let file = try file(Self.named)
    let errors = #expect(throws: ScenarioErrors.self) { try file.resolve([selection]) }
    let error = try #require(errors?.errors.first)
    #expect(error.message == "there is no '\(path)' to take away")
    #expect(error.help?.contains(help) == true, "\(error.help ?? "")")
    #expect(error.location != nil)
    #expect(throws: ScenarioErrors.self) {
      try file.combined([selection], on: file.document.root)
    }
  }

  @Test(
    "What the file or an earlier patch has can be taken away, twice too",
    arguments: [
      [.mitigation("stop")], [.mitigation("stop"), .mitigation("again")],
      [.set("operators.throttle=null"), .mitigation("stop")],
      [.mitigation("all-of-it"), .mitigation("stop")],
      [.set(#"alerts.down={"when":"x"}"#), .set("alerts.down=null")],
      [.set("alerts=null")], [.set("unknown.thing=null")],
    ] as [[PatchSelection]])
  func removesSomething(selections: [PatchSelection]) throws {
    let file = try file(Self.named)
    _ = try file.resolve(selections)
    _ = try file.combined(selections, on: file.document.root)
  }

  @Test(
    "A mitigation has a name that options can tell from a list or a combination",
    arguments: ["a+b", "a,b", "all", ""])
  func unusableNames(name: String) throws {
    let errors = #expect(throws: ScenarioErrors.self) {
      try file(Self.named.replacing(#""stop":"#, with: "\"\(name)\":"))
    }
    let error = try #require(errors?.errors.first)
    #expect(error.message == "a mitigation cannot be called '\(name)'")
    #expect(error.location?.line == 4)
  }
}
