/// Which guilds' rows are being read for session starts, so that equal reads can share one.
///
/// Read coalescing as a data service in front of a database does it: of several callers who want the
/// same rows at the same time, the first one's read is sent and the others wait for its answer. Only
/// reads that are under way at that moment are shared; nothing is remembered afterwards.
/// - Note: Source: B. Ingram, "How Discord Stores Trillions of Messages", 2023 (data services).
struct ReadsInFlight: Sendable {
  private let memberships: Memberships
  /// Reads under way per guild; empty until coalescing is used.
  private var counts: [UInt16] = []

  init(_ memberships: Memberships) {
    self.memberships = memberships
  }

  /// Begins the reads of a client's guilds that nobody else reads just now.
  ///
  /// - Returns: One bit per guild of the client, set where the read is its own.
  mutating func begin(_ client: ClientID) -> UInt32 {
    if counts.isEmpty { counts = Array(repeating: 0, count: memberships.guildCount) }
    var own: UInt32 = 0
    for place in 0..<memberships.guildsPerClient {
      let guild = memberships.guild(of: client, place: place).index
      guard counts[guild] == 0 else { continue }
      counts[guild] += 1
      own |= 1 << UInt32(place)
    }
    return own
  }

  /// The own reads of a client have ended, however they did.
  mutating func end(_ client: ClientID, own: UInt32) {
    for place in 0..<memberships.guildsPerClient where own & (1 << UInt32(place)) != 0 {
      counts[memberships.guild(of: client, place: place).index] -= 1
    }
  }

  /// The reads that are left of `reads` when only `own` of the client's guilds are read.
  func reads(of reads: Int, own: UInt32) -> Int {
    let guilds = memberships.guildsPerClient
    // Its answer takes as long as the one that it waits for: one read stands for the wait.
    return max(1, (reads * own.nonzeroBitCount + guilds - 1) / guilds)
  }
}
