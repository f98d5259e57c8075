import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("GoldenDrift")
struct GoldenDriftTests {
  private static let present = TinyCheck.text()
  /// Three nodes stop, and not two.
  private static let other = present.replacing("\"count\": 2", with: "\"count\": 3")

  private static func document(_ text: String) throws -> DocumentValue {
    try ScenarioDocument(name: "s.json", text: text).root
  }

  /// What the run of a scenario leaves; recorded as if it were one of `document`, as a version leaves it
  /// that runs this as ours runs `text`.
  private static func golden(_ text: String, document: String?) async throws -> Golden {
    var subject = try TinyCheck.subject(text)
    subject.golden = .record(scale: "1/100000", replacing: nil)
    let record = try #require(await TinyCheck.check(subject).scenarios[0].runs.golden)
    return Golden(record, of: try document.map(Self.document))
  }

  private static func drift(
    _ golden: Golden, _ earlier: EarlierVersion? = nil, of text: String = present
  ) async throws -> GoldenDrift {
    var subject = try TinyCheck.subject(text)
    subject.golden = .compare(golden)
    let runs = await CheckRuns.run(
      [subject], options: .init(seeds: 1, jobs: 1, version: "test", recordedBy: earlier))
    return try #require(runs[0].drift)
  }

  private static func lines(
    of text: String, _ numbers: ClosedRange<UInt64> = 1...1_000_000
  ) throws -> [String] {
    var lines: [String] = []
    Replay.list(events: numbers, of: try TinyCheck.subject(text).scenario) { lines.append($0.line) }
    return lines
  }

  /// A version that runs every scenario as ours runs `text`.
  private static func version(running text: String) -> EarlierVersion {
    EarlierVersion { request, wantsMore throws(EarlierVersion.Problem) in
      guard let lines = try? lines(of: text, request.events) else {
        throw EarlierVersion.Problem("no lines")
      }
      for line in lines where !wantsMore(line) { return }
    }
  }

  private static func firstDifference() throws -> (number: UInt64, old: String, new: String) {
    let pairs = zip(try lines(of: other), try lines(of: present))
    let (index, pair) = try #require(pairs.enumerated().first { $0.element.0 != $0.element.1 })
    return (UInt64(index + 1), pair.0, pair.1)
  }

  @Test("A scenario that has changed is told, with the first different event of both runs")
  func scenario() async throws {
    let drift = try await Self.drift(try await Self.golden(Self.other, document: Self.other))
    let parting = try #require(drift.parting)
    let wanted = try Self.firstDifference()
    #expect(drift.cause == .scenario && drift.beginning.isEmpty)
    #expect(parting.number == wanted.number && parting.at != nil)
    #expect(parting.old == wanted.old && parting.new == wanted.new)
    let interval = try #require(drift.interval)
    #expect((interval.agreed.events + 1...interval.differs.events).contains(parting.number))
  }

  @Test("A run that was longer has an event where this one has ended, and the other way round")
  func ends() async throws {
    let longer = Self.present.replacing(":30\"", with: ":35\"")
    let count = UInt64(try Self.lines(of: Self.present).count)
    let shrunk = try await Self.drift(try await Self.golden(longer, document: longer))
    #expect(shrunk.cause == .scenario && shrunk.parting?.number == count + 1)
    #expect(shrunk.parting?.new == nil && shrunk.parting?.old?.hasPrefix("\(count + 1) ") == true)
    let grown = try await Self.drift(
      try await Self.golden(Self.present, document: longer), Self.version(running: Self.present),
      of: longer)
    #expect(grown.cause == .version && grown.parting?.number == count + 1)
    #expect(grown.parting?.old == nil && grown.parting?.new != nil)
  }

  @Test("Comments and spaces are no change of the scenario, other values are")
  func document() async throws {
    let recorded = try await Self.golden(
      Self.other, document: Self.present.replacing("\"faults\"", with: "// more\n  \"faults\""))
    #expect(try await Self.drift(recorded).cause == .version)
    let both = try await Self.golden(
      Self.other, document: Self.present.replacing("\"count\": 2", with: "\"count\": 1"))
    #expect(try await Self.drift(both).cause == .both)
    let foreign = try await Self.golden(
      Self.other, document: Self.present.replacing("\"count\"", with: "\"cuont\""))
    let refused = try await Self.drift(foreign)
    #expect(refused.cause == nil && refused.refusal?.contains("'faults.stop.cuont'") == true)
  }

  @Test("A version that has changed is told by the one that recorded, line by line")
  func version() async throws {
    for document in [Self.present, nil] {
      let golden = try await Self.golden(Self.other, document: document)
      let drift = try await Self.drift(golden, Self.version(running: Self.other))
      let parting = try #require(drift.parting, "\(String(describing: drift.problem))")
      let wanted = try Self.firstDifference()
      #expect(drift.cause == (document == nil ? nil : .version))
      #expect(parting.number == wanted.number)
      #expect(parting.old == wanted.old && parting.new == wanted.new)
    }
  }

  @Test("The earlier version is given the recorded scenario, seed, scale and interval")
  func request() async throws {
    let golden = try await Self.golden(
      Self.other, document: Self.present.replacing("\"count\": 2", with: "\"count\": 1"))
    let drift = try await Self.drift(
      golden,
      EarlierVersion { request, _ throws(EarlierVersion.Problem) in
        throw EarlierVersion.Problem(
          "\(request.seed) \(request.scale) \(request.events.lowerBound) "
            + "\(request.scenario.contains("\"count\": 1"))")
      })
    let agreed = try #require(drift.interval).agreed.events
    #expect(drift.problem?.reason == "3 1/100000 \(agreed + 1) true")
  }

  @Test("Without the version that recorded, the interval, its first events and the option are told")
  func interval() async throws {
    let drift = try await Self.drift(try await Self.golden(Self.other, document: Self.present))
    #expect(drift.parting == nil && drift.problem == nil)
    let first = try #require(drift.interval).agreed.events + 1
    #expect(drift.beginning.map(\.line) == (try Self.lines(of: Self.present, first...first + 2)))
    let golden = try await Self.golden(Self.other, document: Self.present)
    var subject = try TinyCheck.subject()
    subject.golden = .compare(golden)
    let check = await TinyCheck.check(subject)
    let details = CheckWords.details(try #require(check.only("digest")))
    #expect(details[0] == "the scenario is the recorded one: this version has changed")
    #expect(details[1].hasPrefix("the first different event is one of "))
    #expect(details[2] == "now: \(drift.beginning[0].line)")
    #expect(details[5].hasPrefix("--recorded-by EXECUTABLE"))
    #expect(CheckJSON.text(of: check).contains("\"cause\": \"version\""))
  }

  private static let damages: [(@Sendable ([String]) -> [String], String)] = [
    ({ _ in [] }, "its run ends after event"), ({ $0.dropLast() }, "its run ends after event"),
    ({ ["hindsight 0.1"] + $0 }, "it lists no events, but 'hindsight 0.1'"),
    ({ $0 + ["more"] }, "it lists no events, but 'more'"),
    ({ $0.map { $0.replacing(" ", with: "\t") } }, "it lists no events, but '"),
  ]

  @Test("Whoever does not list the recorded run is found out", arguments: damages.indices)
  func problems(index: Int) async throws {
    let (damage, reason) = Self.damages[index]
    let golden = try await Self.golden(Self.other, document: Self.present)
    let drift = try await Self.drift(
      golden,
      EarlierVersion { request, wantsMore throws(EarlierVersion.Problem) in
        let lines = (try? Self.lines(of: Self.other, request.events)) ?? []
        for line in damage(lines) where !wantsMore(line) { return }
      })
    #expect(drift.parting == nil && drift.beginning.count == 3)
    #expect(drift.problem?.reason.hasPrefix(reason) == true, "\(String(describing: drift.problem))")
  }

  @Test("A version that did not record the digest is no witness")
  func anotherVersion() async throws {
    let golden = try await Self.golden(Self.other, document: Self.present)
    let four = Self.present.replacing("\"count\": 2", with: "\"count\": 1")
    for text in [Self.present, four] {
      let drift = try await Self.drift(golden, Self.version(running: text))
      #expect(drift.parting == nil)
      #expect(
        drift.problem?.reason.hasPrefix("it is not the version that recorded the digest") == true
          || drift.problem?.reason.hasPrefix("its run ends after event") == true,
        "\(String(describing: drift.problem))")
    }
  }

  @Test("At another scale nothing is said of single events")
  func scale() async throws {
    var subject = try TinyCheck.subject()
    subject.golden = .record(
      scale: "1/90000", replacing: try await Self.golden(Self.present, document: Self.present))
    let runs = await CheckRuns.run(
      [subject], options: .init(seeds: 1, jobs: 1, version: "test"))
    let drift = try #require(runs[0].drift)
    #expect(drift.cause == nil && drift.parting == nil && drift.beginning.isEmpty)
    let found = try #require(ScenarioCheck(runs[0]).cases.first { $0.id == "digest" })
    #expect(
      CheckWords.finding(found) == "recorded anew: at scale 1/90000, before at 1/100000")
    #expect(CheckWords.details(found).isEmpty)
  }
}
