import Experiments
import Foundation
import Observation
import SimulationKernel
import Testing

/// A change of a golden digest is a change of behaviour: the commit that records it says why.
@Suite("Golden digests")
struct GoldenDigestTests {
  /// The first events of each scenario, from five minutes before its first fault.
  private static func replay(_ incident: Incident) throws -> RunRecord {
    let fault = try incident.scenario().configuration.faults.map(\.at).min()
    let start = fault.map { ["start=\($0 - .minutes(5))"] } ?? []
    let scenario = try incident.scenario(["scale=1/20000"] + start)
    return Replay.run(scenario, options: .init(eventLimit: 150_000), version: "test")
  }

  @Test("Each scenario gives the events that were recorded")
  func recorded() throws {
    let records = try Incident.all.map(Self.replay)
    let golden = GoldenDigests(records.map(GoldenDigests.Entry.init))
    if GoldenDigests.isRecording {
      try golden.text.write(to: GoldenDigests.file, atomically: true, encoding: .utf8)
    }
    let stored = try #require(
      GoldenDigests(parsing: try String(contentsOf: GoldenDigests.file, encoding: .utf8)))
    #expect(
      stored.entries.map(\.name) == golden.entries.map(\.name),
      "there is one digest per scenario; record them with HINDSIGHT_RECORD=1")
    for (record, entry) in zip(records, golden.entries) {
      guard let old = stored.entries.first(where: { $0.name == entry.name }),
        let difference = entry.firstDifference(from: old)
      else { continue }
      Issue.record(
        """
        \(entry.name): the recorded digest is \(old.digest) after \(old.events) events, this run's \
        \(entry.digest) after \(entry.events); they agree up to event \(difference.from) \
        (\(try Self.time(of: difference.from, in: record))) and first differ at the checkpoint of \
        event \(difference.to) (\(try Self.time(of: difference.to, in: record)))
        """)
    }
  }

  /// When a run of this record handled its event with this number.
  private static func time(of event: UInt64, in record: RunRecord) throws -> Instant {
    let scenario = try Incident(name: record.scenario).scenario([
      "scale=\(record.scale)", "start=\(record.start)",
    ])
    var simulation = scenario.simulation(seed: record.seed)
    simulation.run(events: min(event, record.events))
    return simulation.now
  }

  @Test("A stored file reads as it was written")
  func roundTrip() throws {
    let record = try Incident.quietDay.replay(["scale=1/20000", "end=00:00:30"])
    let golden = GoldenDigests([.init(record)])
    #expect(GoldenDigests(parsing: golden.text) == golden)
    for wrong in ["x 1 2\n", "x 1 2 3\n", "x one 2 4\n", "x 1 2 4\n  nonsense\n"] {
      #expect(GoldenDigests(parsing: wrong) == nil)
    }
  }

  @Test("The first differing checkpoint is found")
  func differences() throws {
    let sets = ["scale=1/20000", "start=14:17", "end=14:17:40"]
    let one = GoldenDigests.Entry(try Incident.discord.replay(sets))
    #expect(one.firstDifference(from: one) == nil)
    let other = GoldenDigests.Entry(try Incident.discord.replay(sets, seed: 1))
    let difference = try #require(one.firstDifference(from: other))
    // The first event of both starts every system: seeds differ soon after it.
    #expect(difference.from == 0)
    #expect(difference.to == one.trail.interval)
    let longer = GoldenDigests.Entry(try Incident.discord.replay(sets.dropLast() + ["end=14:18"]))
    let late = try #require(one.firstDifference(from: longer))
    #expect(late.from > one.events / 2)
  }
}
