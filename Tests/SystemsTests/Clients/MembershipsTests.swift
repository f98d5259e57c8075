import SimulationKernel
import Testing

@testable import Systems

@Suite("Memberships")
struct MembershipsTests {
  @Test("A client's guilds are those in whose seats it sits", arguments: [0.0, 0.5, 0.9])
  func guilds(skew: Double) {
    let memberships = Memberships(
      clients: 200, guildsPerClient: 5, guilds: 40, skew: skew, seed: 3)
    var seats: [[Int]] = Array(repeating: [], count: 200)
    for guild in 0..<40 {
      for seat in memberships.seats(of: GuildID(UInt32(guild))) {
        seats[memberships.client(inSeat: seat).index].append(guild)
      }
    }
    for client in 0..<200 {
      let guilds = (0..<5).map {
        memberships.guild(of: ClientID(UInt32(client)), place: $0).index
      }
      #expect(guilds.sorted() == seats[client])
    }
  }

  @Test(
    "Every seat belongs to exactly one guild, and every client has as many as it should",
    arguments: [(1, 1, 1), (50, 3, 7), (10, 5, 200), (3_000, 5, 1_000)])
  func everySeat(clients: Int, guildsPerClient: Int, guilds: Int) {
    let memberships = Memberships(
      clients: clients, guildsPerClient: guildsPerClient, guilds: guilds, skew: 0.5, seed: 9)
    var seen = Array(repeating: 0, count: clients)
    var seats = 0
    for guild in 0..<guilds {
      let id = GuildID(UInt32(guild))
      #expect(memberships.seats(of: id).lowerBound == seats, "seats lie one behind the other")
      seats = memberships.seats(of: id).upperBound
      for seat in memberships.seats(of: id) {
        seen[memberships.client(inSeat: seat).index] += 1
      }
    }
    #expect(seats == clients * guildsPerClient)
    #expect(seen.allSatisfy { $0 == guildsPerClient })
  }

  @Test("Without a skew all guilds are of one size; with one they follow its power law")
  func sizes() {
    let equal = Memberships(clients: 2_000, guildsPerClient: 5, guilds: 100, skew: 0, seed: 1)
    for guild in 0..<100 as Range<UInt32> {
      #expect(abs(equal.seats(of: GuildID(guild)).count - 100) <= 1)
    }
    let skewed = Memberships(clients: 20_000, guildsPerClient: 5, guilds: 100, skew: 0.5, seed: 1)
    let sizes = (0..<100 as Range<UInt32>).map { skewed.seats(of: GuildID($0)).count }
    for (rank, size) in sizes.enumerated() {
      let low = (Double(rank) / 100).squareRoot()
      let high = (Double(rank + 1) / 100).squareRoot()
      #expect(abs(Double(size) - (high - low) * 100_000) <= 2, "rank \(rank)")
    }
  }

  @Test("The largest hundredth of the guilds holds the same share of the seats at every scale")
  func shareIsScaleFree() {
    for guilds in [100, 1_000, 10_000] {
      let memberships = Memberships(
        clients: guilds * 4, guildsPerClient: 5, guilds: guilds, skew: 0.5, seed: 1)
      let sizes = (0..<UInt32(guilds)).map { memberships.seats(of: GuildID($0)).count }
      let largest = sizes[..<(guilds / 100)].reduce(0, +)
      // The integral of the power law: 0.01^(1 - 0.5).
      #expect(abs(Double(largest) / Double(guilds * 20) - 0.1) < 0.01, "\(guilds) guilds")
    }
  }

  @Test("Another seed deals other seats; the same seed the same")
  func seeded() {
    func members(_ seed: UInt64) -> [ClientID] {
      let memberships = Memberships(
        clients: 100, guildsPerClient: 5, guilds: 50, skew: 0.5, seed: seed)
      return memberships.seats(of: GuildID(0)).map { memberships.client(inSeat: $0) }
    }
    #expect(members(1).count > 50)
    #expect(members(1) == members(1))
    #expect(members(1) != members(2))
  }
}
