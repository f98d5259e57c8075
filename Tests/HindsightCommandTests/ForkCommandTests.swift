import Foundation
import Testing

@testable import hindsight

@Suite("hindsight fork")
struct ForkCommandTests {
  private func fork(
    _ options: [String], in folder: TemporaryFolder
  ) throws -> HindsightProcess.Result {
    try HindsightProcess.run(["fork", "small.json"] + options, in: folder.url)
  }

  @Test("Both futures are reported, and the reproduce line gives the same bytes")
  func reproduces() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let first = try fork(
      [
        "--at", "elixir.nodes.up < 97%", "--given", "clients.timeout=7s", "--set",
        "throttle.burst=50", "--fork", "sooner", "--set", "operators.restart.at=14:01:10",
        "--fork", "not at all", "--set", "operators.restart=null", "--step", "20s",
      ], in: folder)
    #expect(first.code == 0, "\(first.error)")
    #expect(first.output.contains("3 futures from 14:01:0"))
    #expect(first.output.contains("elixir.nodes.up < 97%"))
    #expect(first.output.contains("settings change"))
    #expect(!first.output.contains("events/s") && first.error.contains("s saved"))
    let line = try #require(
      first.output.split(separator: "\n").last { $0.hasPrefix("reproduce: hindsight ") })
    let words = line.dropFirst("reproduce: hindsight ".count)
    let again = try HindsightProcess.shell("$hindsight \(words) --jobs 1", in: folder.url)
    #expect(again.output == first.output)
  }

  @Test("JSON has both runs, their differences and where they part")
  func json() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try fork(
      ["--at", "14:01:20", "--set", "operators.restart=null", "--json", "--step", "10s"],
      in: folder)
    #expect(result.code == 0, "\(result.error)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let root = try #require(object as? [String: Any])
    #expect(root["schema"] as? String == "hindsight.fork/1" && root["at"] as? String == "14:01:20")
    let futures = try #require(root["futures"] as? [[String: Any]])
    let first = try #require(futures[0]["first"] as? [String: Any])
    let was = try #require(first["baseline"] as? [String: String])
    #expect(was == ["at": "14:01:30", "event": "operators.restart"])
    let straight = try HindsightProcess.run(
      ["replay", "small.json", "--json", "--set", "operators.restart=null"], in: folder.url)
    let run = try JSONSerialization.jsonObject(with: Data(straight.output.utf8)) as? [String: Any]
    #expect(futures[0]["digest"] as? String == run?["digest"] as? String)
    let series = try #require(futures[0]["series"] as? [String: [String: Any]])
    #expect((series["users.served"]?["values"] as? [Double])?.count == 5)
    let usual = try #require(
      (root["baseline"] as? [String: Any])?["series"] as? [String: [String: Any]])
    for (name, course) in series {
      let values = try #require(course["values"] as? [Double])
      let old = try #require(usual[name]?["values"] as? [Double])
      #expect(course["differences"] as? [Double] == zip(values, old).map { $0 - $1 }, "\(name)")
    }
    #expect(futures[0]["patches"] as? [String] == ["--set operators.restart=null"])
  }

  @Test(
    "What cannot be forked is refused",
    arguments: [
      (["--set", "gateway.queueBound=9000"], 2, "'--at' is missing"),
      (["--at", "14:01"], 4, "there is nothing to change"),
      (["--at", "14:00", "--set", "gateway.queueBound=9000"], 2, "'--at' is 14:00:00"),
      (["--at", "14:02", "--set", "gateway.queueBound=9000"], 2, "'--at' is 14:02:00"),
      (["--at", "later", "--set", "gateway.queueBound=9000"], 2, "--at:1:1: error:"),
      (["--at", "users.served < 1%", "--mitigation", "one-segment"], 4, "holds at no time"),
      (["--at", "14:01:40", "--set", "operators.restart=null"], 2, "--set:1:19: error:"),
      (["--at", "14:01", "--set", "elixir.rebootTime=90s"], 2, "cannot change while the company"),
      (["--at", "14:01", "--mitigation", "one-segmant"], 2, "did you mean 'one-segment'?"),
      (["--at", "14:01", "--set", "a=1", "--step", "0s"], 2, "'--step' takes a duration"),
      (["--at", "14:01"], 4, "reproduce: hindsight fork small.json --at 14:01"),
      (
        ["--at", "users.served<1%", "--mitigation", "one-segment"], 4,
        "reproduce: hindsight fork small.json --at 'users.served<1%' --mitigation one-segment"
      ),
      (["--at", "users.served < 50", "--set", "a=1"], 2, "'50' is not a share"),
      (["--at", "14:01", "--mitigation", "one-segment+"], 2, "--mitigation:1:13: error:"),
      (["--at", "14:01", "--mitigations", "all,x"], 2, "--mitigations:1:5: error:"),
      (["--at", "14:01", "--set", "operators.restrat=null"], 2, "'operators.restart'?"),
      (["--at", "14:01", "--fork", "a"], 2, "the future 'a' changes nothing"),
      (["--at", "14:01", "--fork", " ", "--set", "throttle.burst=9"], 2, "cannot be called"),
      (["--at", "14:01", "--fork", "a\u{1B}[2J", "--set", "a=1"], 2, "cannot be called"),
      (
        ["--at", "14:01", "--fork", "as it was", "--set", "throttle.burst=9"], 2,
        "the one without a change is called that"
      ),
      (
        ["--at", "14:01", "--fork", "a", "--set", "throttle.burst=9", "--fork", "a"], 2,
        "two futures are called 'a'"
      ),
    ] as [([String], Int32, String)])
  func refuses(options: [String], code: Int32, message: String) throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    let result = try fork(options, in: folder)
    #expect(result.code == code && result.output.isEmpty)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test("Interrupted, it exits with 130 and prints no half of a report")
  func interrupts() throws {
    let folder = try TemporaryFolder(["small.json": SmallScenario.text])
    // A shell without job control starts children with interrupts ignored; env takes that back.
    let result = try HindsightProcess.shell(
      """
      env --default-signal=INT timeout 60 $hindsight fork small.json --at 14:01 --given scale=1/100 \
        --set operators.restart=null 2> errors & fork=$!
      sleep 1; kill -INT $fork; wait $fork; echo $?; cat errors
      """, in: folder.url)
    #expect(result.output.hasPrefix("130\n"), "\(result.output)")
    #expect(result.output.contains("interrupted before the futures were finished"))
    #expect(result.output.contains("reproduce: hindsight fork small.json --at 14:01 --given"))
  }
}
