import SimulationKernel
import Testing

@testable import Systems

@Suite("GuildQueue")
struct GuildQueueTests {
  private func clock(_ guild: UInt32, seed: UInt64) -> Double {
    RandomStream(seed: seed, name: "tests.guildQueue").exponential(
      mean: 1.0, for: UInt64(guild), draw: 0)
  }

  private func drained(_ queue: inout GuildQueue) -> [UInt32] {
    var order: [UInt32] = []
    while let guild = queue.removeFirst() { order.append(guild.rawValue) }
    return order
  }

  @Test(
    "Guilds leave in the order of their clocks, each once", arguments: [0, 1, 2, 3, 100, 1_000])
  func order(count: UInt32) {
    for seed in 1...5 as ClosedRange<UInt64> {
      var queue = GuildQueue()
      for guild in 0..<count { queue.insert(GuildID(guild), clock: clock(guild, seed: seed)) }
      #expect(queue.count == Int(count) && queue.isEmpty == (count == 0))
      let expected = (0..<count).sorted { clock($0, seed: seed) < clock($1, seed: seed) }
      #expect(drained(&queue) == expected, "seed \(seed)")
    }
  }

  @Test("One guild more leaves the order of the others as it was, whenever it comes")
  func addedGuild() {
    for seed in 1...20 as ClosedRange<UInt64> {
      var dice = Dice(seed: seed)
      let leaving = dice.roll(40)
      var (plain, changed) = (GuildQueue(), GuildQueue())
      for guild in 0..<50 as Range<UInt32> {
        plain.insert(GuildID(guild), clock: clock(guild, seed: seed))
        changed.insert(GuildID(guild), clock: clock(guild, seed: seed))
      }
      var (order, other) = ([UInt32](), [UInt32]())
      for _ in 0..<leaving {
        if let guild = plain.removeFirst() { order.append(guild.rawValue) }
        if let guild = changed.removeFirst() { other.append(guild.rawValue) }
      }
      changed.insert(GuildID(999), clock: clock(999, seed: seed))
      order += drained(&plain)
      other += drained(&changed)
      #expect(other.contains(999) && other.filter { $0 != 999 } == order, "seed \(seed)")
    }
  }

  @Test("A newcomer is as likely to be the next as one that has waited for long")
  func memoryless() {
    let runs = 2_000
    var newcomers = 0
    for seed in 0..<UInt64(runs) {
      var queue = GuildQueue()
      for guild in 0..<8 as Range<UInt32> {
        queue.insert(GuildID(guild), clock: clock(guild, seed: seed))
      }
      // Five have left, three wait on, and one comes.
      for _ in 0..<5 { _ = queue.removeFirst() }
      queue.insert(GuildID(8), clock: clock(8, seed: seed))
      if queue.removeFirst() == GuildID(8) { newcomers += 1 }
    }
    // One in four; five standard deviations are 97.
    #expect(abs(newcomers - runs / 4) < 97, "\(newcomers) of \(runs)")
  }
}
