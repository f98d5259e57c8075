import SimulationKernel

/// Who is a member of which guild: fixed during a run, and stored as a rule rather than as a table.
///
/// There are `clients x guildsPerClient` seats. A keyed permutation deals the seats to the guilds,
/// whose sizes follow a power law of their rank: the share of all seats that the largest x % of the
/// guilds hold is the same at every scale. A guild's number is its rank, the largest is 0. Members are
/// computed, so ten million clients cost no memory but one offset per guild.
public struct Memberships: Sendable {
  public let guildsPerClient: Int
  public let guildCount: Int
  private let seats: KeyedPermutation
  /// First seat of each guild; one entry more than guilds.
  private let firstSeat: [UInt32]

  /// Deals the seats; `skew` is the exponent of a guild's size over its rank, 0 (all equal) to 0.9.
  public init(
    clients: Int, guildsPerClient: Int, guilds: Int, skew: Double, seed: UInt64
  ) {
    let seatCount = clients * guildsPerClient
    self.guildsPerClient = guildsPerClient
    guildCount = guilds
    seats = KeyedPermutation(
      RandomStream(seed: seed, name: "memberships.seats"), count: seatCount)
    // Integral of u^-skew over each guild's rank interval; differences of u^(1-skew).
    var offsets: [UInt32] = []
    offsets.reserveCapacity(guilds + 1)
    var carried = 0.0
    for guild in 0..<guilds {
      offsets.append(UInt32(min(carried, Double(seatCount))))
      let rank = Double(guild)
      let low = KernelMath.pow(rank / Double(guilds), 1 - skew)
      let high = KernelMath.pow((rank + 1) / Double(guilds), 1 - skew)
      carried += (high - low) * Double(seatCount)
    }
    offsets.append(UInt32(seatCount))
    firstSeat = offsets
  }

  /// The guild's seats; a client may have more than one of them.
  func seats(of guild: GuildID) -> Range<Int> {
    Int(firstSeat[guild.index])..<Int(firstSeat[guild.index + 1])
  }

  /// The guild in one of a client's places, which are numbered from 0.
  func guild(of client: ClientID, place: Int) -> GuildID {
    let seat = UInt32(seats[client.index * guildsPerClient + place])
    // The last guild that begins at or before the seat; empty ones in front of it are passed over.
    var low = 0
    var high = guildCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstSeat[middle] <= seat { low = middle } else { high = middle }
    }
    return GuildID(UInt32(low))
  }

  /// Who has this seat.
  @inline(__always)
  func client(inSeat seat: Int) -> ClientID {
    ClientID(UInt32(seats.inverse(seat) / guildsPerClient))
  }
}
