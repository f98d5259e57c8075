/// Guilds that wait for a load; each of them is as likely as any other to be the next.
///
/// Every guild waits for a clock of its own, an exponential span that it draws itself, in a time that
/// passes only when a guild is taken. The first clock to run out is anybody's with equal chances,
/// however long each has waited; and since nobody draws a place among the others, one guild more or
/// less leaves the order of the rest as it was.
struct GuildQueue: Sendable {
  private struct Entry: Sendable {
    let due: Double
    let guild: GuildID

    static func < (left: Entry, right: Entry) -> Bool {
      (left.due, left.guild.rawValue) < (right.due, right.guild.rawValue)
    }
  }

  /// A binary heap, the next guild first.
  private var entries: [Entry] = []
  private var now = 0.0

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  /// Puts a guild in, with its own exponential draw of mean one.
  mutating func insert(_ guild: GuildID, clock: Double) {
    var place = entries.count
    let entry = Entry(due: now + clock, guild: guild)
    entries.append(entry)
    while place > 0 {
      let above = (place - 1) / 2
      guard entry < entries[above] else { break }
      entries[place] = entries[above]
      place = above
    }
    entries[place] = entry
  }

  /// Takes the guild whose clock runs out first.
  ///
  /// - Complexity: O(log count).
  mutating func removeFirst() -> GuildID? {
    guard let taken = entries.first, let last = entries.popLast() else { return nil }
    now = taken.due
    guard !entries.isEmpty else { return taken.guild }
    var place = 0
    while true {
      var below = 2 * place + 1
      guard below < entries.count else { break }
      if below + 1 < entries.count, entries[below + 1] < entries[below] { below += 1 }
      guard entries[below] < last else { break }
      entries[place] = entries[below]
      place = below
    }
    entries[place] = last
    return taken.guild
  }
}
