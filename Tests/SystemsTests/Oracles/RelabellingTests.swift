import Foundation
import Scenarios
import SimulationKernel
import Testing

@testable import Systems

/// Names mean nothing: what is renamed fares as it did under its old name.
@Suite("Relations: names relabelled, same outcome")
struct RelabellingTests {
  private static func scenario(_ sets: [String]) throws -> OutageScenario {
    var file = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { file.deleteLastPathComponent() }
    file.append(path: "scenarios/discord-2020-03-16.json")
    let document = try ScenarioDocument(
      name: file.lastPathComponent, text: try String(contentsOf: file, encoding: .utf8))
    let brief = ["scale=1/100000", "start=14:16", "end=14:19:30"]
    return try OutageScenario(
      ScenarioFile(document).resolve((brief + sets).map { .set($0) }).document)
  }

  /// Which nodes stop when each node has the watcher, with its speed and its clock, that `source`
  /// says.
  private static func stopped(
    _ scenario: OutageScenario, seed: UInt64, watcherOf source: (Int) -> Int
  ) -> [Bool] {
    var simulation = scenario.simulation(seed: seed)
    let watchers = simulation.world.discovery.watchers
    simulation.world.discovery.watchers = watchers.indices.map { watchers[source($0)] }
    simulation.run(until: scenario.header.end)
    return watchers.indices.map {
      simulation.world.elixir.status(of: ElixirNodeID(UInt16($0))) != .up
    }
  }

  /// Exact where numbers are nothing but names.
  ///
  /// They decide two more things, which are switched off here: the latency that is drawn for a node,
  /// and who is told first of a change.
  @Test("Elixir nodes that trade names trade fates", arguments: 1...2 as ClosedRange<UInt64>)
  func elixirNodes(seed: UInt64) throws {
    let scenario = try Self.scenario([
      "network.latency.sigma=0", "etcd.fanout.perWatcher=0s", "etcd.listTimePerEntry=0s",
    ])
    let order = KeyedPermutation(
      RandomStream(seed: seed, name: "tests.relabelling"),
      count: scenario.configuration.elixir.nodes.reduce(0, +))
    let before = Self.stopped(scenario, seed: seed) { $0 }
    let after = Self.stopped(scenario, seed: seed) { order[$0] }
    #expect(after == after.indices.map { before[order[$0]] })
    let count = before.count(where: { $0 })
    #expect(count > before.count / 4 && count < before.count * 3 / 4)
    #expect(after != before)
  }

  @Test("With latencies and turns as they are, trading names moves few nodes over the edge")
  func elixirNodesNearly() throws {
    let scenario = try Self.scenario([])
    let order = KeyedPermutation(
      RandomStream(seed: 3, name: "tests.relabelling"),
      count: scenario.configuration.elixir.nodes.reduce(0, +))
    let before = Self.stopped(scenario, seed: 3) { $0 }
    let after = Self.stopped(scenario, seed: 3) { order[$0] }
    let moved = after.indices.count { after[$0] != before[order[$0]] }
    #expect(moved <= before.count / 20, "\(moved) of \(before.count)")
  }

  /// One run of random operations on keys with the given names.
  private struct KeyspaceRun {
    var keyspace = Etcd.Keyspace()
    var answers: [String] = []

    init(seed: UInt64, names: [String]) {
      let random = RandomStream(seed: seed, name: "tests.keyspace")
      let keys = names.map { keyspace.intern("/services/api/" + $0) }
      let values = ["", "a", "b"].map { keyspace.intern(value: $0) }
      var output = Etcd.Output()
      for step in 0..<300 as Range<UInt64> {
        func roll(_ sides: Int, _ purpose: UInt64) -> Int {
          Int(random.integer(below: UInt64(sides), for: step, draw: purpose))
        }
        let now = Instant(nanoseconds: Int64(step) * 1_000_000_007)
        let key = keys[roll(keys.count, 1)]
        let value = values[roll(3, 2)]
        let due = roll(3, 3) == 0 ? nil : now + .milliseconds(Int64(roll(40_000, 4)))
        do throws(Etcd.Failure) {
          let event: Etcd.Event
          switch roll(6, 5) {
          case 0, 1:
            event = try keyspace.set(key, to: value, expiration: due, now: now, into: &output)
          case 2:
            event = try keyspace.create(
              key, value: value, expiration: due, now: now, into: &output)
          case 3: event = try keyspace.delete(key, now: now, into: &output)
          case 4:
            event = try keyspace.compareAndSwap(
              key, to: value, previousValue: values[1], previousIndex: 0, expiration: due,
              now: now, into: &output)
          default:
            event = try keyspace.set(
              key, to: value, expiration: due, isRefresh: true, now: now, into: &output)
          }
          answers.append(text(of: event, keys))
        } catch {
          answers.append("error \(error.code) \(error.index)")
        }
        output.removeAll()
        _ = keyspace.expireKeys(at: now, into: &output)
        answers += output.expired.map { text(of: $0, keys) }
        output.removeAll()
      }
      let listing = keyspace.children(of: keyspace.intern("/services/api"))
      for node in listing {
        answers.append("\(position(of: node.key, keys)): \(node.createdIndex)")
      }
    }

    /// An event with the key's place in the list of names instead of its name.
    private func text(of event: Etcd.Event, _ keys: [Etcd.Key]) -> String {
      let value = event.node.value.map { keyspace.text(of: $0) } ?? "-"
      return "\(event.action) \(position(of: event.key, keys)) \(event.index) '\(value)'"
    }

    private func position(of key: Etcd.Key, _ keys: [Etcd.Key]) -> Int {
      keys.firstIndex(of: key) ?? -1
    }
  }

  @Test(
    "Keys of etcd that trade names keep everything else",
    arguments: 1...20 as ClosedRange<UInt64>)
  func etcdKeys(seed: UInt64) {
    let names = (0..<12).map { "api-prd-main-\($0)" }
    let order = KeyedPermutation(RandomStream(seed: seed, name: "tests.names"), count: names.count)
    let plain = KeyspaceRun(seed: seed, names: names)
    let renamed = KeyspaceRun(seed: seed, names: names.indices.map { names[order[$0]] })
    let foreign = KeyspaceRun(seed: seed, names: names.indices.map { "z\(99 - $0)-ünïcode" })
    #expect(renamed.answers == plain.answers)
    #expect(foreign.answers == plain.answers)
    #expect(plain.answers.contains { $0.hasPrefix("expire") })
    #expect(plain.answers.contains { $0.hasPrefix("error") })
  }
}
