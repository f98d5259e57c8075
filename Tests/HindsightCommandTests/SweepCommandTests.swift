import Foundation
import GoldenTexts
import Testing

@testable import hindsight

@Suite("hindsight sweep")
struct SweepCommandTests {
  /// A scenario that runs in a moment; its sweep of four points.
  private static let scenario = """
    {
      "scenario": "tiny", "title": "Four nodes stop", "seed": 5, "scale": "1/100000",
      "end": "00:00:12",
      "elixir": { "clusters": { "sessions": 10, "guilds": 4, "presence": 2, "other": 2 } },
      "mitigations": {
        "late": {
          "summary": "Stops later.", "patch": { "faults": { "stop": { "at": "00:00:06" } } }
        }
      },
      "faults": {
        "stop": { "kind": "elixirNodes", "at": "00:00:04", "cluster": "sessions", "count": 4 }
      }
    }
    """
  private static let sweep = """
    { "sweep": "four", "scenario": "tiny.json",
      "axes": { "faults.stop.count": [2, 4], "mitigation": ["none", "late"] }, "seeds": 2 }
    """
  private static let files = ["tiny.json": scenario, "four.json": sweep]
  private static let axes = [
    "--axis", "faults.stop.count=2,4", "--axis", "mitigation=none,late",
  ]

  private static func tables(_ folder: TemporaryFolder, _ out: String) throws -> [String] {
    try ["results.csv", "results.jsonl", "manifest.json", "sweep.json"].map {
      try folder.text(of: "\(out)/\($0)")
    }
  }

  /// Digests of the runs in a folder's journals, each one once.
  private static func digests(_ folder: TemporaryFolder, _ out: String) throws -> Set<String> {
    var digests: Set<String> = []
    let url = folder.url.appending(path: out)
    for name in try FileManager.default.contentsOfDirectory(atPath: url.path)
    where name.hasPrefix("journal-") {
      for line in try folder.text(of: "\(out)/\(name)").split(separator: "\n") {
        let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        if let digest = record?["digest"] as? String { digests.insert(digest) }
      }
    }
    return digests
  }

  @Test("A file and options give the same rows; the report names the files and reproduces itself")
  func runs() throws {
    let folder = try TemporaryFolder(Self.files)
    let file = try HindsightProcess.run(["sweep", "four.json"], in: folder.url)
    #expect(file.code == 0, "\(file.error)")
    let options = try HindsightProcess.run(
      ["sweep", "tiny.json", "--seeds", "2", "--out", "o", "--jobs", "3"] + Self.axes,
      in: folder.url)
    #expect(options.code == 0, "\(options.error)")
    #expect(try folder.text(of: "four.sweep/results.csv") == folder.text(of: "o/results.csv"))
    #expect(file.output.contains("four.sweep/results.csv"))
    let line = try #require(
      file.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    let again = try HindsightProcess.shell(
      "$hindsight \(line.dropFirst("reproduce: hindsight ".count))", in: folder.url)
    #expect(again.output == file.output)
    let rows = try folder.text(of: "o/results.csv").split(separator: "\n")
    #expect(rows[0] == "point,faults.stop.count,mitigation,seed,metric,value")
    #expect(rows.contains { $0.hasPrefix("3,4,late,6,users.unserved.minutes,") })
  }

  @Test("Shards, a merge and an interrupted start give the bytes of one undisturbed run")
  func sameBytes() throws {
    let folder = try TemporaryFolder(Self.files)
    let words = ["sweep", "four.json", "--out"]
    #expect(try HindsightProcess.run(words + ["whole"], in: folder.url).code == 0)
    let expected = try Self.tables(folder, "whole")
    // Otherwise a run under a wrong point would go unseen.
    #expect(try Self.digests(folder, "whole").count == 8, "no run is like that of another point")

    for shard in ["1/2", "0/2"] {
      let result = try HindsightProcess.run(words + ["parts", "--shard", shard], in: folder.url)
      #expect(result.code == 0 && result.output.contains("shard \(shard) is finished: 2 points"))
      guard shard == "1/2" else { continue }
      let early = try HindsightProcess.run(["sweep", "merge", "parts"], in: folder.url)
      #expect(early.code == 3)
      #expect(
        early.error.contains("missing: shard 0/2: runs of 2 points: 0, 2\n"), "\(early.error)")
      #expect(early.output.contains("Incomplete: 2 points miss runs"))
    }
    #expect(try HindsightProcess.run(["sweep", "merge", "parts"], in: folder.url).code == 0)
    #expect(try Self.tables(folder, "parts") == expected)

    // A journal cut in the middle of its last line is what a kill leaves.
    let journal = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: folder.url.appending(path: "whole").path
      )
      .first { $0.hasPrefix("journal-0-of-1.") })
    let file = folder.url.appending(path: "whole/\(journal)")
    try Data(contentsOf: file).dropLast(9).write(to: file)
    let resumed = try HindsightProcess.run(words + ["whole", "--resume"], in: folder.url)
    #expect(resumed.code == 0 && resumed.error.contains("is torn"), "\(resumed.error)")
    #expect(try Self.tables(folder, "whole") == expected)
  }

  @Test("A folder with runs wants --resume, and one of another sweep is left alone")
  func folders() throws {
    let folder = try TemporaryFolder(Self.files)
    let words = ["sweep", "four.json", "--out", "o"]
    #expect(try HindsightProcess.run(words, in: folder.url).code == 0)
    let expected = try Self.tables(folder, "o")
    let again = try HindsightProcess.run(words, in: folder.url)
    #expect(again.code == 2 && again.error.contains("'o' holds 8 finished runs"), "\(again.error)")
    for (options, message) in [
      (["--set", "announce.segments=1"], "'o' holds another sweep, without patches"),
      (["--axis", "announce.segments=1,2"], "over other axes: faults.stop.count, mitigation"),
      (["--until", "00:00:09"], "whose runs end where comparisons do"),
    ] {
      let other = try HindsightProcess.run(words + ["--resume"] + options, in: folder.url)
      #expect(other.code == 2 && other.error.contains(message), "\(other.error)")
    }
    try Data("x".utf8).write(to: folder.url.appending(path: "results.csv"))
    let foreign = try HindsightProcess.run(
      ["sweep", "four.json", "--out", "."], in: folder.url)
    #expect(foreign.code == 2 && foreign.error.contains("is not of a sweep"), "\(foreign.error)")
    #expect(try folder.text(of: "results.csv") == "x")
    let more = try HindsightProcess.run(words + ["--resume", "--seeds", "3"], in: folder.url)
    #expect(more.code == 0)
    #expect(try folder.text(of: "o/results.csv").contains("\n3,4,late,7,"))
    #expect(try Self.tables(folder, "o") != expected)
  }

  @Test("A merge writes tables anew that were damaged without a change of their size")
  func repairs() throws {
    let folder = try TemporaryFolder(Self.files)
    #expect(
      try HindsightProcess.run(["sweep", "four.json", "--out", "o"], in: folder.url).code == 0)
    let expected = try Self.tables(folder, "o")
    let file = folder.url.appending(path: "o/results.csv")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: file)
    #expect(try Self.tables(folder, "o") != expected)
    #expect(try HindsightProcess.run(["sweep", "merge", "o"], in: folder.url).code == 0)
    #expect(try Self.tables(folder, "o") == expected)
  }

  @Test("A Latin hypercube to which points are to be added says that its design is why not")
  func hypercube() throws {
    let folder = try TemporaryFolder(Self.files)
    func run(_ design: String, _ points: Int) throws -> HindsightProcess.Result {
      try HindsightProcess.run(
        [
          "sweep", "tiny.json", "--axis", "announce.retryDelay=1s..3s", "--seeds", "1",
          "--design", design, "--points", "\(points)", "--out", design, "--resume",
        ], in: folder.url)
    }
    #expect(try run("latin-hypercube", 2).code == 0)
    let more = try run("latin-hypercube", 3)
    #expect(more.code == 2 && more.error.contains("leaves some out"), "\(more.error)")
    #expect(more.error.contains("grid, random and sobol can be added to"), "\(more.error)")
    #expect(try run("sobol", 2).code == 0)
    #expect(try run("sobol", 3).code == 0)
    let fewer = try run("sobol", 1)
    #expect(fewer.code == 2 && !fewer.error.contains("hypercube"), "\(fewer.error)")
  }

  @Test("Points that coincide are run once: in the journal, the estimate and the report")
  func coincident() throws {
    let folder = try TemporaryFolder(Self.files)
    let words = [
      "sweep", "tiny.json", "--axis", "faults.stop.count=2..4", "--design", "random", "--points",
      "10", "--seeds", "1", "--out", "o",
    ]
    let early = try HindsightProcess.run(words + ["--dry-run"], in: folder.url)
    #expect(early.output.contains(": 3 runs, since points that coincide are run once"))
    #expect(early.error.contains(" 3 runs of"), "\(early.error)")
    let result = try HindsightProcess.run(words, in: folder.url)
    #expect(result.code == 0 && result.output.contains("all 3 runs: o/results.csv"))
    #expect(try Self.digests(folder, "o").count == 3)
    let merged = try HindsightProcess.run(["sweep", "merge", "o"], in: folder.url)
    #expect(merged.code == 0 && !merged.error.contains("do not count"), "\(merged.error)")
  }

  @Test("A full disk behind standard output may be tried again, as one behind a journal")
  func fullOutput() throws {
    let folder = try TemporaryFolder(Self.files)
    for words in ["four.json --out o", "four.json --out s --shard 0/2", "merge o"] {
      let result = try HindsightProcess.shell(
        "$hindsight sweep \(words) > /dev/full; echo $?", in: folder.url)
      #expect(result.output == "75\n" && result.error.contains("standard output"), "\(result)")
    }
  }

  @Test("A merge counts missing shards by the largest number, or says that it knows none")
  func missing() throws {
    let folder = try TemporaryFolder(Self.files)
    func run(_ words: [String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(["sweep"] + words, in: folder.url)
    }
    #expect(try run(["four.json", "--out", "o", "--shard", "0/2"]).code == 0)
    #expect(try run(["four.json", "--out", "o", "--shard", "1/3"]).code == 0)
    let both = try run(["merge", "o"])
    #expect(both.code == 3)
    #expect(
      both.error.contains(
        "missing: shard 0/3: runs of point 3\n"
          + "note: journals are of 2 and of 3 shards; those that are missing are counted by 3\n"),
      "\(both.error)")
    let path = folder.url.appending(path: "o").path
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where name.hasPrefix("journal-") {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
    let none = try run(["merge", "o"])
    #expect(none.code == 3)
    #expect(
      none.error.contains(
        "missing: runs of 4 points: 0, 1, 2, 3; no shard has begun, so that their number is not "
          + "known\n"), "\(none.error)")
  }

  @Test("What leaves out points or seeds of a folder is refused, unless it is forced")
  func smaller() throws {
    let folder = try TemporaryFolder(Self.files)
    func run(_ words: [String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(["sweep"] + words, in: folder.url)
    }
    func stops(_ values: String, _ words: [String]) -> [String] {
      ["tiny.json", "--axis", "faults.stop.count=\(values)"] + words
    }
    let whole = ["--out", "o", "--resume", "--seeds"]
    #expect(try run(stops("1,2", whole + ["2"])).code == 0)
    let expected = try Self.tables(folder, "o")
    for (values, options, size) in [
      ("1", ["2"], "a point with seeds 5 to 6"), ("1,2", ["1"], "2 points with seed 5"),
      ("1,2", ["2", "--seed", "100"], "2 points with seeds 100 to 101"),
      ("1,2", ["2", "--until-halfwidth", "50%"], "2 points with seeds 5 to 6 to within 50%"),
      ("1,2", ["2", "--design", "random", "--points", "1"], "a point with seeds 5 to 6"),
    ] {
      let other = try run(stops(values, whole + options))
      let message =
        "'o' holds 2 points with seeds 5 to 6, and this sweep, of \(size), leaves some out"
      #expect(other.code == 2 && other.error.contains(message), "\(other.error)")
    }
    #expect(try Self.tables(folder, "o") == expected)
    #expect(try run(stops("1", whole + ["2", "--force"])).code == 0)
    let merged = try run(["merge", "o"])
    #expect(merged.code == 0 && merged.error.contains("2 recorded runs are of other points"))
    #expect(try run(stops("2,1", whole + ["2"])).code == 0)
    #expect(try run(stops("1,2", whole + ["2"])).code == 0)
    #expect(try Self.tables(folder, "o") == expected, "and nothing was lost")

    let shard = ["--seeds", "1", "--out", "s", "--shard"]
    #expect(try run(stops("1,2,3,4", shard + ["0/2"])).code == 0)
    let mixed = try run(stops("1,2", shard + ["1/2"]))
    #expect(mixed.code == 2 && mixed.error.contains("leaves some out"), "\(mixed.error)")
    let merge = try run(["merge", "s"])
    #expect(
      merge.code == 3 && merge.error.contains("missing: shard 1/2: runs of 2 points: 1, 3\n"),
      "\(merge.error)")
  }

  @Test(
    "The number of a task comes from option and environment, which have to agree",
    arguments: [
      ("auto/2", ["SLURM_ARRAY_TASK_ID": "1"], 0, "shard 1/2 is finished"),
      ("auto/2", ["JOB_COMPLETION_INDEX": "0"], 0, "shard 0/2 is finished"),
      ("1/2", ["JOB_COMPLETION_INDEX": "1", "SLURM_ARRAY_TASK_ID": "1"], 0, "shard 1/2"),
      ("1/2", ["SLURM_ARRAY_TASK_ID": "0"], 2, "'--shard' says 1, and SLURM_ARRAY_TASK_ID says 0"),
      (
        "auto/2", ["SLURM_ARRAY_TASK_ID": "0", "JOB_COMPLETION_INDEX": "1"], 2,
        "SLURM_ARRAY_TASK_ID is 0, and JOB_COMPLETION_INDEX is 1"
      ),
      ("auto/2", ["SLURM_ARRAY_TASK_ID": "2"], 2, "the last of 2 shards is 1"),
      ("auto/2", ["SLURM_ARRAY_TASK_ID": "x"], 2, "which is no shard"),
      ("auto/2", [:], 2, "needs the number of the task"),
      ("2/2", [:], 2, "shards are counted from 0"),
      ("-1/2", [:], 2, "'--shard' takes K/N"),
    ] as [(String, [String: String], Int32, String)])
  func shards(shard: String, environment: [String: String], code: Int32, text: String) throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.run(
      ["sweep", "four.json", "--out", "o", "--shard=\(shard)"], in: folder.url,
      environment: environment)
    #expect(result.code == code && (result.output + result.error).contains(text), "\(result)")
  }

  @Test("A task of an array that runs everything is warned")
  func unsharded() throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.run(
      ["sweep", "four.json"], in: folder.url, environment: ["SLURM_ARRAY_TASK_ID": "3"])
    #expect(result.code == 0 && result.error.contains("without --shard auto/N"))
  }

  @Test("A dry run lists points, seeds and shards, estimates, and leaves no folder")
  func rehearses() throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.run(
      ["sweep", "four.json", "--dry-run", "--shard", "auto/3"], in: folder.url)
    #expect(result.code == 0, "\(result.error)")
    #expect(try GoldenText.difference(result.output, from: "Command/sweep-dry-run.txt") == nil)
    #expect(result.error.contains("estimate: ") && result.error.contains("8 runs of"))
    #expect(try folder.names == ["four.json", "tiny.json"])
    let json = try HindsightProcess.run(
      ["sweep", "four.json", "--dry-run", "--json"], in: folder.url)
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.sweep/1" && root["runs"] as? Int == 8)
    #expect((root["points"] as? [Any])?.count == 4)
    #expect(root["recorded"] as? Int == 0)
  }

  @Test("A dry run leaves out of its estimate what the folder holds already")
  func rehearsesRest() throws {
    let folder = try TemporaryFolder(Self.files)
    func run(_ options: [String]) throws -> HindsightProcess.Result {
      try HindsightProcess.run(["sweep", "four.json", "--out", "o"] + options, in: folder.url)
    }
    #expect(try run(["--shard", "0/4"]).code == 0)
    let names = try folder.names
    let rest = try run(["--dry-run"])
    #expect(rest.code == 0)
    #expect(rest.error.contains("recorded: 2 of 8 runs, in 'o'"), "\(rest.error)")
    #expect(rest.error.contains(" 6 runs of"))
    #expect(try run(["--dry-run", "--shard", "1/4"]).error.contains(" 2 runs of"))
    let done = try run(["--dry-run", "--shard", "0/4"])
    #expect(done.error.contains("recorded: 2 of 2 runs") && !done.error.contains("estimate"))
    #expect(try run(["--dry-run", "--json"]).output.contains("\"recorded\": 2,"))
    #expect(try run(["--dry-run", "--set", "announce.segments=1"]).error.contains(" 8 runs of"))
    #expect(try folder.names == names)
  }

  @Test("JSON is the same bytes with other jobs, and has every point with its intervals")
  func json() throws {
    let folder = try TemporaryFolder(Self.files)
    let words = ["sweep", "four.json", "--json", "--out"]
    let one = try HindsightProcess.run(words + ["a", "--jobs", "1"], in: folder.url)
    let two = try HindsightProcess.run(words + ["b", "--jobs", "2"], in: folder.url)
    #expect(one.code == 0 && one.output == two.output)
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(one.output.utf8)) as? [String: Any])
    #expect(root["complete"] as? Bool == true && root["runs"] as? Int == 8)
    let points = try #require(root["points"] as? [[String: Any]])
    let values = try #require(points[3]["values"] as? [String: String])
    #expect(values == ["faults.stop.count": "4", "mitigation": "late"])
    let metrics = try #require(points[0]["metrics"] as? [String: [String: Any]])
    #expect(metrics["outage.probability"]?["high"] as? Double != nil)
  }

  @Test("A merge refuses what is no folder of this sweep")
  func merges() throws {
    let folder = try TemporaryFolder(Self.files)
    for (words, message) in [
      ([], "'sweep merge' takes folders"), (["none"], "there is no folder 'none'"),
      (["."], "'.' holds no sweep"), (["tiny.json"], "'tiny.json' is no folder"),
      ([".", "--seeds", "3"], "'--seeds' does not go with 'sweep merge'"),
    ] as [([String], String)] {
      let result = try HindsightProcess.run(["sweep", "merge"] + words, in: folder.url)
      #expect(result.code == 2 && result.error.contains(message), "\(result.error)")
    }
    let run = ["sweep", "four.json", "--shard"]
    _ = try HindsightProcess.run(run + ["0/2", "--out", "a"], in: folder.url)
    _ = try HindsightProcess.run(run + ["1/2", "--out", "b", "--seeds", "3"], in: folder.url)
    let mixed = try HindsightProcess.run(["sweep", "merge", "a", "b"], in: folder.url)
    #expect(mixed.code == 2 && mixed.error.contains("with other points or seeds"), "\(mixed.error)")
    let partial = try HindsightProcess.run(["sweep", "merge", "a", "--partial"], in: folder.url)
    #expect(partial.code == 3)
    #expect(try folder.text(of: "a/manifest.json").contains("\"complete\": false"))
    #expect(try folder.text(of: "a/results.csv").contains("\n2,4,none,6,"))
  }

  @Test("What a scenario refuses is told at its place in the sweep's file, and nothing is written")
  func refuses() throws {
    let wrong = Self.sweep.replacing("[2,", with: "[\"many\",")
      .replacing("\"late\"", with: "\"latte\"")
    let folder = try TemporaryFolder(["tiny.json": Self.scenario, "wrong.json": wrong])
    let result = try HindsightProcess.run(["sweep", "wrong.json"], in: folder.url)
    #expect(result.code == 2)
    #expect(
      result.error.contains("wrong.json:2:71: error: there is no mitigation 'latte'"),
      "\(result.error)")
    #expect(result.error.contains("wrong.json:2:35: error:"), "\(result.error)")
    #expect(result.error.hasSuffix("reproduce: hindsight sweep wrong.json\n"))
    let more = wrong.replacing("\"seeds\": 2", with: "\"seeds\": 0, \"hypothesis\": \"zzz\"")
    try Data(more.utf8).write(to: folder.url.appending(path: "wrong.json"))
    let all = try HindsightProcess.run(["sweep", "wrong.json"], in: folder.url)
    #expect(all.code == 2 && all.error.contains("4 errors"), "\(all.error)")
    #expect(!all.error.contains("--hypothesis:"), "\(all.error)")
    let unit = Self.sweep.replacing("[2,", with: "[\"many\",")
    try Data(unit.utf8).write(to: folder.url.appending(path: "wrong.json"))
    let second = try HindsightProcess.run(["sweep", "wrong.json"], in: folder.url)
    #expect(second.code == 2 && second.error.contains("wrong.json:2:35: error:"), "\(second.error)")
    #expect(try folder.names == ["tiny.json", "wrong.json"])
  }

  @Test(
    "Interrupted, it keeps what is finished and goes on from there", arguments: ["INT", "TERM"])
  func interrupts(signal: String) throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.shell(
      """
      env --default-signal=\(signal) timeout --foreground 120 $hindsight sweep four.json --seeds 400 --jobs 1 \
        --out o >out 2>errors & sweep=$!
      for i in $(seq 1000); do [ "$(cat o/journal-* 2>/dev/null | wc -l)" -gt 5 ] && break; sleep 0.1; done
      kill -\(signal) $sweep; wait $sweep; echo $?; cat errors
      """, in: folder.url)
    #expect(result.output.hasPrefix("130\n") && result.output.contains("finished runs are kept"))
    #expect(!(try folder.text(of: "errors").isEmpty))
    let early = try HindsightProcess.run(["sweep", "merge", "o"], in: folder.url)
    #expect(early.code == 3 && early.error.contains("missing: runs of"), "\(early.error)")
  }

  @Test("A limit of the size of files is an error that leaves the journal whole")
  func limited() throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.shell(
      "ulimit -f 3; $hindsight sweep four.json --out o; echo $?", in: folder.url)
    #expect(result.output.hasSuffix("74\n") && result.error.contains("is too large"), "\(result)")
    let resumed = try HindsightProcess.run(
      ["sweep", "four.json", "--out", "o", "--resume"], in: folder.url)
    #expect(resumed.code == 0 && !resumed.error.contains("torn"), "\(resumed.error)")
  }

  @Test(
    "What is emitted quotes hostile names",
    arguments: ["slurm", "kubernetes", "parallel", "github"])
  func emits(target: String) throws {
    let folder = try TemporaryFolder(["it's.json": Self.scenario])
    let words = [
      "sweep", "it's.json", "--axis", "announce.retryDelay=1s,2s,3s", "--set",
      "title=$(touch pwned) ${{ github.token }} {}", "--out", "o o", "--shard", "auto/3",
    ]
    let result = try HindsightProcess.run(words + ["--emit", target], in: folder.url)
    #expect(result.code == 0, "\(result.error)")
    #expect(
      try GoldenText.difference(result.output, from: "Command/sweep-emit-\(target).txt") == nil)
    #expect(
      try HindsightProcess.run(
        Array(words.dropLast(2)) + ["--emit", target], in: folder.url
      ).error.contains("takes the number of shards"))
  }

  @Test("A shard that is emitted runs as many jobs as it has processors, and as it was told")
  func emittedJobs() throws {
    let folder = try TemporaryFolder(Self.files)
    func text(_ target: String, _ options: [String]) throws -> String {
      try HindsightProcess.run(
        ["sweep", "four.json", "--shard", "auto/2", "--emit", target] + options, in: folder.url
      ).output
    }
    for (options, jobs) in [([], 1), (["--jobs", "1"], 1), (["--jobs", "4"], 4)] {
      let job = try text("kubernetes", options)
      #expect(job.contains("- \"--jobs\"\n            - \"\(jobs)\"\n"), "\(job)")
      #expect(job.contains("limits: { cpu: \"\(jobs)\", memory: \(jobs)Gi }"))
      #expect(job.contains("requests: { cpu: \"\(jobs)\", memory: \(256 * jobs)Mi }"))
      #expect(try text("parallel", options).contains("--jobs \(jobs)'\n"))
    }
    #expect(try text("kubernetes", []).contains("[75, 137]"), "what is killed is tried again")
    let array = try text("slurm", ["--jobs", "4"])
    #expect(array.contains("#SBATCH --cpus-per-task=4\n"))
    #expect(array.contains("--jobs \"${SLURM_CPUS_PER_TASK:-1}\""))
    #expect(try !text("slurm", []).contains("--cpus-per-task"))
    #expect(
      try text("parallel", ["--jobs", "4"])
        .contains("parallel --jobs \"$((($(nproc) + 3) / 4))\""))
    #expect(try text("github", ["--jobs", "4"]).contains(" --jobs 4 || code=$?"))
    #expect(try !text("github", []).contains("--jobs"))
  }

  @Test(
    "More shards than a target takes are refused, or warned of where that can be set",
    arguments: [
      ("github", 256, 0, ""), ("github", 257, 2, "takes at most 256 shards, not 257"),
      ("kubernetes", 100_000, 0, ""),
      ("kubernetes", 100_001, 2, "takes at most 100,000 shards, not 100,001"),
      ("slurm", 1_001, 0, ""), ("slurm", 1_002, 0, "needs a MaxArraySize of 1002"),
      ("parallel", 1_000_000, 0, ""),
    ] as [(String, Int, Int32, String)])
  func emittedShards(target: String, count: Int, code: Int32, message: String) throws {
    let folder = try TemporaryFolder(Self.files)
    let result = try HindsightProcess.run(
      ["sweep", "four.json", "--shard", "auto/\(count)", "--emit", target], in: folder.url)
    #expect(result.code == code, "\(result.error)")
    #expect(message.isEmpty || result.error.contains(message), "\(result.error)")
    #expect(result.output.isEmpty == (code != 0))
    let isWarned = target == "slurm" && !message.isEmpty
    #expect(result.output.contains("# Careful: an array of 1002 tasks needs") == isWarned)
    #expect(!message.isEmpty || !result.error.contains("MaxArraySize"))
  }
}
