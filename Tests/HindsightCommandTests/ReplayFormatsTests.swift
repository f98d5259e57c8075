import Foundation
import Testing

@testable import hindsight

@Suite("hindsight replay, files for other tools")
struct ReplayFormatsTests {
  private static let pairs = [
    ("--trace", "a.json"), ("--otlp", "a.jsonl"), ("--openmetrics", "a.om"), ("--influx", "a.lp"),
    ("--csv", "a.csv"),
  ]
  private static let options = pairs.flatMap { [$0.0, $0.1] }
  private static let files = pairs.map(\.1)

  private static func replay(
    _ options: [String], in folder: TemporaryFolder
  ) throws -> HindsightProcess.Result {
    try HindsightProcess.run(["replay", "small.json"] + options, in: folder.url)
  }

  @Test("All formats of one run are the same bytes each time, and the report is what it is without")
  func writes() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let plain = try Self.replay([], in: folder)
    let traced = try Self.replay(Self.options, in: folder)
    #expect(traced.code == plain.code && traced.output == plain.output, "\(traced.error)")
    #expect(traced.error.contains("--trace: ") && traced.error.contains(" spans"))
    let first = try Self.files.map(folder.text(of:))
    #expect(first.allSatisfy { $0.utf8.count > 1_000 })
    // Files of ours are replaced without being asked.
    #expect(try Self.replay(Self.options, in: folder).code == 0)
    #expect(try Self.files.map(folder.text(of:)) == first)
    #expect(try folder.names == (Self.files + ["small.json"]).sorted())
    #expect(try Self.replay(Self.options + ["--seed", "8"], in: folder).code <= 1)
    let other = try Self.files.map(folder.text(of:))
    #expect(zip(first, other).allSatisfy { $0 != $1 })
  }

  @Test("A file that is not ours is kept", arguments: pairs)
  func keeps(option: String, file: String) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text, file: "precious"])
    let refused = try Self.replay([option, file, "--until", "14:00:10"], in: folder)
    #expect(refused.code == 2 && refused.output.isEmpty && refused.error.contains("--force"))
    #expect(try folder.text(of: file) == "precious")
    let forced = try Self.replay([option, file, "--until", "14:00:10", "--force"], in: folder)
    #expect(forced.code == 0, "\(forced.error)")
    #expect(try folder.text(of: file) != "precious")
  }

  @Test("A limit is kept and told of")
  func limits() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try Self.replay(["--trace", "a.json", "--file-limit", "12kB"], in: folder)
    #expect(result.code == 0, "\(result.error)")
    #expect(try folder.text(of: "a.json").utf8.count <= 12_000)
    #expect(result.error.contains("; the limit left "))
    let series = try Self.replay(
      ["--csv", "a.csv", "--influx", "a.lp", "--file-limit", "9kB"], in: folder)
    #expect(series.code == 0, "\(series.error)")
    for file in ["a.csv", "a.lp"] { #expect(try folder.text(of: file).utf8.count <= 9_000) }
    #expect(series.error.contains("--csv: one of "), "\(series.error)")
    // Where one cannot keep it, none is written.
    let tiny = try Self.replay(
      ["--trace", "b.json", "--csv", "b.csv", "--file-limit", "100B"], in: folder)
    #expect(tiny.code == 2 && tiny.error.contains("less than a file without any span has for"))
    #expect(try folder.names == ["a.csv", "a.json", "a.lp", "small.json"])
  }

  @Test("Times are of the day that is given")
  func days() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let options = ["--csv", "a.csv", "--until", "14:00:10"]
    _ = try Self.replay(options, in: folder)
    #expect(try folder.text(of: "a.csv").contains("\n1970-01-01T14:00:00Z,users.served,users,"))
    _ = try Self.replay(options + ["--date", "2020-03-16-07:00"], in: folder)
    #expect(try folder.text(of: "a.csv").contains("\n2020-03-16T14:00:00-07:00,users.served"))
  }

  @Test(
    "What cannot be meant is refused before the run",
    arguments: [
      (["--file-limit", "0"], "takes a size"), (["--file-limit", "5 MB"], "takes a size"),
      (["--file-limit", "-1"], "takes a size"),
      (["--file-limit", "9999999999GB"], "takes a size"),
      (["--date", "16 March"], "takes a day"), (["--trace-sampling", "half"], "fan-out"),
      (["--csv", "x", "--influx", "x"], "same file"),
      (["--csv", "x", "--events", "1..2"], "takes a report"),
    ] as [([String], String)])
  func refuses(options: [String], message: String) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try Self.replay(options, in: folder)
    #expect(result.code == 2 && result.output.isEmpty, "\(result.output)")
    #expect(result.error.contains(message), "\(result.error)")
    #expect(try folder.names == ["small.json"])
  }

  @Test(
    "Sizes have units",
    arguments: [
      (nil, 50_000_000), ("500", 500), ("500B", 500), ("3kB", 3_000), ("3KiB", 3_072),
      ("2MB", 2_000_000), ("2MiB", 2_097_152), ("1GB", 1_000_000_000), ("1024GiB", 1 << 40),
    ] as [(String?, Int)])
  func sizes(text: String?, bytes: Int) throws {
    #expect(try ReplayFormats.limit(text) == bytes)
  }
}
