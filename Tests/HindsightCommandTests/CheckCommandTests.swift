import Foundation
import Testing

@testable import Experiments
@testable import hindsight

@Suite("hindsight check")
struct CheckCommandTests {
  /// Twenty seconds of a hundred users; two nodes stop after ten.
  ///
  /// Runs in a fraction of a second.
  private static func tiny(
    _ name: String = "tiny", min: Int = 2, rest: String = "", count: Int = 2
  ) -> String {
    """
    // Comments are allowed.
    { "scenario": "\(name)", "title": "Two nodes stop", "end": "00:00:20", "scale": "1/100000",
      "seed": 3,
      "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
      "api": { "nodes": { "initial": 12, "min": 4 } },
      "guilds": { "loadConcurrency": 100 },
      "facts": [
        { "id": "stopped", "claim": "Nodes stop", "source": "a test",
          "measure": "elixir.nodes.stopped", "min": \(min) }
      ],
      "mitigations": {
        "idle": { "summary": "Nothing", "patch": { "throttle": { "burst": 77 } } },
        "one-segment": { "summary": "One", "patch": { "announce": { "segments": 1 } } } },
      \(rest)
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:10", "cluster": "sessions",
          "count": \(count) } } }
    """
  }

  private func check(
    _ folder: TemporaryFolder, _ options: [String], _ environment: [String: String] = [:]
  ) throws -> HindsightProcess.Result {
    try HindsightProcess.run(["check"] + options, in: folder.url, environment: environment)
  }

  @Test("All scenarios below a folder are run, each once; what is none is named with the reason")
  func finds() throws {
    let folder = try TemporaryFolder([
      "s/tiny.json": Self.tiny(), "s/deeper/other.json": Self.tiny("other"),
      "s/package.json": "{ \"name\": \"x\" }", "s/notes.txt": "no",
      "s/range.json": "{ \"sweep\": {} }",
      "s/more.json": #"{ "sweep": "more", "scenario": "tiny.json", "axes": { "seed": [1] } }"#,
    ])
    let result = try check(folder, ["s", "s/tiny.json", "./s", "--seeds", "1"])
    #expect(result.code == 0, "\(result.output)\(result.error)")
    #expect(result.output.contains("2 scenarios, 2 seeds: nothing failed, 2 warnings"))
    #expect(result.output.contains("s/package.json: is no scenario: it has no key 'scenario'"))
    #expect(result.output.contains("s/range.json: is a sweep"))
    #expect(result.output.contains("s/more.json: is a sweep"))
    #expect(!result.output.contains("notes.txt"))
    #expect(result.output.hasSuffix("reproduce: hindsight check s s/tiny.json ./s --seeds 1\n"))
    #expect(result.error.contains("events/s") && !result.output.contains("events/s"))
  }

  @Test("What is no file to read, or holds something else, is skipped with the reason")
  func skips() throws {
    let folder = try TemporaryFolder([
      "s/a.json": Self.tiny(), "s/list.json": "[1, 2]", "s/number.json": "5",
      "s/replay.json": #"{ "schema": "hindsight.replay/1", "scenario": "tiny" }"#,
    ])
    let reasons = [
      "list": "is no scenario: it holds a list", "number": "is no scenario: it holds the number 5",
      "replay": "is no scenario: a command has written it, as 'hindsight.replay/1'",
      "pipe": "is a pipe", "nowhere": "is a link that leads nowhere", "null": "is a device",
    ]
    let made = try HindsightProcess.shell(
      "mkfifo s/pipe.json && ln -s gone s/nowhere.json && ln -s /dev/null s/null.json",
      in: folder.url)
    try #require(made.code == 0, "\(made.error)")
    let all = try check(folder, ["s", "--seeds", "1"])
    #expect(all.code == 0, "\(all.output)\(all.error)")
    for (name, reason) in reasons {
      #expect(all.output.contains("s/\(name).json: \(reason)"), "\(all.output)")
      let alone = try check(folder, ["s/\(name).json"])
      #expect(alone.code == 4 && alone.error.contains(reason), "\(alone.error)")
    }
    let piped = try HindsightProcess.shell(
      "cat s/a.json | $hindsight check /dev/stdin --seeds 1", in: folder.url)
    #expect(piped.code == 0, "\(piped.error)")
  }

  @Test("JSON is the same bytes for any number of jobs, with the command on standard error")
  func isRepeatable() throws {
    let folder = try TemporaryFolder([
      "a.json": Self.tiny(), "b.json": Self.tiny("b", min: 3),
    ])
    let results = try ["1", "3"].map {
      try check(folder, ["a.json", "b.json", "--seeds", "2", "--json", "--jobs", $0])
    }
    #expect(results[0].output == results[1].output && results.map(\.code) == [1, 1])
    #expect(results[0].error.hasSuffix("reproduce: hindsight check a.json b.json --seeds 2\n"))
  }

  @Test("A failure exits with 1, and its reproduce line shows it")
  func fails() throws {
    let folder = try TemporaryFolder(["my tiny.json": Self.tiny(min: 3)])
    let result = try check(
      folder, ["my tiny.json", "--seeds", "1", "--set", "clients.timeout=7s", "--seed", "0x10"])
    #expect(result.code == 1)
    #expect(result.output.contains("measured 2, expected at least 3, seed 16"))
    #expect(result.output.contains("my tiny.json:8:5"), "\(result.output)")
    let line = try #require(
      result.output.split(separator: "\n").first { $0.contains("hindsight replay") })
    let words = line.drop { $0 == " " }.dropFirst("reproduce: hindsight ".count)
    let again = try HindsightProcess.shell("$hindsight \(words)", in: folder.url)
    #expect(again.code == 1 && again.output.contains("FAIL Nodes stop"), "\(again.error)")
  }

  @Test(
    "What cannot be run is said before anything is",
    arguments: [
      (["none"], 2, "there is no such file"), ([], 2, "takes PATH…, not nothing"),
      (["empty"], 4, "there is no scenario in 'empty'"),
      (["wrong.json"], 2, "'elixr'"), (["a.json", "--seeds", "0"], 2, "whole number from 1"),
      (["a.json", "--budget-minutes", "0"], 2, "minutes above zero"),
      (["a.json", "--mitigation", "idel"], 2, "idle"),
      (["a.json", "--until", "00:01"], 2, "'a.json': '--until' is 00:01:00"),
      (["a.json", "--update", "--set", "seed=4"], 2, "'--update' does not go with '--set'"),
      (["-", "--update"], 2, "'--update' does not go with standard input"),
      (
        ["a.json", "--seed", "18446744073709551615", "--seeds", "3"], 2,
        "there are no 3 seeds from 18446744073709551615 on"
      ),
      (["a.json", "--junit", "a.json"], 2, "'a.json' exists and is no JUnit file"),
      (["a.json", "--junit", "none/j.xml"], 74, "'none'"),
      (["a.json", "--strikt"], 2, "did you mean '--strict'?"),
    ] as [([String], Int32, String)])
  func refuses(options: [String], code: Int32, message: String) throws {
    let folder = try TemporaryFolder([
      "a.json": Self.tiny(), "wrong.json": Self.tiny(rest: "\"elixr\": {},"),
      "empty/x.txt": "",
    ])
    let result = try check(folder, options)
    #expect(result.code == code, "\(result.error)")
    #expect(result.error.contains(message), "\(result.error)")
    #expect(result.output.isEmpty && result.error.contains("reproduce: hindsight check"))
  }

  @Test("Out of time, it says what is missing and exits with 3")
  func budget() throws {
    let folder = try TemporaryFolder(["a.json": Self.tiny()])
    let result = try check(folder, ["a.json", "--seeds", "4000", "--budget-minutes", "0.02"])
    #expect(result.code == 3, "\(result.output)")
    #expect(result.output.contains(" of 4000 seeds from 3 · stopped early"))
    // One or more, by how busy the machine is.
    #expect(result.output.contains(" of 4000: nothing failed"), "\(result.output)")
  }

  @Test("Strict, a warning is a failure")
  func strict() throws {
    let folder = try TemporaryFolder(["a.json": Self.tiny()])
    let options = ["a.json", "--seeds", "1", "--mitigation", "idle"]
    let lax = try check(folder, options)
    #expect(lax.code == 0)
    #expect(lax.output.contains("warn mitigation idle: Nothing\n       altered no event in 1 seed"))
    let strict = try check(folder, options + ["--strict"])
    #expect(strict.code == 1 && strict.output.contains("FAIL mitigation idle"))
  }

  @Test("A digest that is recorded holds until a run changes, and is recorded anew when asked")
  func golden() throws {
    let folder = try TemporaryFolder(["s/a.json": Self.tiny()])
    let options = ["s", "--seeds", "1"]
    #expect(try check(folder, options).output.contains("no digest is recorded; --update records"))
    let first = try check(folder, options + ["--update", "--scale", "1/90000"])
    #expect(first.code == 0 && first.output.contains("new  digest recorded"))
    let recorded = try folder.text(of: "s/golden/a.json")
    #expect(recorded.contains("\"scale\": \"1/90000\""))
    let held = try check(folder, options + ["--strict"])
    #expect(held.code == 0 && held.output.contains("1 digest"), "\(held.output)")
    #expect(!held.output.contains("Skipped"), "it is no file that was left out")

    try Data(Self.tiny(count: 3).utf8).write(to: folder.url.appending(path: "s/a.json"))
    let drifted = try check(folder, options)
    #expect(drifted.code == 1)
    #expect(drifted.output.contains("FAIL golden digest: Every event is the recorded one"))
    #expect(drifted.output.contains("the scenario has changed: the recorded one still gives"))
    #expect(drifted.output.contains("first different event, recorded: "))
    #expect(drifted.output.contains("elixir.nodes.stopped 2 -> 3"), "\(drifted.output)")
    #expect(drifted.output.contains("if it is meant: hindsight check s/a.json --update"))
    let line = try #require(
      drifted.output.split(separator: "\n").first { $0.contains(" --events ") })
    let words = line.drop { $0 == " " }.dropFirst("reproduce: hindsight ".count)
    let listed = try HindsightProcess.shell("$hindsight \(words)", in: folder.url)
    #expect(listed.code == 0 && listed.output.contains(" 00:00:10 "), "\(listed.output)")
    let json = try check(folder, options + ["--json"])
    let event = try #require(listed.output.split(separator: "\n").first)
    #expect(listed.output.split(separator: "\n").count == 1)
    #expect(json.output.contains("\"now\": \"\(event)\""), "\(json.output)")

    let updated = try check(folder, options + ["--update"])
    #expect(updated.code == 0 && updated.output.contains("new  digest recorded anew: "))
    let same = try check(folder, options + ["--update"])
    #expect(same.code == 0 && same.output.contains("same digest unchanged"), "\(same.output)")
    let again = try folder.text(of: "s/golden/a.json")
    #expect(again != recorded && again.contains("\"scale\": \"1/90000\""), "the scale is kept")
    #expect(try check(folder, options).code == 0)
    try Data(again.replacing("\"verdicts\"", with: "\"v\"").utf8)
      .write(to: folder.url.appending(path: "s/golden/a.json"))
    let damaged = try check(folder, options)
    #expect(damaged.code == 2 && damaged.error.contains("is damaged: 'verdicts' is no object"))
    try Data("{ \"name\": 5 }".utf8).write(to: folder.url.appending(path: "s/golden/a.json"))
    let foreign = try check(folder, options + ["--update"])
    #expect(foreign.code == 2 && foreign.error.contains("is no golden digest"))
  }

  @Test("A recording that cannot be written is told after the whole report")
  func unwritten() throws {
    let folder = try TemporaryFolder(["s/a.json": Self.tiny(), "s/golden": "no folder"])
    let result = try check(folder, ["s", "--seeds", "1", "--update", "--junit", "j.xml"])
    #expect(result.code == 74, "\(result.output)\(result.error)")
    #expect(result.output.contains("could not be recorded: s/golden/a.json: Not a directory"))
    #expect(result.error.contains("error: 's/golden/a.json': Not a directory"))
    #expect(try folder.text(of: "j.xml").contains("could not be recorded"))
  }

  @Test("A path with a line break is one line in every command that is to be pasted")
  func lineBreak() throws {
    let folder = try TemporaryFolder(["a\u{1B}[1m\nb.json": Self.tiny(min: 3)])
    let result = try check(folder, ["a\u{1B}[1m\nb.json", "--seeds", "1"])
    #expect(result.code == 1 && !result.output.contains("\u{1B}"), "\(result.output)")
    let line = "reproduce: hindsight replay $'a\\033[1m\\nb.json' --seed 3\n"
    #expect(result.output.contains(line), "\(result.output)")
  }

  /// A folder with a scenario, a digest that a version has recorded which lets a node more stop, and
  /// this version.
  private static func otherVersion() throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "s/a.json": tiny(count: 3), "tmp/x": "",
      "before": """
      #!/bin/sh
      sed 's/"count": 2/"count": 3/' "$2" > other.json
      shift 2
      exec '\(try HindsightProcess.executable.path)' replay other.json "$@"
      """,
      "broken": "#!/bin/sh\necho 'error: no such option' >&2\necho 'help: none' >&2\nexit 2\n",
      "killed": "#!/bin/sh\nkill -9 $$\n", "endless": "#!/bin/sh\nexec yes\n",
      "torrent": "#!/bin/sh\nexec tr '\\0' x < /dev/zero\n", "text": "nothing",
      "same": "#!/bin/sh\nexec '\(try HindsightProcess.executable.path)' \"$@\"\n",
    ])
    let made = try HindsightProcess.shell(
      """
      chmod +x before broken killed endless torrent same && $hindsight check s --seeds 1 --update \
        && sed -i 's/"count": 3/"count": 2/' s/a.json s/golden/a.json
      """, in: folder.url)
    try #require(made.code == 0, "\(made.output)\(made.error)")
    return folder
  }

  private func check(
    _ folder: TemporaryFolder, recordedBy path: String
  ) throws -> HindsightProcess.Result {
    try check(
      folder, ["s", "--seeds", "1", "--json", "--recorded-by", path],
      ["TMPDIR": folder.url.appending(path: "tmp").path])
  }

  @Test("The version that recorded a digest is run to find the first event that is another now")
  func recordedBy() throws {
    let folder = try Self.otherVersion()
    let found = try check(folder, recordedBy: "./before")
    #expect(found.code == 1, "\(found.output)\(found.error)")
    #expect(found.output.contains("\"cause\": \"version\""))
    let lines = found.output.split(separator: "\n")
    let recorded = try #require(lines.first { $0.contains("\"recorded\": \"") })
    let now = try #require(lines.first { $0.contains("\"now\": \"") })
    // In the recorded run a third node stops.
    #expect(recorded.contains(" 00:00:10 ") && recorded != now, "\(recorded)\(now)")
    #expect(found.error.contains("--recorded-by ./before"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/tmp") == ["x"])

    let without = try check(folder, ["s", "--seeds", "1"])
    #expect(without.code == 1 && without.output.contains("--recorded-by EXECUTABLE"))
    #expect(without.output.contains("this version has changed"), "\(without.output)")
    #expect(without.output.contains("       now: "))
  }

  @Test(
    "A version that cannot be asked is told of, and nothing of it is left",
    arguments: [
      ("none", "'none': there is no such file"), ("s", "'s': is a folder"),
      ("text", "'text': Permission denied"),
      ("./broken", "'./broken': it ended with exit code 2: error: no such option\n"),
      ("./killed", "'./killed': it ended with signal 9"),
      ("./endless", "'./endless': it lists no events, but 'y'"),
      ("./torrent", "'./torrent': it lists no events, but 'xxxxx"),
      ("./same", "'./same': it is not the version that recorded the digest"),
    ])
  func notToBeAsked(path: String, message: String) throws {
    let folder = try Self.otherVersion()
    let result = try check(folder, recordedBy: path)
    // What has drifted has, whatever that version says of it.
    #expect(result.code == (path.hasPrefix("./") ? 1 : 74), "\(result.output)\(result.error)")
    #expect(result.error.contains("error: \(message)"), "\(result.error)")
    // What is known without it is in the report all the same.
    #expect(result.output.isEmpty == !path.hasPrefix("./"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path + "/tmp") == ["x"])
  }

  @Test("A version that does not come to its end is stopped, and that is told")
  func hanging() throws {
    let folder = try TemporaryFolder(["hang": "#!/bin/sh\nexec sleep 60\n"])
    _ = try HindsightProcess.shell("chmod +x hang", in: folder.url)
    let path = folder.url.appending(path: "hang").path
    let request = EarlierVersion.Request(scenario: "{}", seed: 1, scale: "1", events: 1...2)
    for (isStopped, reason) in [(false, "it took more than 0 s"), (true, "time was up")] {
      var executable = try EarlierExecutable(path)
      executable.limit = .milliseconds(300)
      let version = executable.version(isStopped: { isStopped })
      let problem = #expect(throws: EarlierVersion.Problem.self) {
        try version.list(request) { _ in true }
      }
      #expect(problem?.reason == "stopped early: \(reason)")
    }
  }

  @Test("A digest whose scenario has gone is told of, and never taken away")
  func orphans() throws {
    let folder = try TemporaryFolder(["s/a.json": Self.tiny(), "s/b.json": Self.tiny("b")])
    let options = ["s", "--seeds", "1"]
    #expect(try check(folder, options + ["--update"]).code == 0)
    try FileManager.default.removeItem(at: folder.url.appending(path: "s/b.json"))
    let lax = try check(folder, options + ["--update", "--junit", "j.xml"])
    #expect(lax.code == 0 && lax.output.contains("nothing failed, 1 warning"), "\(lax.output)")
    #expect(lax.output.contains("warn golden s/golden/b.json\n       there is no scenario"))
    #expect(try folder.text(of: "j.xml").contains("name=\"golden: the scenario is there\""))
    #expect(try folder.text(of: "s/golden/b.json").contains("\"name\": \"b\""))
    let strict = try check(
      folder, options + ["--strict", "--json"],
      ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": folder.url.path])
    #expect(strict.code == 1 && strict.output.contains("\"path\": \"s/golden/b.json\""))
    #expect(strict.error.contains("::error file=s/golden/b.json,title="), "\(strict.error)")
    let patched = try check(folder, options + ["--set", "seed=4", "--strict"])
    #expect(patched.code == 0, "\(patched.output)")
    try Data("{ \"sweep\": {} }".utf8).write(to: folder.url.appending(path: "s/b.json"))
    let sweep = try check(folder, options + ["--json"])
    #expect(sweep.output.contains("is no scenario any more: it is a sweep"), "\(sweep.output)")
    try FileManager.default.removeItem(at: folder.url.appending(path: "s/b.json"))
    let moved = try folder.text(of: "s/golden/a.json")
    try Data(moved.utf8).write(to: folder.url.appending(path: "s/moved.json"))
    let outside = try check(folder, options)
    #expect(
      outside.output.contains("s/moved.json: is a golden digest outside of a folder 'golden'"))
    let alone = try check(folder, ["s/golden"])
    #expect(alone.code == 4 && alone.error.contains("its scenario is not there"), "\(alone.error)")
  }

  @Test("With patches no digest is compared")
  func patched() throws {
    let folder = try TemporaryFolder(["a.json": Self.tiny()])
    let result = try check(folder, ["a.json", "--seeds", "1", "--set", "clients.timeout=7s"])
    #expect(result.code == 0 && !result.output.contains("digest"), "\(result.output)")
    let piped = try HindsightProcess.run(["check", "-", "--seeds", "1"], input: Self.tiny())
    #expect(piped.code == 0 && !piped.output.contains("digest"), "\(piped.error)")
  }

  @Test("JUnit XML goes to a file that only replaces its like")
  func junit() throws {
    let folder = try TemporaryFolder(["a.json": Self.tiny(min: 3)])
    for _ in 0..<2 {
      let result = try check(folder, ["a.json", "--seeds", "1", "--junit", "j.xml"])
      #expect(result.code == 1, "\(result.error)")
    }
    let text = try folder.text(of: "j.xml")
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name="))
    #expect(text.contains("<failure message=\"measured 2, expected at least 3\" type=\"fact\">"))
    #expect(try folder.names == ["a.json", "j.xml"])
  }

  @Test("In a workflow, files are annotated from the repository's root, and there is a summary")
  func workflow() throws {
    let folder = try TemporaryFolder([
      "repo/s/a.json": Self.tiny(min: 3).replacing("Two nodes stop", with: "::error::x"),
      "summary.md": "before\n",
    ])
    let environment = [
      "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": folder.url.appending(path: "repo").path,
      "GITHUB_STEP_SUMMARY": folder.url.appending(path: "summary.md").path,
    ]
    let inner = folder.url.appending(path: "repo/s")
    let result = try HindsightProcess.run(
      ["check", "a.json", "--seeds", "1"], in: inner, environment: environment)
    #expect(result.code == 1)
    #expect(
      result.error.contains("::error file=s/a.json,line=8,col=5,title=tiny%3A fact stopped::"),
      "\(result.error)")
    #expect(result.error.contains("::warning file=s/a.json,line=2,col=3,title=tiny%3A golden"))
    #expect(!result.output.contains("\n::") && !result.output.hasPrefix("::"))
    let summary = try folder.text(of: "summary.md")
    #expect(summary.hasPrefix("before\n## hindsight check\n"))
    #expect(summary.contains("| ❌ | fact stopped: Nodes stop | measured 2"), "\(summary)")
    var elsewhere = environment
    elsewhere["GITHUB_STEP_SUMMARY"] = "/proc/none"
    let unwritable = try HindsightProcess.run(
      ["check", "a.json", "--seeds", "1", "--json"], in: inner, environment: elsewhere)
    #expect(unwritable.code == 1 && unwritable.error.contains("warning: no summary: /proc/none"))
    #expect(unwritable.output.hasPrefix("{\n"))
  }

  @Test(
    "In a workflow, what cannot be run is annotated, summed up and in the JUnit file",
    arguments: [
      (
        "::x.json", 2, "::error file=%3A%3Ax.json,line=14,col=3,title=hindsight check::",
        "type=\"unknownKey\""
      ),
      (
        "range.json", 4,
        "::error file=range.json,title=hindsight check::there is no scenario in 'range.json'%0A",
        "type=\"missing\""
      ),
    ] as [(String, Int32, String, String)])
  func workflowErrors(file: String, code: Int32, annotation: String, type: String) throws {
    let folder = try TemporaryFolder([
      "::x.json": Self.tiny(rest: "\"elixr\": {},"),
      "range.json": "{ \"sweep\": {} }", "summary.md": "",
    ])
    let result = try HindsightProcess.run(
      ["check", file, "--junit", "j.xml"], in: folder.url,
      environment: [
        "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": folder.url.path,
        "GITHUB_STEP_SUMMARY": folder.url.appending(path: "summary.md").path,
      ])
    #expect(result.code == code, "\(result.error)")
    let commands = result.error.split(separator: "\n").filter { $0.hasPrefix("::") }
    #expect(commands.count == 1 && commands[0].hasPrefix(annotation), "\(result.error)")
    #expect(try folder.text(of: "summary.md").contains("**1 error: nothing was run**"))
    let junit = try folder.text(of: "j.xml")
    #expect(junit.contains("errors=\"1\"") && junit.contains(type), "\(junit)")
  }

  @Test("Interrupted, it prints what was finished and exits with 130")
  func interrupts() throws {
    let folder = try TemporaryFolder(["a.json": Self.tiny()])
    let result = try HindsightProcess.shell(
      """
      env --default-signal=INT timeout 60 $hindsight check a.json --seeds 100000 > out & \
      sleep 6; kill -INT $!; wait $!; echo $?; grep -c 'stopped early' out
      """, in: folder.url)
    #expect(result.output == "130\n1\n", "\(result.output)\(result.error)")
  }

  @Test("Nondeterminism has an exit code of its own, and is graver than a failure")
  func exitCodes() {
    #expect(Check.Result.allCases.map { CheckCommand.exitCode(of: $0).rawValue } == [5, 1, 3, 0])
    let withProblem = Check.Result.allCases.map {
      CheckCommand.exitCode(of: $0, hasProblem: true).rawValue
    }
    #expect(withProblem == [5, 1, 3, 74])
  }
}
