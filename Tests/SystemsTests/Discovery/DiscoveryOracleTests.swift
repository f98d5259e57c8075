import SimulationKernel
import Testing

@testable import Systems

@Suite("Discovery against exact results")
struct DiscoveryOracleTests {
  private static func supervision(
    _ levels: Int, _ restarts: Int, _ period: Int, phase: Int64 = 0
  ) -> String {
    """
    { "levels": \(levels), "maxRestarts": \(restarts), "maxSeconds": "\(period)s",
      "clockPhase": "\(phase)ns" }
    """
  }

  @Test(
    "A bad value that stays costs (M + 1)^L crashes, and then the node",
    arguments: [(1, 3, 4), (2, 3, 16), (3, 3, 64), (2, 0, 1), (2, 1, 4), (3, 2, 27)])
  func ladder(levels: Int, restarts: Int, crashes: Int) throws {
    var rig = try DiscoveryRig(
      #"{ "cycle": { "median": "5ms", "sigma": 0 } }"#,
      supervision: Self.supervision(levels, restarts, 5))
    rig.change(2, to: 0)
    rig.run(repairedAt: .endOfTime)
    #expect(rig.discovery.totals.crashes == crashes)
    #expect(rig.ports.stopping.count == 1)
    #expect(rig.ports.stopping.first?.at == .start + .milliseconds(Int64(crashes - 1) * 5))
    #expect(rig.discovery.totals.giveUps >= levels && rig.discovery.totals.nodesLost == 1)
  }

  @Test(
    "When the watcher lists within its init, failed starts add up instead of multiplying",
    arguments: [(1, 3), (2, 3), (3, 2), (2, 0)])
  func crashInInit(levels: Int, restarts: Int) throws {
    var rig = try DiscoveryRig(
      #"{ "cycle": { "median": "5ms", "sigma": 0 }, "crashIn": "init" }"#,
      supervision: Self.supervision(levels, restarts, 5))
    rig.change(2, to: 0)
    rig.run(repairedAt: .endOfTime)
    // The crash of the running watcher, and each level's intensity in failed starts.
    #expect(rig.discovery.totals.crashes == 1 + levels * restarts)
    #expect(rig.ports.stopping.count == 1)
  }

  @Test(
    "A node dies iff its cycles fit the window and the supervisor's whole-second period",
    arguments: 0..<300 as Range<Int>)
  func window(seed: Int) throws {
    var dice = Dice(seed: seed, "discovery.oracle")
    let intensity = dice.roll(1...4)
    let levels = Int(dice.roll(1...3))
    let period = dice.roll(1...6)
    let ladder = (0..<levels).reduce(Int64(1)) { product, _ in product * (intensity + 1) }
    let limit = period * 1_000_000_000 / (intensity * ladder / (intensity + 1))
    let cycle = min(max(limit * dice.roll(1...180) / 100, 5_000_000), 2_000_000_000)
    // No crash after the one that decides: with one level it would be a second chance.
    let window = (ladder - 1) * cycle - cycle * dice.roll(0...1)
    let phase = dice.roll(0...998_999_999)
    let first = dice.roll(0...20_000_000_000)

    var rig = try DiscoveryRig(
      #"{ "cycle": { "median": "\#(cycle)ns", "sigma": 0 } }"#,
      supervision: Self.supervision(levels, Int(intensity), Int(period), phase: phase),
      at: Instant(nanoseconds: first))
    rig.change(2, to: 0)
    rig.run(repairedAt: Instant(nanoseconds: first + window))

    let last = first + (ladder - 1) * cycle
    let firstOfTop = first + (ladder / (intensity + 1) - 1) * cycle
    let whole = (last + phase) / 1_000_000_000 - (firstOfTop + phase) / 1_000_000_000
    let dies = (ladder - 1) * cycle <= window && whole <= period
    #expect((rig.ports.stopping.count == 1) == dies, "seed \(seed)")
    #expect(rig.discovery.watchingCount == (dies ? 0 : 1), "seed \(seed)")
  }
}
