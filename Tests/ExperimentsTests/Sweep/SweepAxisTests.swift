import Scenarios
import Systems
import Testing

@testable import Experiments

@Suite("Axes of a sweep")
struct SweepAxisTests {
  @Test(
    "Lists and ranges of options become values with their units",
    arguments: [
      ("announce.segments=1,2,3", ["1", "2", "3"]),
      ("announce.retryDelay=0.1s..3s/5", ["0.1s", "825ms", "1.55s", "2.275s", "3s"]),
      ("announce.retryDelay=10ms..1s/3/log", ["10ms", "100ms", "1s"]),
      ("announce.retryDelay=1s..2s/4", ["1s", "1.33333s", "1.66667s", "2s"]),
      ("throttle.rate=100/s..4000/s/3", ["100/s", "2050/s", "4000/s"]),
      ("clients.online=1000..100000/3/log", ["1000", "10000", "100000"]),
      ("network.loss=0%..1%/3", ["0%", "0.5%", "1%"]),
      ("scale=1/1000..1/10/3/log", ["1/1000", "0.01", "1/10"]),
      ("supervision.maxRestarts=1..4/4", ["1", "2", "3", "4"]),
      ("operators.restart.at=00:00:05..00:00:07/3", ["00:00:05", "00:00:06", "00:00:07"]),
      ("mitigation=none,idle,idle+one", ["none", "idle", "idle+one"]),
      ("mitigation=none,all", ["none", "idle", "one", "late"]),
      ("hypothesis=all", ["soon", "late"]),
    ])
  func values(option: String, values: [String]) throws {
    let request = try SweepAxisRequest(option: option)
    let (sources, base) = try Self.base()
    var sweep = SweepRequest(name: "x", axes: [request])
    sweep.seeds = 1
    var builder = SweepAxisBuilder(sweep, sources, base)
    builder.build()
    #expect(builder.errors.isEmpty, "\(builder.errors)")
    #expect(builder.axes.map { axis in (0..<(axis.count ?? 0)).map(axis.text) } == [values])
  }

  private static func base() throws -> ([Sweep.Source], OutageScenario) {
    let source = try SweepFixture.source()
    return ([source], try OutageScenario(source.file.resolve([]).document))
  }

  @Test(
    "What is wrong with an axis is said at its place",
    arguments: [
      ("announce.segments", "--axis:1:18 expected '=' and values behind the path"),
      ("=1", "--axis:1:1 expected a key"),
      ("announce.segments=", "--axis:1:19 expected a value"),
      ("announce.segments=1,,2", "--axis:1:21 expected a value"),
      ("announce.segments=1,two,2", "--axis:1:21 'announce.segments' takes a whole number"),
      ("announce.segmnts=1,2", "--axis:1:1 there is no parameter 'announce.segmnts'"),
      ("announce.segments=1,1", "--axis:1:21 '1' stands here twice"),
      ("announce.segments=1..2/5", "--axis:1:1 the range has '1' twice"),
      ("announce.retryDelay=1s..2/3", "--axis:1:25 '1s' and '2' are different things"),
      ("announce.retryDelay=3s..1s/3", "--axis:1:25 a range goes upwards"),
      ("announce.retryDelay=0s..1s/3/log", "--axis:1:21 a logarithmic range begins above zero"),
      ("announce.retryDelay=1s..2s/1", "--axis:1:28 a range has 2 to"),
      ("announce.retryDelay=1s..2s", "--axis:1:25 a range of a grid says how many values it has"),
      ("announce.retryDelay=soon..2s/3", "--axis:1:21 'soon' is no end of a range"),
      ("mitigation=none,idel", "--axis:1:17 there is no mitigation 'idel'"),
      ("hypothesis=soo", "--axis:1:12 there is no hypothesis 'soo'"),
      ("mitigation=1..3/3", "--axis:1:1 'mitigation' takes a list of names, no range"),
      ("seed=1,2", "--axis:1:1 'seed' is no axis"),
      ("facts=1", "--axis:1:1 a patch may not change 'facts'"),
    ])
  func refused(option: String, error: String) {
    let errors: [String]
    do {
      _ = try SweepAxisRequest(option: option)
      errors = SweepFixture.errors([option])
    } catch {
      errors = error.errors.map { "\($0.location?.description ?? "") \($0.message)" }
    }
    #expect(errors.count == 1 && errors[0].hasPrefix(error), "\(errors)")
  }

  @Test("All mistakes of all axes are told at once, each once")
  func everything() {
    let errors = SweepFixture.errors([
      "announce.segments=1,two", "announce.retryDelay=1s,5 parsecs", "mitigation=idle",
    ])
    #expect(errors.count == 2, "\(errors)")
  }

  @Test("The same axis twice, and one hypothesis beside an axis of them, are conflicts")
  func conflicts() {
    #expect(
      SweepFixture.errors(["announce.segments=1,2", "announce.segments=3"])
        == ["--axis:1:1 'announce.segments' is an axis already | "])
    #expect(
      SweepFixture.errors(["hypothesis=soon,late"], patches: [.hypothesis("soon")]).first?
        .contains("exclude each other") == true)
  }

  @Test("A design that is no grid takes points, and ranges without steps")
  func designs() throws {
    let axis = ["announce.retryDelay=1s..2s"]
    let missing = SweepFixture.errors(axis, design: .init(kind: .sobol, points: nil, seed: 1))
    #expect(missing.first?.contains("takes a number of points") == true, "\(missing)")
    let grid = SweepFixture.errors(
      ["announce.segments=1,2"], design: .init(kind: .grid, points: 4, seed: 1))
    #expect(grid.first?.contains("as many points as its axes") == true, "\(grid)")
    for kind in [SweepDesign.Kind.random, .latinHypercube, .sobol] {
      let plan = try SweepFixture.sweep(
        axis + ["mitigation=none,one"], design: .init(kind: kind, points: 16, seed: 3)
      ).plan
      let values = (0..<16).map(plan.values)
      #expect(plan.pointCount == 16 && Set(values.map { $0[0] }).count == 16)
      let share = values.count { $0[1] == "one" }
      // One in each of sixteen slices, and the first points of Sobol's sequence, are balanced.
      #expect(kind == .random ? share > 2 && share < 14 : share == 8, "\(kind) \(share)")
    }
  }

  @Test(
    "A Latin hypercube over as many whole numbers as points tries each one once",
    arguments: [1, 2, 3] as [UInt64])
  func wholeSlices(seed: UInt64) throws {
    let plan = try SweepFixture.sweep(
      ["faults.stop.count=1..10", "announce.segments=2..11"],
      design: .init(kind: .latinHypercube, points: 10, seed: seed)
    ).plan
    for (axis, first) in [(0, 1), (1, 2)] {
      let values = (0..<10).map { plan.values(of: $0)[axis] }
      #expect(Set(values) == Set((first..<(first + 10)).map { "\($0)" }), "\(values)")
    }
  }

  @Test(
    "Of a range of whole numbers each is equally likely, the ends too",
    arguments: [SweepDesign.Kind.random, .latinHypercube, .sobol])
  func wholeShares(kind: SweepDesign.Kind) throws {
    let points = 1_024
    let plan = try SweepFixture.sweep(
      ["faults.stop.count=3..6"], design: .init(kind: kind, points: points, seed: 9)
    ).plan
    var counts: [String: Int] = [:]
    for point in 0..<points { counts[plan.values(of: point)[0], default: 0] += 1 }
    #expect(counts.keys.sorted() == ["3", "4", "5", "6"])
    // Five standard deviations of a fair share; the others are balanced.
    let most = kind == .random ? 70 : 1
    #expect(counts.values.allSatisfy { abs($0 - points / 4) <= most }, "\(kind) \(counts)")
  }

  @Test("On a logarithmic range a whole number has what lies between it and the next")
  func wholeLogarithm() throws {
    let range = try SweepRange(from: "1", to: "7", isLogarithmic: true, isWhole: true)
    let texts = (0..<3_000).map { range.wholeText(at: (Double($0) + 0.5) / 3_000) }
    // Of three doublings the first is from 1 to 2.
    #expect(texts.count { $0 == "1" } == 1_000 && texts.count { $0 == "2" || $0 == "3" } == 1_000)
    #expect(range.wholeText(at: 1) == "7" && range.wholeText(at: 0) == "1")
  }

  @Test("A comma within brackets or quotes belongs to the value, and a path of files is no range")
  func parts() throws {
    let request = try SweepAxisRequest(option: #"a."b,c"=[1,2],"x,y",{"k":"}",  "l":1},7"#)
    guard case .list(let values) = request.values else {
      Issue.record("a list")
      return
    }
    #expect(values.map(\.plainText) == ["[1,2]", "x,y", #"{"k":"}","l":1}"#, "7"])
    #expect(request.path == DocumentPath(["a", "b,c"]))
    let files = try SweepAxisRequest(option: "scenario=../a.json,b/../c.json")
    guard case .list(let paths) = files.values else {
      Issue.record("a list")
      return
    }
    #expect(paths.map(\.plainText) == ["../a.json", "b/../c.json"])
    guard case .list = try SweepAxisRequest(option: "scenario=b/../c.json").values else {
      Issue.record("one file is no range")
      return
    }
  }
}
