import Foundation
import Testing

@testable import hindsight

@Suite("hindsight replay")
struct ReplayCommandTests {
  @Test("A run prints its report, and its reproduce line gives the same bytes")
  func reproduces() throws {
    let folder = try TemporaryFolder(["my scenario.json": SmallScenario.text])
    let first = try HindsightProcess.run(
      [
        "replay", "my scenario.json", "--set", "clients.timeout=7s", "--mitigation", "one-segment",
        "--seed", "0x10", "--set", "title=it's \"odd\"",
      ], in: folder.url)
    #expect(first.code == 0, "\(first.error)")
    let line = try #require(
      first.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    #expect(
      line.hasSuffix(
        "replay 'my scenario.json' --seed 16 --hypothesis quick --set clients.timeout=7s "
          + "--mitigation one-segment --set 'title=it'\\''s \"odd\"'"))
    let words = line.dropFirst("reproduce: hindsight ".count)
    let again = try HindsightProcess.shell("$hindsight \(words)", in: folder.url)
    #expect(again.output == first.output)
    #expect(!first.output.contains("\u{1B}") && !first.error.contains("\r"))
    #expect(first.error.contains("events/s") && !first.output.contains("events/s"))
  }

  @Test("JSON is the same bytes every time and holds nothing of the wall clock")
  func isRepeatable() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let runs = try (0..<2).map { _ in
      try HindsightProcess.run(["replay", "small.json", "--json", "--series"], in: folder.url)
    }
    #expect(runs[0].output == runs[1].output && runs[0].code == 0)
    #expect(runs[0].error == "reproduce: hindsight replay small.json --seed 7 --hypothesis quick\n")
    let object = try JSONSerialization.jsonObject(with: Data(runs[0].output.utf8))
    let root = try #require(object as? [String: Any])
    #expect(
      Set(root.keys) == [
        "schema", "scenario", "seed", "version", "digest", "events", "end", "patches", "metrics",
        "series", "facts", "invariants", "assumptions",
      ])
    #expect(root["patches"] as? [String] == ["--hypothesis quick"])
    #expect(root["version"] as? String == HindsightVersion.text)
    #expect((root["metrics"] as? [String: Double])?["elixir.nodes.stopped"] == 20)
  }

  @Test("The JSON of a text's run may go to a file, which is never another's")
  func exportsJSON() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text, "notes.txt": "Mine.\n"])
    func run(_ options: [String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(["replay", "small.json"] + options, in: folder.url)
    }
    let (text, json) = (try run([]), try run(["--json"]))
    for options in [[], ["--json"]] {
      let both = try run(options + ["--export-json", "run.json"])
      #expect(both.code == 0 && both.output == (options.isEmpty ? text : json).output)
      #expect(try folder.text(of: "run.json") == json.output)
    }
    let foreign = try run(["--export-json", "notes.txt"])
    #expect(foreign.code != 0 && foreign.output.isEmpty && foreign.error.contains("'notes.txt'"))
    #expect(foreign.error.contains("--force"))
    #expect(try folder.text(of: "notes.txt") == "Mine.\n")
    #expect(try run(["--export-json", "notes.txt", "--force"]).code == 0)
    #expect(try folder.text(of: "notes.txt") == json.output)
    let events = try run(["--events", "1..2", "--export-json", "run.json"])
    #expect(events.code == 2 && events.error.contains("--export-json"), "\(events.error)")
  }

  @Test("Seed, patches and hypothesis change the run; looking at it does not")
  func digests() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    func digest(_ options: [String]) throws -> String {
      let result = try HindsightProcess.run(
        ["replay", "small.json", "--json"] + options, in: folder.url)
      let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      return (object as? [String: Any])?["digest"] as? String ?? result.error
    }
    let plain = try digest([])
    #expect(plain.count == 16)
    #expect(try digest(["--series", "--progress", "always", "--seed", "7"]) == plain)
    #expect(try digest(["--seed", "8"]) != plain)
    #expect(try digest(["--scale", "1/9000"]) != plain)
  }

  @Test(
    "The exit code tells how it went",
    arguments: [
      ([], 0), (["--until", "14:01"], 0), (["--max-events", "500"], 3),
      (["--set", "faults.stop.count=5"], 1),
    ] as [([String], Int32)])
  func exits(options: [String], code: Int32) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try HindsightProcess.run(["replay", "small.json"] + options, in: folder.url)
    #expect(result.code == code, "\(result.output)\(result.error)")
    #expect(result.output.contains("\nreproduce: hindsight replay small.json"))
  }

  @Test("A fact that fails is marked and exits with 1; one that a cut run misses is neither")
  func judges() throws {
    let facts = SmallScenario.fact("impossible", "elixir.nodes.stopped", min: "21")
    let folder = try TemporaryFolder(["small.json": SmallScenario.scenario(facts: facts)])
    let whole = try HindsightProcess.run(["replay", "small.json"], in: folder.url)
    #expect(whole.code == 1)
    #expect(whole.output.contains("FAIL It is impossible"))
    let cut = try HindsightProcess.run(
      ["replay", "small.json", "--until", "14:00:50"], in: folder.url)
    #expect(cut.code == 0)
    #expect(cut.output.contains("not reached") && !cut.output.contains("FAIL"))
  }

  @Test("A scenario may come from standard input")
  func readsInput() throws {
    let result = try HindsightProcess.run(["replay", "-"], input: SmallScenario.text)
    #expect(result.code == 0)
    #expect(result.output.contains("reproduce: hindsight replay - --seed 7"))
    let wrong = try HindsightProcess.run(["replay", "-"], input: "{ \"scenario\": 1 ")
    #expect(wrong.code == 2 && wrong.error.contains("<standard input>:1:"))
  }

  @Test("Colour and progress come when they are asked for")
  func decorates() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    func run(_ options: [String], _ environment: [String: String] = [:]) throws
      -> HindsightProcess.Result
    {
      try HindsightProcess.run(
        ["replay", "small.json"] + options, in: folder.url, environment: environment)
    }
    let colored = try run(["--color", "always"], ["NO_COLOR": "1"])
    #expect(colored.output.contains("\u{1B}[1m"))
    #expect(!(try run([], ["NO_COLOR": "1", "FORCE_COLOR": "1"])).output.contains("\u{1B}"))
    #expect(try run([], ["LC_ALL": "C"]).output.utf8.allSatisfy { $0 < 0x80 })
    let progress = try run(["--progress", "always"])
    #expect(progress.error.contains("replay 10%\n") && progress.error.contains("replay 100%\n"))
  }

  @Test("A closed pipe ends quietly, a full disk does not")
  func writes() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let line = "$hindsight replay small.json --json --series | head -1; echo ${PIPESTATUS[0]}"
    let piped = try HindsightProcess.shell(line, in: folder.url)
    #expect(piped.output == "{\n0\n")
    #expect(piped.error.split(separator: "\n").allSatisfy { $0.hasPrefix("reproduce:") })
    let full = try HindsightProcess.shell("$hindsight list metrics > /dev/full", in: folder.url)
    #expect(full.code == 74 && full.error.contains("'standard output': No space left"))
  }

  @Test("Interrupted, it exits with 130")
  func interrupts() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    // A shell without job control starts children with interrupts ignored; env takes that back.
    let result = try HindsightProcess.shell(
      """
      mkfifo p; env --default-signal=INT timeout 20 $hindsight replay - < p & exec 3> p
      sleep 0.5; kill -INT $!; wait $!; echo $?
      """, in: folder.url)
    #expect(result.output == "130\n", "\(result.error)")
  }

  @Test("Timings go to a file, which only replaces its like")
  func timings() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text, "notes.json": "{}"])
    let options = ["replay", "small.json", "--until", "14:00:10", "--timings"]
    for _ in 0..<2 {
      let result = try HindsightProcess.run(options + ["times.json"], in: folder.url)
      #expect(result.code == 0, "\(result.error)")
    }
    let object = try JSONSerialization.jsonObject(with: Data(folder.text(of: "times.json").utf8))
    #expect((object as? [String: Any])?["schema"] as? String == "hindsight.timings/1")
    let refused = try HindsightProcess.run(options + ["notes.json"], in: folder.url)
    #expect(refused.code == 2 && refused.error.contains("--force overwrites it"))
    #expect(try folder.text(of: "notes.json") == "{}")
    let forced = try HindsightProcess.run(options + ["notes.json", "--force"], in: folder.url)
    #expect(forced.code == 0)
    #expect(try folder.text(of: "notes.json").contains("hindsight.timings/1"))
    let nowhere = try HindsightProcess.run(options + ["none/times.json"], in: folder.url)
    #expect(nowhere.code == 74 && nowhere.output.isEmpty, "known before the run")
    #expect(nowhere.error.contains("'none': there is no such file"))
    let folderItself = try HindsightProcess.run(options + [".", "--force"], in: folder.url)
    #expect(folderItself.code == 74 && folderItself.output.isEmpty)
    #expect(try folder.names == ["notes.json", "small.json", "times.json"])
  }

  @Test("Events are listed by their numbers, those of the end as far as there are any")
  func lists() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    func list(_ numbers: String) throws -> HindsightProcess.Result {
      try HindsightProcess.run(
        ["replay", "small.json", "--until", "14:00:05", "--events", numbers], in: folder.url)
    }
    let first = try list("1..3")
    let lines = first.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map { $0[0] } == ["1", "2", "3"] && first.code == 0, "\(first.error)")
    #expect(lines[0][1] == "14:00:00" && lines[0][3] == "operations(started)")
    #expect(lines.allSatisfy { $0[2].count == 16 })
    #expect(try list("2..2").output == lines[1].joined(separator: " ") + "\n")
    let all = try list("1..100000000").output.split(separator: "\n")
    #expect(all.last?.contains(" 14:00:04") == true && all.count < 100_000)
    let beyond = try list("100000000..100000001")
    #expect(beyond.code == 4 && beyond.output.isEmpty, "\(beyond.error)")
    for wrong in ["0..3", "3", "3..1", "-1..2", "1...2", "a..b", "+1..2"] {
      #expect(try list(wrong).code == 2, "\(wrong)")
    }
  }

  @Test("Mitigations joined by a plus are both, as if they had been named one after the other")
  func combinations() throws {
    let text = SmallScenario.text.replacing(
      #""mitigations": {"#,
      with: """
        "mitigations": {
          "no-restart": { "summary": "N.", "patch": { "operators": { "restart": null } } },
        """)
    let folder = try TemporaryFolder(["small.json": text])
    func replay(_ options: [String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(
        ["replay", "small.json", "--json", "--until", "14:00:10"] + options, in: folder.url)
    }
    let both = try replay(["--mitigation", "no-restart+one-segment"])
    let apart = try replay(["--mitigation", "no-restart", "--mitigation", "one-segment"])
    #expect(both.output == apart.output && both.output.contains("hindsight.replay/1"))
    let wrong = try replay(["--mitigation", "no-restart+one-segmant"])
    #expect(wrong.code == 2 && wrong.error.contains("--mitigation:1:12: error:"), "\(wrong.error)")
    let empty = try replay(["--mitigation", "no-restart+"])
    #expect(empty.code == 2 && empty.error.contains("expected the name of a mitigation"))
  }

  @Test(
    "Watching takes a terminal and nothing that is for programs; a speed takes somebody who watches",
    arguments: [
      (["--watch"], "'--watch' takes a terminal, and standard output is none"),
      (["--watch", "--json"], "'--watch' and '--json' do not go together"),
      (["--watch", "--events", "1..2"], "'--watch' and '--events' do not go together"),
      (["--watch", "--series"], "'--watch' and '--series' do not go together"),
      (["--watch", "--report", "r"], "'--watch' and '--report' do not go together"),
      (["--watch", "--csv", "r.csv"], "'--watch' and '--csv' do not go together"),
      (["--watch", "--speed", "0"], "takes a whole number from 1 to 36000, not '0'"),
      (["--speed", "10"], "'--speed' is that of '--watch'"),
    ])
  func watches(options: [String], message: String) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try HindsightProcess.run(["replay", "small.json"] + options, in: folder.url)
    #expect(result.code == 2 && result.output.isEmpty)
    #expect(result.error.contains(message), "\(result.error)")
    #expect(result.error.contains("\nreproduce: hindsight replay small.json"))
  }

  @Test("Where the locale is not UTF-8, reports, help and errors are ASCII; JSON is what it is")
  func isASCII() throws {
    let text = SmallScenario.text.replacing("Twenty nodes stop", with: "Zwölf Knoten – halt…")
    let folder = try TemporaryFolder(["small.json": text])
    func run(_ words: [String], _ locale: [String: String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(words, in: folder.url, environment: locale)
    }
    for words in [
      ["replay", "small.json"], ["fork", "small.json", "--at", "14:01", "--mitigations", "all"],
      ["check", "small.json", "--seeds", "2"], ["help", "sweep"],
      ["list", "scenarios", "small.json"],
      ["replay", "small.json", "--set", "ü=…"],
    ] {
      let result = try run(words, ["LC_ALL": "C"])
      let lines = (result.output + result.error).split(separator: "\n")
      for line in lines where !line.hasPrefix("reproduce:") {
        #expect(line.utf8.allSatisfy { $0 < 0x80 }, "\(words): \(line)")
      }
    }
    let json = ["replay", "small.json", "--json"]
    #expect(try run(json, ["LC_ALL": "C"]).output == run(json, [:]).output)
    let report = try run(["replay", "small.json"], ["LC_CTYPE": "C"])
    #expect(report.output.hasPrefix("Zw?lf Knoten - halt...\n"))
    #expect(try run(["replay", "small.json"], [:]).output.hasPrefix("Zwölf Knoten – halt…\n"))
  }
}
