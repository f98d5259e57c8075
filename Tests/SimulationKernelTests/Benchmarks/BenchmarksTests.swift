import Experiments
import SimulationKernel
import Systems
import Testing

@testable import benchmarks

@Suite("Benchmarks")
struct BenchmarksTests {
  @Test("The radix queue and the binary heap give the same hold model")
  func queuesAgree() {
    func compare<Ahead: Increments>(_: Ahead.Type, pending: Int) {
      let radix = HoldModel<EventQueue<HoldEvent>, Ahead>.measure(pending: pending, steps: 3_000)
      let heap = HoldModel<BinaryHeap, Ahead>.measure(pending: pending, steps: 3_000)
      #expect(radix.digest == heap.digest, "\(Ahead.name) \(pending)")
      #expect(radix.pending == pending)
    }
    for pending in [1, 2, 100, 1_000] {
      compare(ExponentialIncrements.self, pending: pending)
      compare(TiedIncrements.self, pending: pending)
      compare(TiedSecondIncrements.self, pending: pending)
      compare(BimodalIncrements.self, pending: pending)
      compare(ParetoIncrements.self, pending: pending)
    }
  }

  @Test("PHOLD is the same through the kernel, fused by hand and unspecialised")
  func pholdAgrees() {
    let kernel = PHOLD.measure(events: 3_000)
    #expect(kernel.digest == PHOLD.measureFused(events: 3_000).digest)
    #expect(kernel.digest == PHOLD.measureUnspecialised(events: 3_000).digest)
    #expect(kernel.pending == PHOLDWorld.processes * PHOLDWorld.eventsPerProcess)
  }

  @Test("No session that beats is given up")
  func heartbeatsKeepSessions() {
    var simulation = HeartbeatWorld.simulation(sessions: 100)
    simulation.run(until: .start + .minutes(10))
    #expect(simulation.world.expired == 0)
    // 60 s hold one beat and one or two time-outs of each session.
    #expect((200...300).contains(simulation.pendingEvents))
    #expect(HeartbeatWorld.measure(sessions: 50).operations == 200)
  }

  @Test("All watchers hear of every write")
  func fanOutDelivers() {
    var simulation = FanOutWorld.simulation(watchers: 50)
    simulation.run(until: .start + .milliseconds(100))
    #expect(simulation.world.revision == 100)
    #expect(simulation.world.seen.allSatisfy { $0 >= 96 })
    #expect(FanOutWorld.measure(watchers: 20, events: 2_000).operations == 2_000)
  }

  @Test("The company's run is the same with ten invariants, and all of them are looked at")
  func companyRuns() throws {
    func digest(_ invariants: [String]) throws -> Digest {
      let scenario = try CompanyRun.scenario(
        scale: "1/100000", end: "00:04:30", invariants: invariants)
      #expect(scenario.invariants.count == invariants.count)
      var run = OngoingRun(scenario, seed: 1)
      run.advance(to: scenario.header.end)
      let verdicts = run.observer.invariants(
        of: run.simulation.world, at: run.simulation.now, isWhole: true
      ).suffix(invariants.count)
      #expect(verdicts.allSatisfy { !$0.detail.contains("before the first look") })
      #expect(!verdicts.contains { $0.verdict == .broken }, "\(verdicts)")
      return run.simulation.digest
    }
    #expect(CompanyRun.invariants.count == 10)
    #expect(try digest(CompanyRun.invariants) == digest([]))
  }

  @Test("The company's run is the same with causes")
  func companyHasCauses() {
    let plain = CompanyRun.measureCauses(isQuick: true, hasCauses: false)
    let causal = CompanyRun.measureCauses(isQuick: true, hasCauses: true)
    #expect(plain.digest == causal.digest && plain.operations == causal.operations)
  }

  @Test("The increments have the means they claim")
  func incrementsAreSound() {
    var random = QuickRandom()
    let count = 50_000
    var sum: Int64 = 0
    for _ in 0..<count { sum += random.exponential(mean: 1e9) }
    let mean = Double(sum) / Double(count) / 1e9
    #expect(abs(mean - 1) < 0.03)
    for _ in 0..<count {
      #expect((900_000...3_600_000_000_000).contains(ParetoIncrements.next(&random)))
    }
  }

  @Test("Every benchmark of the catalogue has a name of its own")
  func catalogueIsSound() {
    let names = Catalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    for ratio in Catalogue.ratios {
      #expect(names.contains(ratio.over) && names.contains(ratio.under))
    }
  }
}
