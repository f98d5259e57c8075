import Foundation
import Scenarios
import Testing

@testable import Experiments
@testable import Reports

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("Reports of a check")
struct CheckReportsTests {
  /// Everything that could end something: markup, commands, control characters, what XML forbids.
  private static let wild =
    #"]]>&<\"'|`%::,\u0000\u0001\u001b\uffff\ufffe\u0085\ud83d\ude00 <!--@all--> \n::error::x\r ##[x]"#

  /// `count` facts that fail, with wild names.
  private static func failing(_ count: Int, id: String = wild) -> String {
    let facts = (0..<count).map { TinyCheck.fact("\(id) \($0)", min: 9, claim: id) }
    return TinyCheck.text(facts: facts.joined(separator: ","))
      .replacing("Two nodes stop", with: id)
  }

  private static func check(
    _ count: Int, id: String = wild, path: String = "s/a,b:%.json"
  ) async throws -> Check {
    await TinyCheck.check(
      try TinyCheck.subject(failing(count, id: id), path: path),
      skipped: [.init(path: "<b>|x", reason: "is no scenario")])
  }

  // MARK: Figures

  @Test(
    "A bound is never below what it bounds",
    arguments: [
      (0, 300, "0 of 300 seeds: at most 1 % at 95 %"), (0, 1, "0 of 1 seed: at most 95 % at 95 %"),
      (0, 20, "0 of 20 seeds: at most 14 % at 95 %"),
      (3, 20, "3 of 20 seeds: 15 %, at most 35 % at 95 %"),
      (1, 3, "1 of 3 seeds: 33.3 %, at most 87 % at 95 %"),
      (0, 3_000, "0 of 3000 seeds: at most 0.1 % at 95 %"),
      (0, 100_000, "0 of 100000 seeds: at most 0.003 % at 95 %"),
      (5, 5, "5 of 5 seeds: 100 %, at most 100 % at 95 %"), (0, 0, "0 of 0 seeds"),
    ])
  func frequency(failures: Int, of seeds: Int, text: String) {
    #expect(CheckWords.frequency(Proportion(failures, of: seeds)) == text)
  }

  // MARK: JUnit

  /// What a strict parser makes of a JUnit file.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var texts: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes))
      texts.append("")
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if !texts.isEmpty { texts[texts.count - 1] += text }
    }

    static func read(_ text: String) throws -> Reader {
      let parser = XMLParser(data: Data(text.utf8))
      let reader = Reader()
      parser.delegate = reader
      let isValid = parser.parse()
      try #require(isValid, "\(String(describing: parser.parserError)) in \(text)")
      return reader
    }

    func all(_ name: String) -> [[String: String]] {
      elements.filter { $0.name == name }.map(\.attributes)
    }
  }

  @Test("JUnit XML is well-formed whatever is in a name, and counts what it holds")
  func junit() async throws {
    let text = JUnitXML.text(of: try await Self.check(3))
    let reader = try Reader.read(text)
    let suites = reader.all("testsuite")
    let cases = reader.all("testcase")
    #expect(suites.count == 1)
    #expect(suites[0]["tests"] == "\(cases.count)" && suites[0]["failures"] == "3")
    #expect(reader.all("failure").count == 3 && suites[0]["errors"] == "0")
    #expect(suites[0]["skipped"] == "\(reader.all("skipped").count)")
    #expect(cases.allSatisfy { $0["classname"] == "s/a,b:%" } && suites[0]["name"] == "tiny")
    let facts = cases.compactMap { $0["name"] }.filter { $0.hasPrefix("fact: ") }
    #expect(facts.count == 3)
    #expect(facts[0].hasPrefix("fact: ]]>&<\"'|`%::,\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"))
    #expect(facts[0].contains("\u{1F600} <!--@all--> \n::error::x\r ##[x]"))
    #expect(Set(cases.compactMap { $0["name"] }).count == cases.count, "names are unique")
    let failure = try #require(reader.elements.firstIndex { $0.name == "failure" })
    #expect(reader.texts[failure].contains("reproduce: hindsight replay s/a,b:%.json --seed 3"))
  }

  @Test("In JUnit XML two files with one scenario's name are told apart")
  func junitClasses() async throws {
    let check = await TinyCheck.check(
      try TinyCheck.subject(), try TinyCheck.subject(path: "s/copy.json"))
    let reader = try Reader.read(JUnitXML.text(of: check))
    #expect(Set(reader.all("testcase").compactMap { $0["classname"] }) == ["s/tiny", "s/copy"])
    let names = reader.all("testcase").map { [$0["classname"], $0["name"]] }
    #expect(Set(names).count == names.count)
  }

  // MARK: What could not begin

  /// Twelve errors in a file with a wild name and one of a patch.
  private static func refusal() -> CheckRefusal {
    let path = "::s/a,b.json"
    let source = SourceText(name: path, text: "{\n  \"x\": 1\n}")
    let places = (0..<12).map { number in
      CheckRefusal.Problem(
        path: path,
        ScenarioError(
          .unknownKey, "nobody reads '\(Self.wild)' \(number)", at: source.location(4..<7),
          help: "did you mean '\(Self.wild)'?"))
    }
    let patch = ScenarioError(
      .outOfRange, "too much", at: SourceText(name: "--set", text: "x=1").location(0..<1))
    return CheckRefusal([CheckRefusal.Problem(path: path, patch)] + places)
  }

  @Test("Errors of scenarios are annotations, rows of the summary and cases of the JUnit file")
  func refused() throws {
    let lines = WorkflowCommands.text(of: Self.refusal()) { "repo/" + $0 }.split(separator: "\n")
    #expect(lines.count == 10 && lines.allSatisfy { $0.hasPrefix("::error ") })
    #expect(
      lines[0] == "::error file=repo/%3A%3As/a%2Cb.json,title=hindsight check::"
        + "--set:1:1: too much", "a patch has no place in the repository")
    #expect(
      lines[1].hasPrefix(
        "::error file=repo/%3A%3As/a%2Cb.json,line=2,col=3,title=hindsight check::nobody reads"))
    #expect(lines[1].contains("%0Ahelp: did you mean") && lines[9].contains("::4 more;"))

    let summary = CheckSummary.text(of: Self.refusal(), reproduce: ["hindsight", "check"])
    let rows = summary.split(separator: "\n").filter { $0.hasPrefix("| ❌") }
    #expect(summary.contains("13 errors: nothing was run") && rows.count == 13)
    for row in rows { #expect(row.filter { $0 == "|" }.count == 4, "\(row)") }
    #expect(!summary.contains("<!--") && !summary.contains("@all"))

    let reader = try Reader.read(JUnitXML.text(of: Self.refusal(), reproduce: ["hindsight"]))
    #expect(reader.all("testsuite").map { $0["errors"] } == ["13"])
    #expect(reader.all("testcase").count == 13 && reader.all("error").count == 13)
    #expect(Set(reader.all("testcase").compactMap { $0["name"] }).count == 13)
    #expect(reader.all("testcase").allSatisfy { $0["classname"] == "::s/a,b" })
  }

  @Test("In JUnit XML a warning is a case that was skipped, with --strict a failure")
  func junitWarnings() async throws {
    var subject = try TinyCheck.subject()
    subject.golden = .missing
    for (isStrict, skipped, failures) in [(false, 1, "0"), (true, 0, "1")] {
      let check = await TinyCheck.check(subject, isStrict: isStrict)
      let reader = try Reader.read(JUnitXML.text(of: check))
      let warned = reader.all("skipped").filter { $0["message"]?.contains("no digest") == true }
      #expect(warned.count == skipped && reader.all("testsuite")[0]["failures"] == failures)
    }
  }

  // MARK: GitHub

  @Test("Annotations keep to the rules of workflow commands, and to ten of a sort")
  func annotations() async throws {
    let text = WorkflowCommands.text(of: try await Self.check(12)) { "repo/" + $0 }
    let lines = text.split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.allSatisfy { $0.hasPrefix("::error ") })
    #expect(
      lines[9] == "::error title=hindsight check::3 more; the log and the summary of this step "
        + "have all of them")
    let place = "file=repo/s/a%2Cb%3A%25.json,line=6,col=13"
    #expect(lines[0].hasPrefix("::error \(place),title=tiny%3A fact ]]>&<"))
    let parts = lines[0].dropFirst(2).split(separator: "::", maxSplits: 1)
    #expect(!parts[0].dropFirst("error ".count).contains("::"), "properties end where they should")
    #expect(!text.contains("\r") && !text.contains("\u{1B}"))
    #expect(lines[0].contains("%0A::error%3A%3Ax") || lines[0].contains("%0A%3A%3Aerror%3A%3Ax"))
    #expect(lines[0].contains("%0Areproduce: hindsight replay"))
  }

  @Test("Warnings are annotations of their own; the gravest come first")
  func order() async throws {
    var subject = try TinyCheck.subject(
      TinyCheck.text(facts: TinyCheck.fact("stopped", min: 9)), [.mitigation("idle")])
    subject.golden = .missing
    let lines = WorkflowCommands.text(of: await TinyCheck.check(subject)).split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == ["::error", "::warning", "::warning"])
    #expect(lines[1].contains("title=tiny%3A golden digest"))
    #expect(lines[2].contains("mitigation idle"))
    let nothing = await TinyCheck.check(try TinyCheck.subject())
    #expect(WorkflowCommands.text(of: nothing).isEmpty)
  }

  @Test("Digests without a scenario are one annotation among ten", arguments: [false, true])
  func orphans(isStrict: Bool) async throws {
    let facts = (0..<12).map { TinyCheck.fact("f\($0)", min: 9) }.joined(separator: ",")
    var subject = try TinyCheck.subject(TinyCheck.text(facts: facts))
    subject.golden = .missing
    let runs = await CheckRuns.run([subject], options: .init(seeds: 1, jobs: 1, version: "test"))
    let check = Check(
      runs.map(ScenarioCheck.init), orphans: [.init(path: "golden/x.json", scenario: "x.json")],
      version: "test", isStrict: isStrict)
    let lines = WorkflowCommands.text(of: check).split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("::error ") }.count == 10)
    #expect(lines.filter { $0.hasPrefix("::warning ") }.count == (isStrict ? 0 : 2))
    #expect(lines.filter { $0.contains("file=golden/x.json,") }.count == 1)
  }

  @Test("A scenario of which no seed was run is no success in any report")
  func nothingRun() async throws {
    let runs = await CheckRuns.run(
      [try TinyCheck.subject()], options: .init(seeds: 20, jobs: 1, version: "test"),
      isStopped: { true })
    let check = Check(runs.map(ScenarioCheck.init), version: "test")
    #expect(check.result == .incomplete)
    #expect(CheckWords.total(check).hasSuffix(", incomplete"))
    let summary = CheckSummary.text(of: check, reproduce: [])
    #expect(!summary.contains("✅") && summary.contains("### ⚠️ incomplete: tiny"))
    let reader = try Reader.read(JUnitXML.text(of: check))
    #expect(reader.all("testsuite").map { $0["errors"] } == ["1"])
    #expect(reader.all("error").map { $0["message"] } == ["0 of 20 seeds, stopped early"])
  }

  @Test("In JUnit XML a digest with a first different event is told from one that is missing")
  func junitDrift() async throws {
    var subject = try TinyCheck.subject()
    subject.golden = .record(scale: "1/100000", replacing: nil)
    let record = try #require(await TinyCheck.check(subject).scenarios[0].runs.golden)
    var other = try TinyCheck.subject(
      TinyCheck.text().replacing("\"count\": 2", with: "\"count\": 3"))
    other.golden = .compare(Golden(record, of: nil))
    var missing = try TinyCheck.subject()
    missing.golden = .missing
    for (subject, type) in [(other, "golden-drift"), (missing, "golden")] {
      let check = await TinyCheck.check(subject, isStrict: true)
      let failures = try Reader.read(JUnitXML.text(of: check)).all("failure")
      #expect(failures.map { $0["type"] } == [type])
    }
  }

  @Test("A report has no line that the runner would take for a command")
  func defused() async throws {
    let check = try await Self.check(1, id: "::error::x ::add-mask::y ##[group]z")
    let text = CheckText(check, style: TextStyle(width: 60), reproduce: ["hindsight"]).text
    let shown = WorkflowCommands.defused(text)
    for line in shown.split(separator: "\n") {
      #expect(!line.drop { $0 == " " }.hasPrefix("::") && !line.contains("##["), "\(line)")
    }
    #expect(WorkflowCommands.defused("a\n  ::b::c\nd ::e\n") == "a\n  \u{FFFD}:b::c\nd ::e\n")
  }

  @Test("The summary is Markdown that nothing in a name breaks")
  func summary() async throws {
    let text = CheckSummary.text(of: try await Self.check(3), reproduce: ["hindsight", "check"])
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ❌") }
    #expect(rows.count == 3)
    for row in rows { #expect(row.filter { $0 == "|" }.count == 6, "\(row)") }
    #expect(!text.contains("<!--") && !text.contains("<b>") && !text.contains("@all"))
    #expect(text.contains("\\`") && text.hasSuffix("    hindsight check\n\n"))
  }

  @Test(
    "The summary ends at its limit with a note, at the end of a line", arguments: [0, 60, 400, 900])
  func cut(limit: Int) async throws {
    let check = try await Self.check(12, id: "plain")
    let whole = CheckSummary.text(of: check, reproduce: ["hindsight"])
    let text = CheckSummary.text(of: check, reproduce: ["hindsight"], limit: limit)
    #expect(text.utf8.count <= limit && whole.utf8.count > 900)
    guard limit >= 60 else { return }
    #expect(text.hasSuffix("Cut off: a summary holds 1 MiB. The log has all of it.*\n"))
    let kept = text.components(separatedBy: "\n*Cut off")[0]
    #expect(whole.hasPrefix(kept) && (kept.isEmpty || kept.hasSuffix("\n")))
  }

  // MARK: Text and JSON

  @Test("No line of the text is wider than the page, but for commands", arguments: [60, 100])
  func width(columns: Int) async throws {
    let check = try await Self.check(2)
    let style = TextStyle(width: columns, hasUnicode: true)
    let text = CheckText(check, style: style, reproduce: ["hindsight", "check"]).text
    for line in text.split(separator: "\n") where !line.contains("reproduce:") {
      #expect(TerminalText.width(String(line)) <= columns, "\(line)")
    }
    #expect(!text.contains("\u{1B}"))
  }

  @Test("JSON has its schema, sorted keys and the whole story of a failure")
  func json() async throws {
    let check = try await Self.check(1, id: "plain", path: "s/tiny.json")
    let text = CheckJSON.text(of: check)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.check/1")
    #expect(root["result"] as? String == "failed")
    let scenario = try #require((root["scenarios"] as? [[String: Any]])?.first)
    let cases = try #require(scenario["cases"] as? [[String: Any]])
    let fact = try #require(cases.first { $0["kind"] as? String == "fact" })
    #expect(fact["reproduce"] as? String == "hindsight replay s/tiny.json --seed 3")
    #expect(fact["finding"] as? String == "measured 2, expected at least 9")
    #expect(fact["seed"] as? Int == 3 && fact["failures"] as? Int == 1)
    #expect((fact["place"] as? [String: Any])?["line"] as? Int == 6)
    #expect((root["skipped"] as? [[String: Any]])?.count == 1)
  }
}
