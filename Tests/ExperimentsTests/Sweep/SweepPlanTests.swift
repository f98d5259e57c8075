import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

@Suite("Plans of a sweep")
struct SweepPlanTests {
  private static let designs: [SweepDesign] = [
    .grid, .init(kind: .random, points: 7, seed: 1),
    .init(kind: .latinHypercube, points: 7, seed: .max),
    .init(kind: .sobol, points: 8, seed: 3),
  ]

  @Test("A plan that was written is read as the same plan", arguments: designs)
  func roundTrip(design: SweepDesign) throws {
    let ranges = design.kind == .grid ? [] : ["throttle.rate=100/s..4000/s"]
    let sweep = try SweepFixture.sweep(
      ["announce.retryDelay=0.5s..2s/3/log", "mitigation=none,all"] + ranges, seeds: 3,
      firstSeed: .max, halfWidth: 0.05, design: design, patches: [.set("announce.segments=1")])
    let plan = sweep.plan
    let read = try #require(SweepPlan(SourceText(name: "sweep.json", text: plan.text)))
    #expect(read.text == plan.text && read.identity == plan.identity)
    for point in 0..<plan.pointCount {
      #expect(read.values(of: point) == plan.values(of: point))
      #expect(read.keys(of: point).key(seed: 7) == plan.keys(of: point).key(seed: 7))
    }
  }

  @Test("What is no plan is not read")
  func foreign() throws {
    let text = try SweepFixture.sweep(["supervision.maxRestarts=1,2"]).plan.text
    #expect(SweepPlan(SourceText(name: "x", text: "{}")) == nil)
    #expect(SweepPlan(SourceText(name: "x", text: String(text.dropLast(3)))) == nil)
    let changed = text.replacing("\"version\": \"test\"", with: "\"version\": \"other\"")
    #expect(SweepPlan(SourceText(name: "x", text: changed)) == nil, "its fingerprint is not right")
  }

  @Test(
    "A plan with a number out of its range is not read",
    arguments: [
      ("\"halfWidth\": 0.05", "\"halfWidth\": 0"), ("\"halfWidth\": 0.05", "\"halfWidth\": -1"),
      ("\"halfWidth\": 0.05", "\"halfWidth\": 1.5"),
      ("\"halfWidth\": 0.05", "\"halfWidth\": \"x\""),
      ("\"points\": 8", "\"points\": 0"), ("\"points\": 8", "\"points\": 10000001"),
      ("\"seeds\": 3", "\"seeds\": 0"), ("\"seeds\": 3", "\"seeds\": 9223372036854775807"),
    ])
  func ranges(old: String, new: String) throws {
    let text = try SweepFixture.sweep(
      ["throttle.rate=100/s..4000/s"], seeds: 3, halfWidth: 0.05,
      design: .init(kind: .sobol, points: 8, seed: 3)
    ).plan.text
    try #require(text.contains(old) && SweepPlan(SourceText(name: "x", text: text)) != nil)
    let changed = SourceText(name: "x", text: text.replacing(old, with: new))
    #expect(SweepPlan(changed) == nil)
  }

  @Test("A grid that is too large to be counted is not read")
  func overflow() throws {
    let values = (0..<2048).map { "\($0)" }
    let plan = SweepPlan(
      name: "x", version: "test", scenarios: [.init(name: "s", bytes: [])],
      axes: (0..<6).map { SweepAxis(name: "a\($0)", levels: .list(Array(values.prefix(1)))) },
      design: .grid, patches: [], until: nil, replication: .init(firstSeed: 1, count: 1))
    // Identity leaves out the values: it stays what it was.
    let list = values.map { "\"\($0)\"" }.joined(separator: ", ")
    let text = plan.text.replacing("\"values\": [\"0\"]", with: "\"values\": [\(list)]")
    try #require(text.contains("2047"))
    #expect(SweepPlan(SourceText(name: "x", text: text)) == nil)
  }

  @Test("More values and seeds leave identity and keys alone; anything else changes them")
  func identity() throws {
    let axes = ["supervision.maxRestarts=1,2", "mitigation=none,one"]
    let plan = try SweepFixture.sweep(axes).plan
    let more = try SweepFixture.sweep(
      ["supervision.maxRestarts=3,2,1", "mitigation=one,none,idle"], seeds: 9, firstSeed: 77
    ).plan
    #expect(more.identity == plan.identity && plan.difference(from: more) == nil)
    func key(_ plan: SweepPlan, _ values: [String]) throws -> SweepKey {
      let point = try #require((0..<plan.pointCount).first { plan.values(of: $0) == values })
      return plan.keys(of: point).key(seed: 5)
    }
    #expect(try key(plan, ["2", "one"]) == key(more, ["2", "one"]))
    #expect(try key(plan, ["2", "one"]) != key(plan, ["2", "none"]))
    let others = [
      try SweepFixture.sweep(["supervision.maxRestarts=1,2"]).plan,
      try SweepFixture.sweep(axes, patches: [.set("announce.retryDelay=1s")]).plan,
      try SweepFixture.sweep(axes, text: SweepFixture.text + "\n").plan,
    ]
    for other in others {
      #expect(other.identity != plan.identity && plan.difference(from: other) != nil)
    }
    #expect(try key(plan, ["2", "one"]) != key(others[2], ["2", "one"]), "other bytes")
  }

  @Test("A plan covers one whose points and seeds it all has, whatever their order and design")
  func covers() throws {
    func plan(
      _ values: String, seeds: Int = 3, firstSeed: UInt64 = 5, halfWidth: Double? = nil
    ) throws -> SweepPlan {
      try SweepFixture.sweep(
        ["faults.stop.count=\(values)", "mitigation=none,one"], seeds: seeds, firstSeed: firstSeed,
        halfWidth: halfWidth
      ).plan
    }
    func sobol(_ points: Int, seed: UInt64 = 1) throws -> SweepPlan {
      try SweepFixture.sweep(
        ["faults.stop.count=1,2,3,4,5,6,7,8", "throttle.rate=100/s..4000/s"],
        design: .init(kind: .sobol, points: points, seed: seed)
      ).plan
    }
    let base = try plan("1,2")
    for (larger, smaller) in [
      (base, base), (try plan("3,2,1"), base), (try plan("1,2", seeds: 9), base),
      (try plan("1,2", seeds: 9, firstSeed: 1), base), (base, try plan("2", seeds: 1)),
      (try plan("1,2", halfWidth: 0.01), try plan("1,2", halfWidth: 0.05)),
      (base, try plan("1,2", halfWidth: 0.05)), (try sobol(8), try sobol(4)),
      (
        try plan("1", seeds: 2, firstSeed: .max), try plan("1", seeds: 1, firstSeed: 0)
      ),
    ] {
      #expect(larger.covers(smaller) && larger.identity == smaller.identity)
      #expect(larger.text == smaller.text || !smaller.covers(larger))
    }
    for other in [
      try plan("1,3"), try plan("1,2", firstSeed: 6), try plan("1,2", firstSeed: .max),
    ] {
      #expect(!other.covers(base) && !base.covers(other))
    }
    #expect(!(try sobol(4, seed: 2).covers(sobol(4))))
  }

  @Test("A hundred thousand values of a range take a line of the plan, and are those of a list")
  func longRange() throws {
    let ranges = ["announce.retryDelay=100ms..10s/100000"]
    let plan = try SweepFixture.sweep(ranges).plan
    #expect(plan.pointCount == 100_000 && plan.text.utf8.count < 1_000)
    let read = try #require(SweepPlan(SourceText(name: "x", text: plan.text)))
    let values = ["100ms", "100.099ms", "5.05005s", "10s"]
    for (point, value) in zip([0, 1, 50_000, 99_999], values) {
      #expect(plan.values(of: point) == [value] && read.values(of: point) == [value])
    }
    let list = try SweepFixture.sweep(["announce.retryDelay=\(values.joined(separator: ","))"]).plan
    #expect(list.keys(of: 1).key(seed: 5) == plan.keys(of: 1).key(seed: 5))
    #expect(plan.covers(list) && !list.covers(plan))
    for steps in ["1", "100001", "-5", "\"x\""] {
      let text = plan.text.replacing("\"steps\": 100000", with: "\"steps\": \(steps)")
      #expect(SweepPlan(SourceText(name: "x", text: text)) == nil, "\(steps)")
    }
  }

  @Test("Tables of a manifest that names the values of a range one by one are those of the range")
  func oldManifest() throws {
    let range = try SweepFixture.sweep(["announce.retryDelay=1s..3s/3"]).plan
    let list = try SweepFixture.sweep(["announce.retryDelay=1s,2s,3s"]).plan
    let other = try SweepFixture.sweep(["announce.retryDelay=1s,3s,2s"]).plan
    let completeness = SweepCompleteness()
    let tables = [SweepManifest.Table(name: "results.csv", bytes: 7)]
    func found(_ written: SweepPlan) -> [SweepManifest.Table]? {
      let text = SweepManifest(written, completeness, tables: tables).text
      return SweepManifest.tables(in: SourceText(name: "m", text: text), for: range, completeness)
    }
    #expect(range.text != list.text && found(range) == tables && found(list) == tables)
    #expect(found(other) == nil)
  }

  @Test("What a sweep's file and its scenario say against it is told at once, each at its place")
  func everyError() throws {
    let document = try ScenarioDocument(
      name: "s.json",
      text: """
        { "sweep": "x", "scenario": "tiny.json",
          "hypothesis": "zzz",
          "scale": "3/1",
          "axes": {
            "faults.stop.count": [4, "banana", -1, 300],
            "mitigation": ["nonee"],
            "faults.stop.countt": [1, 2]
          } }
        """)
    let request = try SweepFile(document).request
    let errors = #expect(throws: ScenarioErrors.self) {
      try Sweep(request, sources: [SweepFixture.source()], version: "test")
    }
    let found = (errors?.errors ?? []).map {
      "\($0.location?.fileName ?? ""):\($0.location?.line ?? 0): \($0.message)"
    }
    let expected = [
      "s.json:2: there is no hypothesis 'zzz'", "s.json:3: 'scale' is 3",
      "s.json:5: 'faults.stop.count' takes a whole number", "s.json:5: 'faults.stop.count' is -1",
      "s.json:6: there is no mitigation 'nonee'", "s.json:7: ",
    ]
    for start in expected {
      #expect(found.contains { $0.hasPrefix(start) }, "\(start) in \(found)")
    }
    #expect(found.allSatisfy { $0.hasPrefix("s.json:") }, "\(found)")
  }

  @Test("A design that cannot be counted is told beside everything else")
  func wrongDesign() {
    let errors = SweepFixture.errors(
      ["announce.segments=1,two", "mitigation=nonee"],
      design: .init(kind: .sobol, points: nil, seed: 1))
    #expect(errors.count == 3, "\(errors)")
  }

  @Test("The last axis of a grid runs fastest")
  func order() throws {
    let plan = try SweepFixture.sweep(["supervision.maxRestarts=1,2", "mitigation=none,one,idle"])
      .plan
    #expect(
      (0..<6).map { plan.values(of: $0).joined(separator: " ") }
        == ["1 none", "1 one", "1 idle", "2 none", "2 one", "2 idle"])
  }

  @Test("A sweep's file is read as its options would be")
  func file() throws {
    let document = try ScenarioDocument(
      name: "s.json",
      text: """
        { "sweep": "restarts", "scenario": "tiny.json", "scale": "1/100000", "until": "00:00:10",
          "set": { "announce": { "segments": 1 } },
          // Comments are fine.
          "axes": {
            "supervision.maxRestarts": [2, 3],
            "announce.retryDelay": { "from": "0.5s", "to": "2s", "steps": 3, "spacing": "log" },
            "mitigation": ["none", "one"],
          },
          "seeds": 4, "seed": 9, "untilHalfWidth": "5%" }
        """)
    #expect(SweepFile.isSweep(document))
    let file = try SweepFile(document)
    #expect(file.scenario == "tiny.json")
    let plan = try Sweep(
      file.request, sources: [SweepFixture.source()], version: "test"
    ).plan
    #expect(plan.axes.map(\.count) == [2, 3, 2] && plan.pointCount == 12)
    #expect(plan.values(of: 3) == ["2", "1s", "one"])
    #expect(plan.replication == .init(firstSeed: 9, count: 4, halfWidth: 0.05))
    #expect(plan.until?.description == "00:00:10")
    #expect(plan.patches == [#"set {"announce":{"segments":1}}"#, "--scale 1/100000"])
    #expect(!SweepFile.isSweep(try ScenarioDocument(name: "t", text: SweepFixture.text)))
  }

  @Test("Every mistake in a sweep's file is told at once, at its place")
  func fileErrors() throws {
    let document = try ScenarioDocument(
      name: "s.json",
      text: """
        { "sweep": "a b",
          "scenaro": "tiny.json",
          "design": "sobl",
          "seeds": 0,
          "axes": {
            "a..b": [1],
            "c": 5,
            "d": { "from": 1, "too": 2 },
            "e": { "from": "1s", "to": "2s", "steps": 1 }
          } }
        """)
    let errors = #expect(throws: ScenarioErrors.self) { try SweepFile(document) }
    let found = (errors?.errors ?? []).map { "\($0.location?.line ?? 0): \($0.message)" }
    let expected = [
      "1: 'sweep' cannot be 'a b'", "2: ", "3: 'design' cannot be 'sobl'", "4: 'seeds' is 0",
      "6: expected a key", "7: an axis takes a list or a range, not the number 5", "8: ",
      "9: 'steps' is 1",
    ]
    for start in expected {
      #expect(found.contains { $0.hasPrefix(start) }, "\(start) in \(found)")
    }
    #expect(found.contains { $0.contains("'to' is missing") }, "\(found)")
  }
}
