import Observation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("Exercises")
struct ExercisesTests {
  /// Three minutes of a tiny company; API nodes announce themselves every few seconds.
  private static func exercises(_ rest: String, until: Int64 = 180) throws -> [Exercise] {
    let scenario = try OutageScenario(
      ScenarioDocument(
        name: "test.json",
        text: """
          { "scenario": "s", "end": "00:03:00", "scale": "1/20000",
            "elixir": { "clusters": { "sessions": 4, "guilds": 4, "presence": 2, "other": 2 } },
            "api": { "nodes": { "initial": 12, "min": 4 } },
            "guilds": { "loadConcurrency": 100 }, \(rest) }
          """))
    var simulation = scenario.simulation(seed: 1)
    simulation.run(until: second(until))
    return simulation.world.exercises(at: simulation.now)
  }

  @Test(
    "A fault counts what it meets",
    arguments: [
      (#""kind": "elixirNodes", "cluster": "guilds", "count": 3"#, 3...3),
      (#""kind": "apiNodes", "count": 5"#, 5...5),
      (#""kind": "apiNodes", "count": 500"#, 12...12),
      (#""kind": "connections", "share": "100%""#, 500...500),
      (#""kind": "connections", "share": "0%""#, 0...0),
      (#""kind": "fin", "target": "anyNode", "nth": 3"#, 1...1),
      (#""kind": "fin", "target": "anyNode", "nth": 100000"#, 0...0),
      (#""kind": "partition", "duration": "60s""#, 12...90),
      (#""kind": "linkDelay", "delay": "1s", "duration": "60s""#, 12...60),
      (#""kind": "linkDuplicate", "duration": "60s""#, 12...60),
      (#""kind": "linkLoss", "loss": "90%", "duration": "60s""#, 6...120),
      (#""kind": "linkLoss", "loss": "0%", "duration": "60s""#, 0...0),
      (#""kind": "linkHalfOpen", "duration": "60s""#, 12...90),
      (#""kind": "linkDelay", "delay": "1s", "duration": "0s""#, 0...0),
      (#""kind": "linkDelay", "delay": "0s", "link": "sessionsToAPI""#, 0...0),
      (#""kind": "linkDelay", "delay": "1s", "link": "apiToScylla""#, 0...0),
      (#""kind": "etcdDiskSlow", "duration": "60s""#, 12...60),
      (#""kind": "etcdMemberPartitioned", "duration": "60s""#, 4...30),
      (#""kind": "etcdLeaderLost""#, 0...12),
    ] as [(String, ClosedRange<Int>)])
  func faults(kind: String, counts: ClosedRange<Int>) throws {
    let all = try Self.exercises(#""faults": { "a": { "at": "00:01:00", \#(kind) } }"#)
    let exercise = try #require(all.first)
    #expect(all.count == 1 && exercise.id == "faults.a" && exercise.kind == .fault)
    #expect(counts.contains(exercise.count), "\(exercise.count) \(exercise.unit)")
  }

  @Test(
    "A slow disk that is no slower than the others slows nothing",
    arguments: [#""slowDisk": 1"#, #""writeTime": "0s""#])
  func slowDisks(setting: String) throws {
    let fault = #"{ "at": "00:01:00", "kind": "etcdDiskSlow", "duration": "60s" }"#
    let all = try Self.exercises(#""etcd": { \#(setting) }, "faults": { "a": \#(fault) }"#)
    #expect(all.map(\.count) == [0])
  }

  @Test("Faults of one kind have figures of their own")
  func apart() throws {
    let all = try Self.exercises(
      """
      "faults": {
        "none": { "kind": "connections", "at": "00:01:00", "share": "0%" },
        "all": { "kind": "connections", "at": "00:01:00", "share": "100%" },
        "stop": { "kind": "elixirNodes", "cluster": "guilds", "at": "00:01:00", "count": 2 },
        "again": { "kind": "elixirNodes", "cluster": "guilds", "at": "00:01:10", "count": 3 },
        "cut": { "kind": "partition", "at": "00:01:20", "duration": "30s" },
        "later": { "kind": "partition", "at": "00:02:30", "duration": "0s" },
        "last": { "kind": "fin", "at": "00:02:50" } }
      """, until: 170)
    let names = ["none", "all", "stop", "again", "cut", "later"]
    #expect(all.map(\.id) == names.map { "faults.\($0)" })
    #expect(all[0].count == 0 && all[1].count > 100)
    #expect(all[2].count == 2 && all[3].count == 1, "two of the three had stopped already")
    #expect(all[4].count > 0 && all[5].count == 0)
  }

  @Test(
    "A database's fault counts the reads that it changes, and none where its value changes nothing",
    arguments: [
      (#""kind": "scyllaNodeSlow", "cluster": "sessions", "factor": 5"#, 1...1_000_000),
      (#""kind": "scyllaNodeSlow", "cluster": "sessions", "factor": 1"#, 0...0),
      (#""kind": "scyllaHotPartition", "cluster": "sessions", "share": "20%""#, 1...1_000_000),
      (#""kind": "scyllaHotPartition", "cluster": "sessions", "share": "0%""#, 0...0),
    ] as [(String, ClosedRange<Int>)])
  func databases(kind: String, counts: ClosedRange<Int>) throws {
    // Half of the sessions' nodes stop, so that clients and guilds read anew.
    let all = try Self.exercises(
      """
      "faults": {
        "slow": { "at": "00:00:50", \(kind) },
        "stop": { "kind": "elixirNodes", "cluster": "sessions", "at": "00:01:00", "count": 2 },
        "drop": { "kind": "connections", "at": "00:01:30", "share": "100%" } }
      """)
    let exercise = try #require(all.first { $0.id == "faults.slow" })
    #expect(counts.contains(exercise.count), "\(exercise.count) \(exercise.unit)")
  }

  @Test(
    "A throttle that was to be set and was not has refused nobody",
    arguments: [
      (#""when": "users.served < 1%""#, true), (#""at": "00:01:00""#, true),
      (#""at": "00:02:59""#, false),
    ])
  func plannedThrottle(occasion: String, isPlanned: Bool) throws {
    let step =
      #""operators": { "a": { "action": "setThrottle", \#(occasion), "rate": "1000000/s" } }"#
    let all = try Self.exercises(step, until: 170)
    #expect(all.map(\.id) == (isPlanned ? ["throttle", "operators.a"] : []))
    #expect(all.allSatisfy { $0.count == 0 && $0.kind == .throttle })
    let lift = #""operators": { "a": { "action": "liftThrottle", "at": "00:01:00" } }"#
    #expect(try Self.exercises(lift).isEmpty)
  }

  @Test("Each limit that operators set counts what is refused while it is in force")
  func limits() throws {
    let all = try Self.exercises(
      """
      "faults": { "drop": { "at": "00:01:00", "kind": "connections", "share": "100%" } },
      "operators": {
        "early": { "action": "setThrottle", "at": "00:00:30", "rate": "10/s" },
        "wide": { "action": "setThrottle", "at": "00:00:40", "rate": "10000000/s" },
        "burst": { "action": "deploy", "at": "00:00:45", "set": { "gateway": { "queueBound": 77 } } },
        "tight": { "action": "setThrottle", "at": "00:00:50", "rate": "10/s" },
        "same": { "action": "setThrottle", "at": "00:01:20", "rate": "10/s" },
        "off": { "action": "liftThrottle", "at": "00:02:00" } }
      """)
    let counts = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.count) })
    #expect(counts["operators.early"] == 0 && counts["operators.wide"] == 0)
    let (tight, same) = (
      try #require(counts["operators.tight"]), try #require(counts["operators.same"])
    )
    #expect(tight > 0 && same > 0 && tight + same == counts["throttle"], "\(counts)")
    #expect(counts["operators.off"] == nil && counts["operators.burst"] == nil)
  }

  @Test(
    "A throttle counts what it refuses, and none is none",
    arguments: [
      ("10000000/s", "0%", 0...0), ("10/s", "100%", 1...50_000),
    ] as [(String, String, ClosedRange<Int>)])
  func throttle(rate: String, share: String, counts: ClosedRange<Int>) throws {
    let fault = #"{ "at": "00:01:00", "kind": "connections", "share": "\#(share)" }"#
    let drop = #""faults": { "a": \#(fault) }"#
    #expect(try Self.exercises(drop).map(\.kind) == [.fault])
    let all = try Self.exercises(#""throttle": { "rate": "\#(rate)" }, \#(drop)"#)
    let throttle = try #require(all.last)
    #expect(throttle.kind == .throttle)
    #expect(counts.contains(throttle.count), "\(throttle.count)")
  }
}
