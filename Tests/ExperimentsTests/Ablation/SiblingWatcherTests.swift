import SimulationKernel
import Systems
import Testing

@Suite("Watchers of several services")
struct SiblingWatcherTests {
  private static func world(_ sets: [String]) throws -> OutageWorld {
    let scenario = try Incident.discord.scenario(Brief.nodes + sets)
    var simulation = scenario.simulation(seed: 1)
    simulation.run(until: scenario.header.end)
    return simulation.world
  }

  @Test("The more siblings start again with a watcher that crashed, the more etcd has to list")
  func lists() throws {
    let one = try Self.world([])
    let lists = try ["oneForOne", "oneForAll"].map { strategy in
      let world = try Self.world(["discovery.services=3", "supervision.strategy=\(strategy)"])
      #expect(world.elixir.totals.nodesStopped > 100)
      #expect(world.discovery.crashedCount == one.discovery.crashedCount)
      return world.etcd.totals.lists
    }
    // A node that gives up starts all of its watchers anew, whatever the strategy.
    #expect(one.etcd.totals.lists < lists[0] && lists[0] * 3 < lists[1] * 2, "\(lists)")
  }
}
