import Observation
import Scenarios
import SimulationKernel
import Systems
import Testing

@testable import Experiments

@Suite("Explain")
struct ExplainTests {
  @Test(
    "A stopped node leads back to the cut announce, through the entry, its watcher and supervisors")
  func node() throws {
    let scenario = try Incident.discord.scenario(Brief.nodes)
    let usual = try ExplainRuns.explanation([])
    let chain = try #require(usual.chain)
    guard case .subject(let stopped) = usual.question else {
      Issue.record("a node stopped: \(usual.question)")
      return
    }
    #expect(stopped.sort == .elixirNode)
    let kinds = chain.links.map(\.moment.occurrence.kind)
    let story: [Occurrence.Kind] = [
      .autoscalerLooked, .apiResized, .apiNodeBooted, .announceHit, .entryCorrupted,
      .watcherCrashed, .supervisorGaveUp, .discoveryEnded, .nodeStopping, .nodeStopped,
    ]
    var rest = kinds[...]
    for kind in story {
      let place = try #require(rest.firstIndex(of: kind), "\(kind) in \(kinds)")
      rest = rest[place...].dropFirst()
    }
    #expect(kinds.first == .autoscalerLooked && kinds.last == .nodeStopped)
    #expect(chain.faults.map { usual.names.name(.init(.fault, $0)) } == ["first-announce-cut"])
    for (earlier, later) in zip(chain.links, chain.links.dropFirst()) {
      #expect(earlier.moment.number < later.moment.number)
      #expect(earlier.moment.time <= later.moment.time)
    }
    // Each stopped node has the same story, whoever's.
    let name = usual.names.name(stopped)
    let named = try ExplainRuns.explanation(["node", name])
    #expect(named.chain == chain && named.digest == usual.digest)
    #expect(try ExplainTarget([name], in: scenario) == .node(stopped))
  }

  @Test("Every node that stopped leads back to the cut")
  func nodes() throws {
    let log = try ExplainRuns.log(of: .discord, Brief.nodes).log
    var stops: [UInt32] = []
    log.forEach { if Occurrence($0).kind == .nodeStopped { stops.append($0.number) } }
    #expect(stops.count > 100)
    for stop in stops {
      let chain = CauseChain(to: stop, in: log)
      #expect(chain.links.contains { $0.moment.occurrence.kind == .announceHit }, "\(stop)")
      #expect(chain.first.occurrence.kind == .autoscalerLooked)
    }
  }

  @Test("What came of the fault are the nodes that stopped, merged, and their clients")
  func effects() throws {
    let explanation = try ExplainRuns.explanation(["fault", "first-announce-cut"])
    let effects = try #require(explanation.effects)
    let record = try Incident.discord.replay(Brief.nodes)
    let stopped = effects.groups.filter {
      $0.sort == .elixirNode && $0.happenings.contains { $0.kind == .nodeStopped }
    }
    #expect(Double(stopped.reduce(0) { $0 + $1.count }) == record.metrics["elixir.nodes.stopped"])
    for group in stopped {
      #expect(group.notable.contains { $0.kind == .discoveryEnded && $0.most == 1 })
      #expect(group.notable.contains { $0.kind == .watcherCrashed && $0.least > 1 })
      #expect(group.notable.allSatisfy { $0.members == group.count })
    }
    let lost = effects.groups.filter { $0.sort == .client }.flatMap(\.happenings)
      .filter { $0.kind == .connectionLost }.reduce(0) { $0 + $1.total }
    #expect(
      Double(lost) == (record.metrics["clients.connections.lost"] ?? 0) * explanation.scaleFraction)
    // A crash over which a supervisor gave up is told as both.
    let total = effects.groups.flatMap(\.happenings)
      .filter { $0.kind != .supervisorGaveUp && $0.kind != .discoveryEnded }
      .reduce(0) { $0 + $1.total }
    #expect(total == effects.events)
    let crashes = effects.groups.flatMap(\.happenings).filter { $0.kind == .watcherCrashed }
      .reduce(0) { $0 + $1.total }
    #expect(Double(crashes) == record.metrics["elixir.watchers.crashes"])
    #expect(explanation.chain?.last.occurrence.kind == .announceHit)
  }

  @Test("A client without service leads back to the node that took its session")
  func client() throws {
    let log = try ExplainRuns.log(of: .discord, Brief.nodes).log
    let entry = try #require(log.first { Occurrence($0).kind == .connectionLost })
    let at = try #require(Instant(parsing: "14:19:30"))
    let explanation = try ExplainRuns.explanation(
      ["client", "\(entry.subject)"], options: .init(seed: 5, at: at))
    guard case .client(let number, let instant, _) = explanation.question else {
      Issue.record("it is about a client: \(explanation.question)")
      return
    }
    #expect(number == entry.subject && instant == at)
    let chain = try #require(explanation.chain)
    #expect(chain.last.time < at && chain.last.occurrence.subject == .init(.client, number))
    let kinds = chain.links.map(\.moment.occurrence.kind)
    #expect(kinds.contains(.connectionLost) && kinds.contains(.nodeStopped))
    #expect(kinds.contains(.announceHit))
    // From its loss on the chain stays with it, but for what it asked of others.
    let loss = try #require(kinds.firstIndex(of: .connectionLost))
    for link in chain.links[loss...] where link.moment.occurrence.subject.sort == .client {
      #expect(link.moment.occurrence.subject.number == number)
    }
  }

  @Test("A fact begins with what moved its measure, an alert with what set it off")
  func facts() throws {
    let stops = try ExplainRuns.explanation(["nodes-stopped"], ExplainRuns.short)
    guard case .fact(let verdict, _) = stops.question else {
      Issue.record("it is about the fact: \(stops.question)")
      return
    }
    #expect(verdict.fact.id == "nodes-stopped")
    #expect(stops.chain?.last.occurrence.kind == .nodeStopped)
    let alarm = try ExplainRuns.explanation(
      ["fact", "first-alert"], ExplainRuns.short + ["end=14:20"])
    let kinds = try #require(alarm.chain).links.map(\.moment.occurrence.kind)
    #expect(kinds.last == .alertFired)
    #expect(kinds.contains(.nodeStopped) && kinds.contains(.announceHit))
  }

  @Test("A broken invariant begins before the instant at which it was seen broken")
  func invariant() throws {
    let sets = ExplainRuns.short + [#"invariants.up={"that":"always(elixir.nodes.up >= 90%)"}"#]
    let explanation = try ExplainRuns.explanation(["up"], sets)
    guard case .invariant(let verdict) = explanation.question else {
      Issue.record("it is about the invariant: \(explanation.question)")
      return
    }
    let chain = try #require(explanation.chain)
    #expect(chain.last.occurrence.kind == .nodeStopped)
    #expect(chain.last.time < (verdict.at ?? .start))
    // What went wrong, without being asked for by name.
    #expect(try ExplainRuns.explanation([], sets).chain == chain)
  }

  @Test("What did not happen is not explained")
  func nothing() throws {
    func message(_ words: [String], _ sets: [String] = ExplainRuns.short) throws -> String {
      guard case .nothing(let message, _) = try ExplainRuns.outcome(words, sets) else { return "" }
      return message
    }
    let quiet = ExplainRuns.short + ["faults=null"]
    #expect(try message([], quiet).hasPrefix("nothing went wrong"))
    #expect(try message(["node", "sessions-0"], quiet).contains("sessions-0 did not stop"))
    #expect(try message(["client", "5"], quiet).contains("nothing happened to client 5"))
    #expect(try message(["events.order"]).contains("held"))
    #expect(try message(["fault", "same-fault-after-the-fix"]).contains("met nothing"))
    #expect(try message(["operator", "throttle"]).contains("was not taken"))
  }

  @Test("What is counted from the last fault on is explained by that fault")
  func lastFault() throws {
    let sets = [
      "scale=1/10000", "start=14:17:40", "end=14:19:30",
      "faults.first-announce-cut.target=anyNode", "faults.same-fault-after-the-fix.at=14:18:50",
      "faults.same-fault-after-the-fix.target=anyNode",
    ]
    let explanation = try ExplainRuns.explanation(["fact", "fix-hit"], sets)
    let chain = try #require(explanation.chain)
    #expect(chain.last.occurrence.kind == .announceHit)
    let armed = try #require(Instant(parsing: "14:18:50"))
    #expect(chain.last.time >= armed)
    let fault = try #require(explanation.names.fault("same-fault-after-the-fix"))
    #expect(chain.faults == [fault.number])
  }

  @Test("Of reads only those of the measured database move its measures")
  func clusters() {
    let witness = CauseWitness(moving: "scylla.guilds.utilisation")
    for cluster in ScyllaClusterID.allCases {
      let read = Occurrence(
        .readArrived, Occurrence.Subject(.read, 1), detail: UInt32(cluster.rawValue))
      #expect(witness.sees(read) == (cluster == .guilds))
    }
  }

  @Test("API nodes that vanish are explained by what took them")
  func vanished() throws {
    let scenario = try Incident(name: "api-nodes-die").scenario([
      "scale=1/20000", "start=10:04", "end=10:06",
    ])
    for words in [[], ["node", "api-0"]] {
      let outcome = Explain.run(
        try ExplainTarget(words, in: scenario), of: scenario, version: "test")
      guard case .explained(let explanation) = outcome else {
        Issue.record("\(words) is explained: \(outcome)")
        continue
      }
      let chain = try #require(explanation.chain)
      #expect(chain.last.occurrence.kind == .apiNodesKilled && chain.last.occurrence.detail == 150)
      #expect(chain.first.occurrence.kind == .faultBegan)
    }
  }

  @Test("Numbers beyond the sample are those of who stands for them")
  func standsFor() throws {
    let scenario = try Incident.discord.scenario(["scale=1/1000"])
    let target = try ExplainTarget(["client", "123456"], in: scenario)
    #expect(target == .client(123))
    let note = try #require(target.standIn(for: ["client", "123456"], in: scenario))
    #expect(note.contains("for whom client 123 stands"))
    #expect(target.standIn(for: ["client", "123"], in: scenario) == nil)
    #expect(try ExplainTarget(["client", "9999999"], in: scenario) == .client(9_999))
  }

  @Test("A log that is too small says how far it came")
  func full() throws {
    let outcome = try ExplainRuns.outcome(
      ["fault", "first-announce-cut"], ExplainRuns.short, options: .init(limit: 500))
    guard case .full(let instant) = outcome else {
      Issue.record("the log is full: \(outcome)")
      return
    }
    let start = try #require(Instant(parsing: "14:17:40"))
    #expect(instant > start && instant < start + .seconds(80))
  }

  @Test("Every measure, signal and promise has events that move it")
  func witnesses() {
    for (name, _) in OutageWorld.metricUnits {
      #expect(!CauseWitness.kinds(moving: name).isEmpty, "\(name)")
    }
    for signal in OutageSignals.catalogue.signals {
      #expect(!CauseWitness.kinds(moving: signal.name).isEmpty, "\(signal.name)")
    }
    #expect(
      CauseWitness.signals(in: "always(users.served >= 10% or rate(clients.attempts, 5m) > 1/s)")
        == ["users.served", "clients.attempts"])
  }

  @Test(
    "Targets that there are not are refused, with the nearest",
    arguments: [
      (["elixir-stopp"], "there is nothing called", nil),
      (["node"], "which node?", "write node and"),
      (["node", "sessions-200"], "there is no node 'sessions-200'", "sessions-199"),
      (["nod", "sessions-1"], "'nod' is nothing", "did you mean 'node'?"),
      (["client", "10000000"], "there is no client '10000000'", "from 0 to 999"),
      (["client", "07"], "there is no client '07'", "from 0 to 999"),
      (["fault", "first-announce-cu"], "there is no fault", "did you mean 'first-announce-cut'?"),
      (["operator", "throtle"], "there is no step of operators", "did you mean 'throttle'?"),
      (["sessions-1", "is", "down"], "one thing is explained at a time", "node sessions-17"),
    ] as [([String], String, String?)])
  func refuses(words: [String], message: String, help: String?) throws {
    let scenario = try Incident.discord.scenario(Brief.nodes)
    do throws(ExplainTarget.Problem) {
      _ = try ExplainTarget(words, in: scenario)
      Issue.record("\(words) is no target")
    } catch {
      #expect(error.message.contains(message), "\(error)")
      if let help { #expect(error.help?.contains(help) == true, "\(error)") }
    }
  }
}
