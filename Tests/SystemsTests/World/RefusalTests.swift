import Scenarios
import SimulationKernel
import Testing

@testable import Systems

@Suite("Refused clients")
struct RefusalTests {
  /// A gateway that refuses so many times before it lets the client in.
  private struct ClosedDoor: World {
    var clients: Clients
    var refusalsLeft: Int
    var admitted: Attempt?

    mutating func handle(_ event: OutageEvent, in context: inout Context<OutageEvent>) {
      switch event {
      case .clients(let event): clients.handle(event, through: &context)
      case .gateway(.connectionArrived(let attempt)) where refusalsLeft > 0:
        refusalsLeft -= 1
        context.refused(attempt)
      case .gateway(.connectionArrived(let attempt)): admitted = attempt
      default: break
      }
    }
  }

  @Test(
    "However often a client is refused, the attempt that gets in is one that it waits for",
    arguments: [1, 32_767, 32_768, 40_000, 65_535, 65_536, 70_000])
  func refusals(count: Int) throws {
    let document = try ScenarioDocument(
      name: "test.json", text: #"{ "scenario": "refusals", "end": "1d 00:00:00" }"#)
    let configuration = try OutageScenario(document).configuration
    var simulation = Simulation(
      world: ClosedDoor(clients: try Clients(), refusalsLeft: count),
      environment: OutageEnvironment(configuration, seed: 1), seed: 1)
    simulation.schedule(.clients(.connectionLost(ClientID(7))), at: .start)
    simulation.run()
    let attempt = try #require(simulation.world.admitted)
    #expect(simulation.world.clients.isWaiting(for: attempt))
  }
}
