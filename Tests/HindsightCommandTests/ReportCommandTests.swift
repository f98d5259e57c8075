import Foundation
import Testing

@testable import hindsight

@Suite("--report")
struct ReportCommandTests {
  private func page(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: "\(name)/index.html"), encoding: .utf8)
  }

  @Test("A page is written beside what the command prints, with the same bytes each time")
  func writes() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let plain = try HindsightProcess.run(["replay", "small.json"], in: folder.url)
    let first = try HindsightProcess.run(
      ["replay", "small.json", "--report", "new/one/"], in: folder.url)
    #expect(first.code == plain.code && first.output == plain.output, "\(first.error)")
    #expect(first.error.contains("report: new/one/index.html\n"))
    let json = try HindsightProcess.run(
      ["replay", "small.json", "--report", "two", "--json"], in: folder.url)
    #expect(json.output.hasPrefix("{"))
    let text = try page(folder, "new/one")
    #expect(try page(folder, "two") == text)
    #expect(text.hasPrefix("<!DOCTYPE html>\n") && text.contains("Twenty nodes stop"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "two").path)
    #expect(names == ["index.html"])
  }

  @Test("A stranger's folder is left alone, a report of ours is replaced")
  func folders() throws {
    let folder = try TemporaryFolder([
      "small.json": SmallScenario.text, "mine/notes.txt": "mine", "site/index.html": "<p>mine</p>",
      "file": "mine",
    ])
    func run(_ name: String, _ more: [String] = []) throws -> HindsightProcess.Result {
      try HindsightProcess.run(
        ["replay", "small.json", "--report", name, "--until", "14:00:10"] + more, in: folder.url)
    }
    let notes = try run("mine")
    #expect(notes.code == 2 && notes.error.contains("'mine' holds something else than a report"))
    #expect(notes.output.isEmpty, "it fails before the run")
    let site = try run("site")
    #expect(site.code == 2 && site.error.contains("'site/index.html' exists and is no report"))
    #expect(try page(folder, "site") == "<p>mine</p>")
    #expect(try run("file").code == 74)
    #expect(try run("").code == 2)
    #expect(try run("site", ["--force"]).code == 0)
    #expect(try page(folder, "site").contains("hindsight.report/1"))
    #expect(try run("site").code == 0, "it is ours now")
    #expect(try run("mine", ["--force"]).code == 0)
    let kept = try String(contentsOf: folder.url.appending(path: "mine/notes.txt"), encoding: .utf8)
    #expect(kept == "mine")
  }

  @Test("Comparisons, forks, sweeps and phase diagrams have pages")
  func commands() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let until = ["--until", "14:01:20", "--seed", "1"]
    let commands: [(String, [String])] = [
      ("Comparison", ["compare", "small.json", "--seeds", "2", "--assumptions", "0"]),
      ("Fork", ["fork", "small.json", "--at", "14:00:30", "--set", "throttle.rate=10/s"]),
      (
        "Sweep",
        [
          "sweep", "small.json", "--axis", "mitigation=none,one-segment", "--seeds", "1", "--out",
          "out",
        ]
      ),
    ]
    for (kind, words) in commands {
      let result = try HindsightProcess.run(
        words + until + ["--report", kind, "--progress", "never"], in: folder.url)
      #expect(result.code == 0, "\(result.error)")
      let text = try page(folder, kind)
      #expect(
        text.contains("\(kind): ") && text.contains("<pre tabindex=\"0\">hindsight \(words[0]) "))
      #expect(!text.contains("--report"), "the line gives the run again, wherever it is written to")
    }
    let merged = try HindsightProcess.run(
      ["sweep", "merge", "out", "--report", "merged"], in: folder.url)
    #expect(merged.code == 0 && merged.error.contains("report: merged/index.html"))
  }

  @Test(
    "What has no page says so before it runs",
    arguments: [
      ["replay", "small.json", "--events", "1..2"], ["compare", "small.json", "--causes"],
      ["compare", "small.json", "--optimise", "throttle"],
      ["sweep", "small.json", "--cliff", "throttle.burst"],
      ["sweep", "small.json", "--axis", "mitigation=none", "--dry-run"],
      ["sweep", "small.json", "--axis", "mitigation=none", "--shard", "0/2"],
    ])
  func refused(words: [String]) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try HindsightProcess.run(words + ["--report", "page"], in: folder.url)
    #expect(result.code == 2 && result.error.contains("'--report' does not go with '--"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "page").path))
  }
}
