import Experiments
import Observation
import SimulationKernel
import Testing

/// Takes one link out of the chain of causes at a time: that the nodes are lost is an outcome of all
/// of them, and of nothing else.
@Suite("Ablation: what the lost nodes come from")
struct NodeAblationTests {
  private func stopped(_ record: RunRecord) throws -> Double {
    try #require(record.metrics["elixir.nodes.stopped"])
  }

  @Test("As it was, about half of the nodes are lost")
  func baseline() throws {
    let record = try Incident.discord.replay(Brief.alerts)
    let share = try #require(record.metrics["elixir.nodes.stopped.share"])
    #expect((0.4...0.6).contains(share))
    #expect(record.metrics["alerts.fired"] ?? 0 >= 1)
    #expect(record.invariants.allSatisfy { $0.verdict != .broken })
  }

  /// Every link of the chain, with how far the chain gets without it.
  struct Link: CustomTestStringConvertible, Sendable {
    let name: String
    let set: String
    /// Corrupt values that are written, and watchers that crash.
    let writesEmptyValue: Bool
    let crashesWatchers: Bool
    var testDescription: String { name }

    init(_ name: String, _ set: String, writes: Bool, crashes: Bool) {
      self.name = name
      self.set = set
      writesEmptyValue = writes
      crashesWatchers = crashes
    }
  }

  static let links = [
    Link("an announce in a single segment", "announce.segments=1", writes: false, crashes: false),
    Link(
      "a server that rejects", "etcd.formErrorPolicy=reject400", writes: false, crashes: false),
    Link(
      "watchers that ignore a bad value", "watcher.onBadValue=ignoreEntry", writes: true,
      crashes: false),
    Link(
      "watchers that keep the last good value", "watcher.onBadValue=keepLastGood", writes: true,
      crashes: false),
    Link(
      "a temporary application", "supervision.application=temporary", writes: true, crashes: true),
    // 5 s / 3 restarts.
    Link(
      "a restart delay above maxSeconds / maxRestarts", "supervision.restartDelay=1.7s",
      writes: true, crashes: true),
    // A listing alone takes 0.6 s of every cycle.
    Link(
      "a network that is slow for every message", "network.latency.median=300ms", writes: true,
      crashes: true),
    Link("no fault", "faults=null", writes: false, crashes: false),
  ]

  @Test("Without one link of the chain no node is lost", arguments: links)
  func oneLinkLess(link: Link) throws {
    let record = try Incident.discord.replay(Brief.nodes + [link.set])
    #expect(try stopped(record) == 0)
    #expect((record.metrics["etcd.corrupt.written"] ?? -1 > 0) == link.writesEmptyValue)
    let crashed = try #require(record.metrics["elixir.watchers.crashed.share"])
    #expect(link.crashesWatchers ? crashed >= 0.95 : crashed == 0)
    // The chain is cut behind the fault, not by a run in which nothing happens.
    let hits = record.metrics["faults.connection.first.at"]
    #expect((hits == nil) == (link.set == "faults=null"))
  }

  @Test(
    "What stops the crashes stops them under the other hypotheses too",
    arguments: ["period", "phase"], links.filter(\.writesEmptyValue))
  func otherHypotheses(hypothesis: String, link: Link) throws {
    // The bad value stays for a minute under 'period'.
    let record = try Incident.discord.replay(
      Brief.nodes + ["end=14:19:30", link.set], hypothesis: hypothesis)
    #expect(try stopped(record) == 0)
    #expect(record.metrics["etcd.corrupt.written"] ?? 0 > 0)
    #expect((record.metrics["elixir.watchers.crashed"] ?? 0 > 0) == link.crashesWatchers)
  }

  @Test("Without a fault no alert fires either")
  func noFaultNoAlert() throws {
    let record = try Incident.discord.replay(Brief.alerts + ["faults=null"])
    #expect(try stopped(record) == 0)
    #expect(record.metrics["alerts.fired"] == 0)
    #expect(record.metrics["users.unserved.peak"] == 0)
  }

  @Test("On a quiet day no node is lost and no alert fires, for all that nodes join and leave")
  func quietDay() throws {
    let record = try Incident.quietDay.replay(["scale=1/10000", "start=09:00", "end=11:00"])
    #expect(try stopped(record) == 0)
    #expect(record.metrics["alerts.fired"] == 0)
    #expect(record.metrics["users.unserved.peak"] == 0)
    #expect(record.metrics["api.nodes.joined"] ?? 0 >= 10)
  }

  @Test("Under 'window' the retry delay decides: few nodes, about half, nearly all")
  func retryDelay() throws {
    let shares = try ["100ms", "750ms", "3s"].map { delay in
      let record = try Incident.discord.replay(
        Brief.nodes + ["announce.retryDelay=\(delay)"], hypothesis: "window")
      return try #require(record.metrics["elixir.nodes.stopped.share"])
    }
    #expect(shares[0] < 0.1)
    #expect((0.4...0.6).contains(shares[1]))
    #expect(shares[2] > 0.9)
  }
}
