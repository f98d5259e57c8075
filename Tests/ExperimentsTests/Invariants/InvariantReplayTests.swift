import Observation
import Reports
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

/// Invariants of a scenario, from its text to the record of a run.
@Suite("Invariants of a replay")
struct InvariantReplayTests {
  private static let sets = ["scale=1/20000", "start=14:16", "end=14:19:10"]
  private static let invariants = [
    "invariants.served=always(users.served >= 99%)",
    #"invariants.calm={"that": "stays(for: 20s, max(users.served, 1m) >= 99%)", "every": "750ms"}"#,
    "invariants.calls=eventually(p99(rpc.latency) > 1ms)",
    "invariants.starts=sometimes(p50(identify.latency, 1m) > 1ms)",
    "invariants.later=eventually(within: 1h, elixir.nodes.up >= 99%)",
    "invariants.rate=leadsTo(within: 30s, elixir.nodes.stopped > 0, rate(clients.attempts, 20s) > 9/s)",
  ]

  private func replay(_ sets: [String], until: Instant? = nil) throws -> RunRecord {
    Replay.run(
      try Incident.discord.scenario(Self.sets + sets), options: .init(seed: 5, until: until),
      version: "test")
  }

  @Test("Invariants leave the run alone, however often they look and whatever they count")
  func independence() throws {
    let plain = try replay([])
    let watched = try replay(Self.invariants)
    #expect(watched.digest == plain.digest)
    #expect(watched.events == plain.events)
    #expect(watched.metrics == plain.metrics)
    #expect(watched.series == plain.series)
  }

  @Test("Verdicts follow those of the promises, and say where and with which values")
  func verdicts() throws {
    let plain = try replay([])
    let record = try replay(Self.invariants)
    let promises = plain.invariants.filter { $0.claim == nil }
    #expect(Array(record.invariants.prefix(promises.count)) == promises)
    let own = record.invariants.filter { $0.claim != nil }
    func verdict(_ id: String) throws -> InvariantVerdict {
      try #require(own.first { $0.id == id })
    }
    let served = try verdict("served")
    #expect(served.verdict == .broken)
    #expect(served.at.map { $0 > .start + .seconds(51_480) } == true, "the fault is at 14:18")
    #expect(served.detail.hasPrefix("users.served = "))
    #expect(served.detail.hasSuffix("%), wanted >= 99%"))
    #expect(served.claim?.expression == "always(users.served >= 99%)")
    #expect(served.claim?.location.fileName == "--set")
    #expect(try verdict("calls").verdict == .held)
    #expect(try verdict("starts").claim?.isCoverage == true)
    #expect(try verdict("later").verdict == .held)
    #expect(try verdict("rate").verdict == .held)
    #expect(!record.holds)
    let text = ReplayText(record, style: TextStyle(), reproduce: ["r"]).text
    #expect(text.contains("BROKEN served at 14:18:"))
  }

  @Test("An invariant sees what the samples at its instants say")
  func samples() throws {
    let record = try replay(Self.invariants)
    let series = try #require(record.series("users.served"))
    let online = try #require(series.values.first)
    let first = try #require(series.values.firstIndex { $0 < online * 0.99 })
    let served = try #require(record.invariants.first { $0.id == "served" })
    #expect(served.at == series.instant(of: first))
  }

  @Test("A run that is cut short leaves obligations open")
  func cutShort() throws {
    let early = Instant(parsing: "14:18:30")
    let record = try replay(
      ["invariants.never=eventually(users.served < 1)", "invariants.end=atEnd(users.served < 1)"],
      until: early)
    for id in ["never", "end"] {
      let verdict = try #require(record.invariants.first { $0.id == id })
      #expect(verdict.verdict == .vacuous, "\(verdict)")
    }
  }

  @Test("The very end is looked at, whatever the time between two looks is")
  func end() throws {
    let record = try replay([
      #"invariants.end={"that": "atEnd(elixir.nodes.all > 0)", "every": "1h"}"#,
      #"invariants.last={"that": "at('14:19:10', users.online > 0)", "every": "7s"}"#,
      #"invariants.late={"that": "at('14:19:11', users.online > 0)", "every": "7s"}"#,
    ])
    func verdict(_ id: String) throws -> InvariantVerdict {
      try #require(record.invariants.first { $0.id == id })
    }
    #expect(try verdict("end").verdict == .held)
    #expect(try verdict("end").detail.hasPrefix("at 14:19:10: "))
    #expect(try verdict("last").verdict == .held)
    #expect(try verdict("late").verdict == .vacuous)
  }

  @Test("Runs that share their beginning are held against their own invariants")
  func sharedPrefix() throws {
    let base = try Incident.discord.scenario(Self.sets + Array(Self.invariants.prefix(1)))
    let other = try Incident.discord.scenario(
      Self.sets + Array(Self.invariants.prefix(1)) + ["faults.first-announce-cut.at=14:18:30"])
    let changed = try Incident.discord.scenario(
      Self.sets + ["invariants.served=always(users.served >= 1%)"])
    #expect(changed.divergence(from: base) == nil)
    let from = try #require(other.divergence(from: base))
    let records = try #require(
      SharedPrefix.run(
        base, [(other, from)], seed: 5, until: base.header.end, version: "test",
        isStopped: { false }))
    let alone = Replay.run(other, options: .init(seed: 5), version: "test")
    #expect(records[1].digest == alone.digest)
    #expect(records[1].invariants == alone.invariants)
  }

  @Test("A fork cannot change what the run is held against")
  func fork() throws {
    let scenario = try Incident.discord.scenario(Self.sets)
    let patch = try SetPatch(parsing: "invariants.served=always(users.served >= 1%)").patch
    do {
      _ = try FutureChange(patch, on: scenario)
      Issue.record("it was changed")
    } catch {
      #expect(error.description.contains("a run is held against them from its start"))
    }
  }
}
